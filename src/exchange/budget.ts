import type { Clock } from '#platform/clock/clock.ts';
import { TransientError } from '#platform/errors.ts';

/**
 * Our own count of the venue's request weight, so that its limit is not found by being banned. What
 * matters more may use more of it. The venue's own figure, sent with each answer, wins over ours when
 * it is higher: others may share the address.
 */
export interface WeightBudget {
  /** Waits for room; throws TransientError when the wait is longer than `withinMs` or in a ban. */
  take(weight: number, options: TakeOptions): Promise<void>;
  /** The venue's own count for the running minute. */
  observe(usedWeight: number): void;
  /** No request until then: the venue said 429 or 418. */
  block(forMs: number): void;
  usedWeight(): number;
  blockedMs(): number;
}

/** Orders go first; then what keeps the account known; then data; history may wait. */
export type Priority = 'order' | 'reconcile' | 'data' | 'prefetch';

export interface TakeOptions {
  readonly priority?: Priority | undefined;
  readonly withinMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What other processes of the desk use of the same limit; see `shared-weight.ts`. */
export interface WeightShare {
  /** Their use in a minute; undefined while it cannot be known. */
  othersIn(minute: number): number | undefined;
  add(minute: number, weight: number): void;
  /** Wall time until which one of them was told to wait. */
  blockedUntilMs(): number;
  block(untilMs: number): void;
  /** The part of the limit that is ours while the others are not known. */
  readonly ownFraction: number;
}

const MINUTE_MS = 60_000;

/** The part of the reserve that each may not touch. */
const RESERVE_KEPT: Readonly<Record<Priority, number>> = {
  order: 0,
  reconcile: 0.5,
  data: 1,
  prefetch: 1.5,
};

export function createWeightBudget(options: {
  clock: Clock;
  weightPerMinute: number;
  reserveFraction: number;
  share?: WeightShare | undefined;
}): WeightBudget {
  const { clock, weightPerMinute, reserveFraction, share } = options;
  let minute = -1;
  let own = 0;
  let observed = 0;
  let blockedUntilMs = 0;

  function roll(): void {
    // Binance counts whole minutes of its clock; ours may differ by the offset, which the reserve
    // covers and `observe` corrects.
    const current = Math.floor(clock.now() / MINUTE_MS);
    if (current === minute) return;
    minute = current;
    own = 0;
    observed = 0;
  }

  function used(): number {
    return Math.max(observed, own + (share?.othersIn(minute) ?? 0));
  }

  function blockedMs(): number {
    const elsewhereMs = (share?.blockedUntilMs() ?? 0) - clock.now();
    return Math.max(0, blockedUntilMs - clock.monotonic(), elsewhereMs);
  }

  function waitMs(weight: number, priority: Priority): number {
    roll();
    const kept = Math.min(0.9, reserveFraction * RESERVE_KEPT[priority]);
    const limit = weightPerMinute * (1 - kept);
    const isAlone = share !== undefined && share.othersIn(minute) === undefined;
    const fits = used() + weight <= limit;
    if (fits && (!isAlone || own + weight <= limit * share.ownFraction)) return 0;
    return (minute + 1) * MINUTE_MS - clock.now();
  }

  async function take(weight: number, { priority, withinMs, signal }: TakeOptions): Promise<void> {
    const deadlineMs = clock.monotonic() + withinMs;
    for (;;) {
      const bannedMs = blockedMs();
      if (bannedMs > 0) throw limited(bannedMs);
      const pauseMs = waitMs(weight, priority ?? 'data');
      if (pauseMs === 0) break;
      if (clock.monotonic() + pauseMs > deadlineMs) throw spent(pauseMs, weight, used());
      await clock.sleep(pauseMs, signal);
    }
    own += weight;
    observed += weight;
    share?.add(minute, weight);
  }

  return {
    take,
    observe: (usedWeight) => {
      roll();
      observed = Math.max(observed, usedWeight);
    },
    block: (forMs) => {
      blockedUntilMs = Math.max(blockedUntilMs, clock.monotonic() + forMs);
      share?.block(clock.now() + forMs);
    },
    usedWeight: () => {
      roll();
      return used();
    },
    blockedMs,
  };
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
