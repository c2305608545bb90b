import type { RunRecord } from '#core/promotion/run-record.ts';
import { Timeframe, timeframeMs } from '#core/model/timeframe.ts';
import type { Ledger } from '#ledger/ledger.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { PromotionFacts } from '#promotion/promotion-subject.ts';

/** A desk that is killed loses no more of its record than this. */
export const BEAT_MS = 30_000;

/** What a beat looks at. */
export interface RunLook {
  /** Pairs whose data is fresh: none = the desk sees nothing and the time does not count. */
  readonly livePairs: number;
  readonly drawdownFraction: number;
  /** Processes that die again and again. */
  readonly crashLooping: readonly string[];
}

export interface RunLog {
  beat(look: RunLook): Promise<void>;
  /** Time with fresh data in this run. */
  liveMs(): number;
  end(): Promise<void>;
}

/** Writes down that the desk ran, how long it saw the market and how it fared: see `RunRecord`. */
export async function startRunLog(
  { ledger, clock, id }: { readonly ledger: Ledger; readonly clock: Clock; readonly id: string },
  facts: Pick<PromotionFacts, 'mode' | 'decisionHash' | 'venue' | 'tape' | 'timeframe'>,
): Promise<RunLog> {
  const candleMs = timeframeMs(Timeframe.parse(facts.timeframe));
  const startedMs = Math.floor(clock.now());
  const { mode, decisionHash, venue, tape, timeframe } = facts;
  let lookedMs = clock.monotonic();
  let looping: ReadonlySet<string> = new Set();
  let run: RunRecord = {
    id,
    mode,
    decisionHash,
    venue,
    tape,
    timeframe,
    startedMs,
    beatMs: startedMs,
    liveMs: 0,
    dueCandles: 0,
    maxDrawdownFraction: 0,
    crashLoops: 0,
    endedMs: undefined,
  };
  await ledger.transaction((tx) => tx.startRun(run));

  async function write(next: RunRecord): Promise<void> {
    await ledger.transaction((tx) => tx.beatRun(next));
    run = next;
  }

  return {
    liveMs: () => run.liveMs,
    beat: async (look) => {
      const nowMs = clock.monotonic();
      // A process that was stopped for an hour saw nothing meanwhile.
      const sinceMs = Math.min(nowMs - lookedMs, 2 * BEAT_MS);
      lookedMs = nowMs;
      const liveMs = look.livePairs > 0 ? sinceMs : 0;
      const fresh = look.crashLooping.filter((instance) => !looping.has(instance));
      looping = new Set(look.crashLooping);
      await write({
        ...run,
        beatMs: clock.now(),
        liveMs: run.liveMs + liveMs,
        dueCandles: run.dueCandles + (look.livePairs * sinceMs) / candleMs,
        maxDrawdownFraction: Math.max(run.maxDrawdownFraction, look.drawdownFraction),
        crashLoops: run.crashLoops + fresh.length,
      });
    },
    end: async () => {
      await write({ ...run, endedMs: run.beatMs });
    },
  };
}
