/** How fresh each pair's data are, as a state, a metric and a check. */
import type { Bus } from '#bus/bus.ts';
import { feeds } from '#bus/states.ts';
import type { FeedStatus } from '#core/model/feed-status.ts';
import type { Pair } from '#core/model/pair.ts';
import type { CheckResult } from '#platform/lifecycle/agent-context.ts';
import type { InstrumentDesk } from './instrument-desk.ts';
import type { DataMetrics } from './metrics.ts';
import type { PairLane } from './pair-lane.ts';
import type { Staleness } from './staleness.ts';

export interface FeedDesk {
  /** The pair has left: its age goes now, its state when it is next published. */
  forget(pair: Pair): void;
  publish(): Promise<void>;
  stalePairs(): readonly Pair[];
  check(): CheckResult;
}

export interface FeedOptions {
  readonly lanes: ReadonlyMap<Pair, PairLane>;
  readonly staleness: Staleness;
  readonly rules: Pick<InstrumentDesk, 'isHalted'>;
  readonly lastTradeId: (pair: Pair) => number;
  readonly now: () => number;
  readonly staleAfterMs: () => number;
  readonly bus: Pick<Bus, 'set' | 'remove'>;
  readonly metrics: DataMetrics;
}

export function createFeedDesk(options: FeedOptions): FeedDesk {
  const { lanes, staleness, rules, now, bus, metrics } = options;
  const openedMs = now();
  /** Left, and perhaps still in Redis. */
  const gone = new Set<Pair>();

  function status(pair: Pair, lane: PairLane): FeedStatus {
    const freshMs = Math.min(staleness.freshMs(pair), now());
    return {
      pair,
      freshMs,
      lastCloseMs: lane.lastCloseMs(),
      lastTradeId: options.lastTradeId(pair),
      state: feedState({
        ageMs: now() - freshMs,
        staleAfterMs: options.staleAfterMs(),
        isKnown: freshMs > 0,
        isHalted: rules.isHalted(pair),
        isBehind: lane.isBehind(),
      }),
      atMs: now(),
    };
  }

  function stalePairs(): readonly Pair[] {
    return [...lanes].flatMap(([pair, lane]) => {
      const { state } = status(pair, lane);
      return state === 'stale' || state === 'warming-up' ? [pair] : [];
    });
  }

  return {
    forget: (pair) => {
      metrics.dataAge.remove({ pair });
      gone.add(pair);
    },
    publish: async () => {
      for (const [pair, lane] of lanes) {
        const feed = status(pair, lane);
        // What nothing is known of yet is as old as our asking for it, not as the epoch.
        const knownMs = Math.max(feed.freshMs, openedMs);
        metrics.dataAge.set({ pair }, Math.max(0, feed.atMs - knownMs) / 1_000);
        await bus.set(feeds, pair, feed);
      }
      for (const pair of gone) {
        if (!lanes.has(pair)) await bus.remove(feeds, pair);
        gone.delete(pair);
      }
    },
    stalePairs,
    check: () => {
      const stale = stalePairs();
      return stale.length === 0
        ? { isOk: true, detail: `${lanes.size} pairs are fresh` }
        : { isOk: false, detail: `stale: ${stale.join(', ')}` };
    },
  };
}

/** Halted wins: a market that does not trade is neither stale nor behind. */
export function feedState(feed: {
  readonly ageMs: number;
  readonly staleAfterMs: number;
  readonly isKnown: boolean;
  readonly isHalted: boolean;
  readonly isBehind: boolean;
}): FeedStatus['state'] {
  if (feed.isHalted) return 'ended';
  if (!feed.isKnown) return 'warming-up';
  if (feed.ageMs > feed.staleAfterMs) return 'stale';
  return feed.isBehind ? 'backfilling' : 'live';
}
