/**
 * Hands each close on, in order for each pair: first the candles into the shared cache, then the
 * evaluation onto the queue, then the mark, then the topic. While Redis is away closes wait here,
 * within a bound. After Redis was wiped every unexpired close is offered again; the queue's key
 * makes a second offer of the same close harmless.
 */
import type { Bus } from '#bus/bus.ts';
import { evaluations } from '#bus/queues.ts';
import { candles } from '#bus/topics.ts';
import type { CandleCache, CandleSeries } from '#cache/candle-series.ts';
import type { Evaluation } from '#core/model/evaluation.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { errorText } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import type { Tracing } from '#platform/tracing/tracing.ts';
import type { DataMetrics } from './metrics.ts';
import { carriedWith, traceClose } from './trace-close.ts';

export interface OfferDesk {
  /** A pair joins: its history goes into the shared cache before any close of it. */
  follow(pair: Pair): void;
  /** What waits of it is still offered; after a wipe nothing of it is offered again. */
  forget(pair: Pair): void;
  offer(evaluation: Evaluation): void;
  /** Everything in Redis is gone: series and unexpired closes go there again. */
  restore(): void;
  pending(): number;
  /** Stops taking closes and waits for the offers in hand. */
  close(): Promise<void>;
}

export interface OfferPorts {
  readonly bus: Pick<Bus, 'send' | 'publish'>;
  readonly cache: Pick<CandleCache, 'putAll'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: DataMetrics;
  /** Venue time. */
  readonly now: () => number;
  /** The pair's series as they are now; longer ones change seldom and cost as much to pack. */
  readonly seriesOf: (pair: Pair, which: 'all' | 'changed') => readonly CandleSeries[];
  readonly onOffered: (evaluation: Evaluation) => void;
  readonly tracing: Tracing;
}

interface Lane {
  readonly pair: Pair;
  waiting: Evaluation[];
  /** Offered and not expired, for a wipe. */
  done: Evaluation[];
  /** All series have to be put, not only those that changed. */
  mustPut: boolean;
  running: Promise<void> | undefined;
}

const WAITING_MAX = 2_000;
const DONE_MAX = 500;
const AGAIN_MS = 250;

export function createOfferDesk(pairs: readonly Pair[], ports: OfferPorts): OfferDesk {
  const lanes = new Map<Pair, Lane>(pairs.map((pair) => [pair, newLane(pair)]));
  const stop = new AbortController();
  ports.metrics.pendingClosesLimit.set(WAITING_MAX);

  function start(lane: Lane): void {
    lane.running ??= run(lane).finally(() => {
      lane.running = undefined;
    });
  }

  async function run(lane: Lane): Promise<void> {
    while (hasWork(lane)) {
      try {
        await deliver(lane, ports);
      } catch (error: unknown) {
        ports.log.debug({ pair: lane.pair, cause: errorText(error) }, 'close not offered yet');
        if (stop.signal.aborted) return;
        await ports.clock.sleep(AGAIN_MS, stop.signal).catch(() => undefined);
      }
    }
  }

  return {
    follow: (pair) => {
      const lane = { ...newLane(pair), mustPut: true };
      lanes.set(pair, lane);
      start(lane);
    },
    forget: (pair) => void lanes.delete(pair),
    offer: (evaluation) => {
      const lane = lanes.get(evaluation.pair);
      if (lane === undefined || stop.signal.aborted) return;
      lane.waiting.push(evaluation);
      if (lane.waiting.length > WAITING_MAX) {
        lane.waiting.shift();
        ports.metrics.skipped.inc();
      }
      start(lane);
    },
    restore: () => {
      for (const lane of lanes.values()) {
        forgetExpired(lane, ports.now());
        lane.waiting = [...lane.done, ...lane.waiting];
        lane.done = [];
        lane.mustPut = true;
        start(lane);
      }
    },
    pending: () => [...lanes.values()].reduce((sum, { waiting }) => sum + waiting.length, 0),
    close: async () => {
      stop.abort();
      await Promise.all([...lanes.values()].flatMap(({ running }) => running ?? []));
    },
  };
}

function newLane(pair: Pair): Lane {
  return { pair, waiting: [], done: [], mustPut: false, running: undefined };
}

function hasWork(lane: Lane): boolean {
  return lane.waiting.length > 0 || lane.mustPut;
}

async function deliver(lane: Lane, ports: OfferPorts): Promise<void> {
  const batch = lane.waiting.slice();
  const which = lane.mustPut ? 'all' : 'changed';
  lane.mustPut = false;
  try {
    await ports.cache.putAll(ports.seriesOf(lane.pair, which));
  } catch (error: unknown) {
    lane.mustPut = true;
    throw error;
  }
  for (const evaluation of batch) {
    // A wipe in between has put others before this one.
    if (lane.waiting[0] !== evaluation) return;
    await ports.bus.send(evaluations, evaluation, carriedWith(evaluation, ports.tracing));
    if (lane.waiting[0] === evaluation) lane.waiting.shift();
    lane.done.push(evaluation);
    noteOffered(lane, evaluation, ports);
  }
}

function noteOffered(lane: Lane, evaluation: Evaluation, ports: OfferPorts): void {
  const { metrics } = ports;
  const nowMs = ports.now();
  forgetExpired(lane, nowMs);
  metrics.offered.inc({ origin: evaluation.origin });
  metrics.offerSeconds.observe(Math.max(0, nowMs - evaluation.receivedMs) / 1_000);
  traceClose(ports, evaluation);
  ports.onOffered(evaluation);
  const { pair, timeframe, candle } = evaluation;
  ports.bus.publish(candles, { pair, timeframe, candle }).catch((error: unknown) => {
    metrics.batchesLost.inc({ topic: 'candles' });
    ports.log.debug({ cause: errorText(error) }, 'candle not published');
  });
}

function forgetExpired(lane: Lane, nowMs: number): void {
  const fromMs = nowMs - evaluations.expiresAfterMs;
  const firstKept = lane.done.findIndex(({ closeMs }) => closeMs > fromMs);
  lane.done = firstKept === -1 ? [] : lane.done.slice(firstKept).slice(-DONE_MAX);
}
