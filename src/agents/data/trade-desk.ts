/** Public trades of all pairs, in order and without holes where the venue's ids allow it. */
import type { PublicTrade } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import type { MarketReads } from '#exchange/market-data.ts';
import { errorText } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import type { DataMetrics } from './metrics.ts';
import { createTradeSequencer } from './trade-sequencer.ts';
import type { TradeSequencer } from './trade-sequencer.ts';

export interface TradeDesk {
  follow(pair: Pair): void;
  forget(pair: Pair): void;
  accept(trades: readonly PublicTrade[]): void;
  /** Asks for what has been missing for a while. */
  tick(): void;
  /** The batch to publish now. */
  take(): PublicTrade[];
  lastId(pair: Pair): number;
}

interface Lane {
  readonly sequencer: TradeSequencer;
  missingSinceMs: number | undefined;
  isAsking: boolean;
}

/** Late and reordered trades come by themselves within this. */
const WAIT_MS = 300;
/** Most pages of 1000 trades for one hole: more than a minute of the busiest pair. */
const PAGES_MAX = 5;
/** Unpublished trades; reached only while Redis is away, and execution resyncs from its marks. */
const PENDING_MAX = 5_000;

interface TradeDeskOptions {
  readonly pairs: readonly Pair[];
  readonly hasSequence: boolean;
  readonly reads: Pick<MarketReads, 'tradesSince'>;
  readonly now: () => number;
  readonly log: Log;
  readonly metrics: DataMetrics;
  readonly signal: AbortSignal;
  readonly background: (name: string, work: Promise<unknown>) => void;
}

export function createTradeDesk(options: TradeDeskOptions): TradeDesk {
  const { now, metrics } = options;
  const lanes = new Map<Pair, Lane>(options.pairs.map((pair) => [pair, newLane(options)]));
  let pending: PublicTrade[] = [];

  function put(trades: readonly PublicTrade[]): void {
    pending.push(...trades);
    const excess = pending.length - PENDING_MAX;
    if (excess <= 0) return;
    pending.splice(0, excess);
    metrics.tradesLost.inc(excess);
  }

  function check(pair: Pair, lane: Lane): void {
    if (lane.isAsking) return;
    if (lane.sequencer.missingFrom() === undefined) {
      lane.missingSinceMs = undefined;
      return;
    }
    lane.missingSinceMs ??= now();
    if (now() - lane.missingSinceMs < WAIT_MS) return;
    lane.isAsking = true;
    const work = fillHole(pair, lane.sequencer, { ...options, put }).finally(() => {
      lane.isAsking = false;
      lane.missingSinceMs = undefined;
    });
    options.background('trades', work);
  }

  return {
    follow: (pair) => void lanes.set(pair, newLane(options)),
    forget: (pair) => void lanes.delete(pair),
    accept: (trades) => {
      for (const trade of trades) {
        const lane = lanes.get(trade.pair);
        if (lane !== undefined) put(lane.sequencer.accept([trade]));
      }
    },
    tick: () => {
      for (const [pair, lane] of lanes) check(pair, lane);
    },
    take: () => {
      const batch = pending;
      pending = [];
      return batch;
    },
    lastId: (pair) => lanes.get(pair)?.sequencer.lastId() ?? -1,
  };
}

function newLane({ hasSequence }: TradeDeskOptions): Lane {
  const sequencer = createTradeSequencer({ hasSequence });
  return { sequencer, missingSinceMs: undefined, isAsking: false };
}

async function fillHole(
  pair: Pair,
  sequencer: TradeSequencer,
  ports: TradeDeskOptions & { put: (trades: readonly PublicTrade[]) => void },
): Promise<void> {
  const { reads, put, signal, metrics, log } = ports;
  try {
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const fromId = sequencer.missingFrom();
      if (fromId === undefined) return;
      const found = await reads.tradesSince({ pair, fromId, limit: 1_000 }, signal);
      put(sequencer.accept(found));
      // Later ones and not this one: the venue has no such trade, as when it was begun anew.
      if (found.length > 0 && sequencer.missingFrom() === fromId) break;
    }
  } catch (error: unknown) {
    log.debug({ pair, cause: errorText(error) }, 'missing trades not had');
  }
  const { lost, trades } = sequencer.giveUp();
  metrics.tradesLost.inc(lost);
  put(trades);
}
