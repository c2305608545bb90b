/** Opens the lane of each pair: history first, then the closes that were missed while away. */
import { evaluations } from '#bus/queues.ts';
import type { Evaluation } from '#core/model/evaluation.ts';
import type { Pair } from '#core/model/pair.ts';
import { timeframeMs } from '#core/model/timeframe.ts';
import type { Priority } from '#exchange/budget.ts';
import { awaitWeight } from './await-weight.ts';
import { LIVE_WITHIN_MS } from './close-rule.ts';
import type { DataAgentPorts } from './data-agent-ports.ts';
import { resumeCloseMs } from './enqueue-marks.ts';
import type { EnqueueMarks } from './enqueue-marks.ts';
import { loadHistory } from './load-history.ts';
import type { History } from './load-history.ts';
import { createPairLane } from './pair-lane.ts';
import type { PairLane } from './pair-lane.ts';

export interface LaneHooks {
  readonly marks: EnqueueMarks | undefined;
  /** False when Redis is not the one the marks were written beside. */
  readonly isSameRedis: boolean;
  readonly onMark: (pair: Pair, closeMs: number) => void;
  readonly onClose: (evaluation: Evaluation) => void;
  readonly onConfirmed: (pair: Pair, askedMs: number) => void;
}

/** Enough to hide the round trips, little enough for any venue's limit. */
const PAIRS_AT_ONCE = 4;

export async function openLanes(
  ports: DataAgentPorts,
  hooks: LaneHooks,
): Promise<Map<Pair, PairLane>> {
  const lanes = new Map<Pair, PairLane>();
  const waiting = ports.venue.instruments.map(({ pair }) => pair);
  async function work(): Promise<void> {
    for (let pair = waiting.shift(); pair !== undefined; pair = waiting.shift()) {
      // The desk waits for it, unlike for the history of one that joins.
      const opening = { pair, priority: 'data' as const };
      lanes.set(pair, await awaitWeight(ports.context, () => openLane(ports, hooks, opening)));
    }
  }
  await Promise.all(Array.from({ length: PAIRS_AT_ONCE }, work));
  return lanes;
}

export async function openLane(
  ports: DataAgentPorts,
  hooks: LaneHooks,
  { pair, priority }: { readonly pair: Pair; readonly priority: Priority },
): Promise<PairLane> {
  const { context, venue, config, timeframe } = ports;
  const history = await loadHistory({
    ...context,
    reads: venue.reads,
    pair,
    timeframe,
    candles: config.history_candles,
    priority,
  });
  const firstCloseMs = firstClose(ports, hooks, { pair, history });
  offerMissed(ports, hooks, { pair, history, firstCloseMs });
  return createPairLane({
    ...context,
    ...ports,
    ...history,
    pair,
    firstCloseMs,
    reads: venue.reads,
    now: () => venue.clock.now(),
    onClose: hooks.onClose,
    onConfirmed: (askedMs) => hooks.onConfirmed(pair, askedMs),
  });
}

function firstClose(
  { venue, config, timeframe, metrics, context }: DataAgentPorts,
  hooks: LaneHooks,
  { pair, history }: { pair: Pair; history: History },
): number {
  const last = history.base.last();
  const nowMs = venue.clock.now();
  if (last === undefined) return 0;
  const periodMs = timeframeMs(timeframe);
  const resume = resumeCloseMs({
    marks: hooks.marks,
    venue: venue.id,
    timeframe,
    pair,
    lastCloseMs: last.openMs + periodMs,
    nowMs,
    maxCandles: Math.min(config.backfill_max_candles, config.history_candles),
    maxAgeMs: config.backfill_max_age_seconds * 1_000,
    offerAgainMs: hooks.isSameRedis ? 0 : evaluations.expiresAfterMs,
  });
  if (resume.skipped > 0) {
    metrics.skipped.inc(resume.skipped);
    metrics.closes.inc({ origin: 'backfill' }, resume.skipped);
    context.log.warn({ pair, candles: resume.skipped }, 'closes of a long absence are skipped');
  }
  // From here on every close is offered: a death before the first one must not lose it.
  hooks.onMark(pair, resume.firstCloseMs - periodMs);
  return resume.firstCloseMs;
}

function offerMissed(
  { venue, timeframe, metrics }: DataAgentPorts,
  hooks: LaneHooks,
  missed: { pair: Pair; history: History; firstCloseMs: number },
): void {
  const { pair, history, firstCloseMs } = missed;
  const periodMs = timeframeMs(timeframe);
  const receivedMs = venue.clock.now();
  for (const candle of history.base.between(firstCloseMs - periodMs, Infinity)) {
    const closeMs = candle.openMs + periodMs;
    const origin = receivedMs - closeMs <= LIVE_WITHIN_MS ? 'live' : 'backfill';
    metrics.closes.inc({ origin });
    hooks.onClose({
      pair,
      timeframe,
      closeMs,
      candle,
      origin,
      isEmpty: candle.volume === 0,
      receivedMs,
    });
  }
}
