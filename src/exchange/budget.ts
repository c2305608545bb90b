import type { Clock, Timer } from '#platform/clock/clock.ts';
import { TransientError } from '#platform/errors.ts';
import {
  createWeightPool,
  type PoolAsked,
  type PoolShare,
  type PoolVerdict,
} from './weight-pool.ts';
import { createWeightQueue, type Priority } from './weight-queue.ts';

export type { Priority } from './weight-queue.ts';

/**
 * Our own count of the venue's request weight, so that its limit is not found by being banned. What
 * matters more may use more of it, and is served first where several wait. What the venue counts
 * beyond ours, as it says with each answer, is used by others of the address and counts too.
 */
export interface WeightBudget {
  /** Waits for room; throws TransientError when the wait is longer than `withinMs` or in a ban. */
  take(weight: number, options: TakeOptions): Promise<void>;
  /** The venue's own count for the running minute. */
  observe(usedWeight: number): void;
  /** No request until then, of anybody: the venue said 429 or 418. */
  block(forMs: number): void;
  usedWeight(): number;
  blockedMs(): number;
}

export interface TakeOptions {
  readonly priority?: Priority | undefined;
  readonly withinMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The part of the reserve that each may not touch. */
const RESERVE_KEPT: Readonly<Record<Priority, number>> = {
  order: 0,
  reconcile: 0.5,
  data: 1,
  prefetch: 1.5,
};
const KEPT_MAX = 0.9;

type Refused = Exclude<PoolVerdict, { kind: 'taken' }>;

export interface BudgetMetrics {
  /** How long a caller waited, by its class. */
  readonly onWait?: ((priority: Priority, waitedMs: number) => void) | undefined;
}

export function createWeightBudget(
  options: BudgetMetrics & {
    readonly clock: Clock;
    readonly weightPerMinute: number;
    readonly reserveFraction: number;
    readonly share?: PoolShare | undefined;
  },
): WeightBudget {
  const { clock, weightPerMinute, reserveFraction, onWait } = options;
  const pool = createWeightPool(clock, options.share);
  const queue = createWeightQueue();
  let isServing = false;
  let wake: Timer | undefined;

  const asking = (weight: number, priority: Priority): PoolAsked => {
    const kept = Math.min(KEPT_MAX, reserveFraction * RESERVE_KEPT[priority]);
    return { weight, ceiling: weightPerMinute * (1 - kept) };
  };

  /** Where the first one finds no room, those behind it find none either: they may use less. */
  function refuse(verdict: Refused): void {
    const { kind, waitMs } = verdict;
    const againMs = clock.monotonic() + waitMs;
    const gone = queue.all().filter(({ deadlineMs }) => kind === 'shut' || againMs > deadlineMs);
    for (const waiter of gone) {
      queue.leave(waiter);
      waiter.done.reject(refusalOf(verdict, waiter.weight, pool.usedWeight()));
    }
    wake?.cancel();
    if (queue.first() === undefined) return;
    // Keeps the process alive: a command may have nothing else to wait for.
    wake = clock.after(waitMs, () => void serve());
  }

  async function serve(): Promise<void> {
    if (isServing) return;
    isServing = true;
    try {
      for (let first = queue.first(); first !== undefined; first = queue.first()) {
        const verdict = await pool.take(asking(first.weight, first.priority));
        // Meanwhile one may have come who may use more.
        if (verdict.kind !== 'taken' && queue.first() !== first) continue;
        if (verdict.kind !== 'taken') {
          refuse(verdict);
          return;
        }
        // One that gave up meanwhile leaves its weight unused.
        if (queue.leave(first)) first.done.resolve();
      }
    } finally {
      isServing = false;
    }
  }

  const rest = (): void => (queue.first() === undefined ? wake?.cancel() : undefined);

  /** An order waits for nobody's turn while there is room. */
  const isOrderTaken = async (weight: number, priority: Priority): Promise<boolean> =>
    priority === 'order' && (await pool.take(asking(weight, priority))).kind === 'taken';

  return {
    take: async (weight, take) => {
      take.signal?.throwIfAborted();
      const priority = take.priority ?? 'data';
      const fromMs = clock.monotonic();
      if (!(await isOrderTaken(weight, priority))) {
        const deadlineMs = fromMs + take.withinMs;
        const waiter = queue.join({ weight, priority, deadlineMs });
        if (waiter === undefined) throw spent(take.withinMs, weight, pool.usedWeight());
        void serve();
        await queue.waited(waiter, take.signal).finally(rest);
      }
      onWait?.(priority, clock.monotonic() - fromMs);
    },
    observe: (usedWeight) => pool.observe(usedWeight),
    block: (forMs) => pool.block(forMs),
    usedWeight: () => pool.usedWeight(),
    blockedMs: () => pool.blockedMs(),
  };
}

function refusalOf({ kind, waitMs }: Refused, weight: number, used: number): TransientError {
  return kind === 'shut' ? limited(waitMs) : spent(waitMs, weight, used);
}

function limited(retryAfterMs: number): TransientError {
  const details = { retryAfterMs };
  return new TransientError('venue-rate-limited', 'the venue limits our requests', { details });
}

function spent(retryAfterMs: number, weight: number, used: number): TransientError {
  const details = { retryAfterMs, weight, used };
  return new TransientError('venue-budget', 'our request weight for this minute is used up', {
    details,
  });
}
