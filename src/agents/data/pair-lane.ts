/** The candles of one pair: feeds the close rule, fills its holes over REST, keeps the series. */
import type { CandleSeries } from '#cache/candle-series.ts';
import type { Candle } from '#core/model/candle.ts';
import type { Evaluation } from '#core/model/evaluation.ts';
import type { Pair } from '#core/model/pair.ts';
import { timeframeMs } from '#core/model/timeframe.ts';
import type { Timeframe } from '#core/model/timeframe.ts';
import type { CandleUpdate, MarketReads } from '#exchange/market-data.ts';
import { errorText } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import type { CandleRing } from './candle-ring.ts';
import { CloseRule } from './close-rule.ts';
import type { CloseEffect, CloseRuleOptions } from './close-rule.ts';
import type { DataAgentConfig } from './config.ts';
import { createHigherSeries } from './higher-series.ts';
import type { DataMetrics } from './metrics.ts';

export interface PairLane {
  candle(update: CandleUpdate): void;
  trade(atMs: number): void;
  tick(): void;
  /** The candle stream is up again: what it missed is asked for. */
  resume(): void;
  /** All series, or the base and those longer ones that changed since they were last taken. */
  series(which: 'all' | 'changed'): readonly CandleSeries[];
  /** What is kept of one timeframe; undefined when none is. */
  candles(timeframe: Timeframe): readonly Candle[] | undefined;
  lastCloseMs(): number;
  isBehind(): boolean;
}

export interface LaneOptions {
  readonly pair: Pair;
  readonly timeframe: Timeframe;
  readonly base: CandleRing;
  readonly higher: readonly { readonly timeframe: Timeframe; readonly ring: CandleRing }[];
  readonly config: DataAgentConfig;
  /** End of the first candle that is offered. */
  readonly firstCloseMs: number;
  readonly reads: Pick<MarketReads, 'candles'>;
  readonly now: () => number;
  readonly log: Log;
  readonly metrics: DataMetrics;
  readonly signal: AbortSignal;
  readonly background: (name: string, work: Promise<unknown>) => void;
  readonly onClose: (evaluation: Evaluation) => void;
  /** REST answered: the pair's candles are complete as of the question. */
  readonly onConfirmed: (askedMs: number) => void;
}

const REST_LIMIT = 1_000;

export function createPairLane(options: LaneOptions): PairLane {
  const { pair, timeframe, base, config, now, metrics } = options;
  const periodMs = timeframeMs(timeframe);
  const lastOpenMs = base.last()?.openMs ?? Math.floor(now() / periodMs - 1) * periodMs;
  const nextOpenMs = lastOpenMs + periodMs;
  const rule = new CloseRule(ruleOptions(config, { periodMs, nextOpenMs }));
  const higher = options.higher.map((one) => ({
    ...one,
    grown: createHigherSeries({ ...one, base }),
    isChanged: true,
  }));

  function close({ candle, origin, receivedMs }: Extract<CloseEffect, { kind: 'close' }>): void {
    const closeMs = candle.openMs + periodMs;
    base.push(candle);
    for (const one of higher) one.isChanged = one.grown.advance(closeMs) || one.isChanged;
    metrics.closes.inc({ origin });
    if (closeMs < options.firstCloseMs) return;
    const isEmpty = candle.volume === 0;
    options.onClose({ pair, timeframe, closeMs, candle, origin, isEmpty, receivedMs });
  }

  function apply(effects: readonly CloseEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'close':
          close(effect);
          break;
        case 'ask':
          options.background('candles', ask(effect.sinceMs));
          break;
        case 'late':
          metrics.lateCandles.inc({ kind: lateKind(base, effect.candle) });
          break;
        case 'absent':
          metrics.absent.inc(effect.count);
      }
    }
  }

  async function ask(sinceMs: number): Promise<void> {
    const askedMs = now();
    try {
      const query = { pair, timeframe, sinceMs, limit: REST_LIMIT };
      const found = await options.reads.candles(query, options.signal);
      apply(rule.answered(found, now()));
      options.onConfirmed(askedMs);
    } catch (error: unknown) {
      rule.unanswered(now());
      options.log.debug({ pair, cause: errorText(error) }, 'missing candles not had yet');
    }
  }

  return {
    candle: ({ candle, isClosed, receivedMs }) => apply(rule.candle(candle, isClosed, receivedMs)),
    trade: (atMs) => rule.trade(atMs, now()),
    tick: () => apply(rule.tick(now())),
    resume: () => apply(rule.resume(now())),
    series: (which) => {
      const taken = higher.filter(({ isChanged }) => isChanged || which === 'all');
      for (const one of taken) one.isChanged = false;
      return [
        { pair, timeframe, candles: base.all() },
        ...taken.map((one) => ({ pair, timeframe: one.timeframe, candles: one.ring.all() })),
      ];
    },
    candles: (wanted) =>
      wanted === timeframe
        ? base.all()
        : higher.find((one) => one.timeframe === wanted)?.ring.all(),
    lastCloseMs: () => rule.nextOpenMs,
    isBehind: () => rule.isBehind(now()),
  };
}

/** The waits are read at each look: a reload changes them. */
function ruleOptions(
  config: DataAgentConfig,
  periods: Pick<CloseRuleOptions, 'periodMs' | 'nextOpenMs'>,
): CloseRuleOptions {
  return {
    ...periods,
    get closeGraceMs() {
      return config.close_grace_ms;
    },
    get evidenceGraceMs() {
      return config.evidence_grace_ms;
    },
  };
}

function lateKind(base: CandleRing, candle: Candle): string {
  const kind = base.push(candle);
  // The rule calls it late only behind the newest, so nothing can be appended here.
  return kind === 'appended' ? 'old' : kind;
}
