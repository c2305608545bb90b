import type { Clock } from '#platform/clock/clock.ts';
import { TransientError } from '#platform/errors.ts';

/**
 * Our own count of the venue's request weight, so that its limit is not found by being banned.
 * Ordinary calls leave a reserve that urgent ones (gaps, reconciliation) may use. The venue's own
 * figure, sent with each answer, wins over ours when it is higher: others may share the address.
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

export interface TakeOptions {
  readonly isUrgent?: boolean | undefined;
  readonly withinMs: number;
  readonly signal?: AbortSignal | undefined;
}

const MINUTE_MS = 60_000;

export function createWeightBudget(options: {
  clock: Clock;
  weightPerMinute: number;
  reserveFraction: number;
}): WeightBudget {
  const { clock, weightPerMinute } = options;
  const ordinaryLimit = weightPerMinute * (1 - options.reserveFraction);
  let minute = -1;
  let used = 0;
  let blockedUntilMs = 0;

  function roll(): void {
    // Binance counts whole minutes of its clock; ours may differ by the offset, which the reserve
    // covers and `observe` corrects.
    const current = Math.floor(clock.now() / MINUTE_MS);
    if (current === minute) return;
    minute = current;
    used = 0;
  }

  function waitMs(weight: number, isUrgent: boolean): number {
    roll();
    const limit = isUrgent ? weightPerMinute : ordinaryLimit;
    if (used + weight <= limit) return 0;
    return (minute + 1) * MINUTE_MS - clock.now();
  }

  async function take(weight: number, { isUrgent, withinMs, signal }: TakeOptions): Promise<void> {
    const deadlineMs = clock.monotonic() + withinMs;
    for (;;) {
      const bannedMs = blockedUntilMs - clock.monotonic();
      if (bannedMs > 0) {
        throw new TransientError('venue-rate-limited', 'the venue limits our requests', {
          details: { retryAfterMs: bannedMs },
        });
      }
      const pauseMs = waitMs(weight, isUrgent ?? false);
      if (pauseMs === 0) break;
      if (clock.monotonic() + pauseMs > deadlineMs) {
        throw new TransientError('venue-budget', 'our request weight for this minute is used up', {
          details: { retryAfterMs: pauseMs, weight, used },
        });
      }
      await clock.sleep(pauseMs, signal);
    }
    used += weight;
  }

  return {
    take,
    observe: (usedWeight) => {
      roll();
      used = Math.max(used, usedWeight);
    },
    block: (forMs) => {
      blockedUntilMs = Math.max(blockedUntilMs, clock.monotonic() + forMs);
    },
    usedWeight: () => {
      roll();
      return used;
    },
    blockedMs: () => Math.max(0, blockedUntilMs - clock.monotonic()),
  };
}
