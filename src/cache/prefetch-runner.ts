/**
 * Loads ahead in the process that provides: what the prefetcher plans, within a share of the
 * venue's weight and a few at a time. Candles of all pairs close at once, so loads wait their turn;
 * what waited too long is left out: its reader loads it then.
 */
import { createPrefetcher, type PlannedLoad } from '#core/cache-policy/prefetch/prefetcher.ts';
import { createShapes } from '#core/cache-policy/prefetch/shapes.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { errorText } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import { idOf, type Kind, partsOf } from './kind.ts';
import { KINDS } from './kinds.ts';
import type { SharedCache } from './shared-cache.ts';
import type { PrefetchMetrics } from './prefetch-metrics.ts';

export interface PrefetchRunner {
  /** Loads what is due; to be called some times a second. */
  run(): void;
  /** Pairs that somebody is going to look at. */
  select(pairs: readonly string[]): void;
}

/** How often to call `run`. */
export const PREFETCH_EVERY_MS = 250;

const KEYS_MAX = 1_000;
const AT_ONCE = 4;
/** Weight not used in so long is lost: a burst is no more than that. */
const BURST_MS = 10_000;

interface RunnerOptions {
  readonly cache: Pick<SharedCache, 'prefetch' | 'onReads'>;
  readonly clock: Clock;
  /** By which candles close: the venue's. */
  readonly now: () => number;
  readonly weightPerMinute: number;
  readonly log: Pick<Log, 'debug'>;
  readonly metrics: PrefetchMetrics;
}

export function createPrefetchRunner(options: RunnerOptions): PrefetchRunner {
  const { cache, clock, now, metrics } = options;
  const prefetcher = createPrefetcher({ keysMax: KEYS_MAX });
  const shapes = createShapes();
  const queue = loadQueue(options, (id) => prefetcher.loaded(id));
  metrics.keysLimit.set(2 * KEYS_MAX);

  cache.onReads((reads) => {
    const nowMs = clock.monotonic();
    for (const { id, atMs } of reads) {
      const found = kindOf(id);
      if (found === undefined) continue;
      const candleMs = candleMsOf(found);
      prefetcher.observe({ key: id, atMs: now() - (nowMs - atMs), candleMs });
      shapes.note(id);
    }
  });
  const told = { used: 0, wasted: 0 };
  return {
    run: () => {
      queue.add(prefetcher.plan(now()));
      const tallies = Object.values(prefetcher.tally());
      for (const outcome of ['used', 'wasted'] as const) {
        const sum = tallies.reduce((total, one) => total + one[outcome], 0);
        metrics.outcomes.inc({ outcome }, sum - told[outcome]);
        told[outcome] = sum;
      }
      metrics.keys.set(prefetcher.keys());
    },
    select: (pairs) => {
      prefetcher.select(
        pairs.flatMap((pair) => shapes.keysFor(pair)),
        now(),
      );
    },
  };
}

/** Loads in the order in which they came, as far as the weight goes and a few at a time. */
function loadQueue(
  { cache, clock, now, weightPerMinute, log, metrics }: RunnerOptions,
  onLoaded: (id: string) => void,
): { add(planned: readonly PlannedLoad[]): void } {
  const weight = weightBucket(clock, weightPerMinute);
  const waiting: PlannedLoad[] = [];
  let underWay = 0;

  function loadWaiting(): void {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const found = kindOf(next.key);
      if (found !== undefined) {
        const { weight: needed } = found.kind;
        const isVain = now() > next.untilMs || needed > weight.most;
        if (isVain || waiting.length > 2 * KEYS_MAX) metrics.outcomes.inc({ outcome: 'skipped' });
        else if (underWay >= AT_ONCE || !weight.take(needed)) return;
        else void load(next, found);
      }
      waiting.shift();
    }
  }

  async function load({ key: id, wantedMs }: PlannedLoad, found: FoundKind): Promise<void> {
    underWay += 1;
    try {
      const isLoaded = await cache.prefetch(found.kind, found.key, Math.max(0, wantedMs - now()));
      if (isLoaded) onLoaded(id);
      else {
        weight.giveBack(found.kind.weight);
        metrics.outcomes.inc({ outcome: 'fresh' });
      }
    } catch (error: unknown) {
      metrics.outcomes.inc({ outcome: 'failed' });
      log.debug({ id, cause: errorText(error) }, 'not loaded ahead');
    } finally {
      underWay -= 1;
      loadWaiting();
    }
  }

  return {
    add: (planned) => {
      waiting.push(...planned);
      loadWaiting();
    },
  };
}

interface FoundKind {
  readonly kind: Kind<unknown>;
  readonly key: string;
}

const BY_NAME = new Map(KINDS.map((kind) => [partsOf(idOf(kind, '')).kind, kind]));

function kindOf(id: string): FoundKind | undefined {
  const { kind: name, key } = partsOf(id);
  const kind = BY_NAME.get(name);
  return kind === undefined ? undefined : { kind, key };
}

/** Undefined also for a key that is none: whoever reads it is told. */
function candleMsOf({ kind, key }: FoundKind): number | undefined {
  try {
    return kind.candleMs?.(key);
  } catch {
    return undefined;
  }
}

function weightBucket(clock: Clock, perMinute: number) {
  const most = (perMinute * BURST_MS) / 60_000;
  let left = most;
  let atMs = clock.monotonic();
  return {
    most,
    take: (weight: number): boolean => {
      const nowMs = clock.monotonic();
      left = Math.min(most, left + ((nowMs - atMs) * perMinute) / 60_000);
      atMs = nowMs;
      if (left < weight) return false;
      left -= weight;
      return true;
    },
    giveBack: (weight: number): void => {
      left = Math.min(most, left + weight);
    },
  };
}
