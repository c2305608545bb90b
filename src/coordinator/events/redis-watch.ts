import type { CoordinatorFact } from '#core/model/coordinator-event.ts';
import type { Clock } from '#platform/clock/clock.ts';

/** Sees Redis go and come back by the calls that are made to it all the time. */
export interface RedisWatch {
  /** A call was answered; `isNew`: what must always be in it was missing. */
  answered(isNew: boolean): void;
  failed(): void;
}

// One slow answer is no outage.
const FAILURES_MIN = 2;

export function redisWatch(clock: Clock, emit: (fact: CoordinatorFact) => void): RedisWatch {
  let wasSeen = false;
  let failures = 0;
  let sinceMs = 0;
  return {
    answered: (isNew) => {
      const wasAway = wasSeen && failures >= FAILURES_MIN;
      const isWiped = isNew && wasSeen;
      const afterMs = wasAway ? Math.round(clock.monotonic() - sinceMs) : 0;
      if (wasAway || isWiped) emit({ kind: 'redis.back', afterMs, isWiped });
      failures = 0;
      wasSeen = true;
    },
    failed: () => {
      if (failures === 0) sinceMs = clock.monotonic();
      failures += 1;
      // Before its first answer it is starting, and a start that fails is told as one.
      if (failures === FAILURES_MIN && wasSeen) emit({ kind: 'redis.away' });
    },
  };
}
