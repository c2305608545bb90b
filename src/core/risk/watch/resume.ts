/**
 * What a look goes on with of what the last one remembered, by how long ago that was: of this process or
 * the one before it, which makes no difference.
 *
 * 1. A level holds over a restart, and so does the time for which it has been calm.
 * 2. After a pause memory holds no level that is no longer true: the first look lets it fall. One that is
 *    still true goes on, with the risk it rose at.
 * 3. A time in the future (the clock was set back) counts as now: it must not hold anything for longer.
 */
import { CALM } from './emergency.ts';
import type { EmergencyMemory } from './emergency.ts';
import type { LimitMemory } from './step-limits.ts';

interface Pause {
  /** When the last look was kept. */
  readonly atMs: number;
  readonly nowMs: number;
  /** From how long on nobody knows what was in between. */
  readonly pauseMs: number;
}

export function resumeLimits(
  kept: Iterable<readonly [string, LimitMemory]>,
  { atMs, nowMs, pauseMs }: Pause,
): ReadonlyMap<string, LimitMemory> {
  const isOld = nowMs - atMs >= pauseMs;
  return new Map(
    [...kept].map(([key, limit]) => {
      const calmSinceMs = limit.calmSinceMs ?? (isOld ? atMs : undefined);
      return [
        key,
        {
          ...limit,
          sinceMs: Math.min(limit.sinceMs, nowMs),
          calmSinceMs: calmSinceMs === undefined ? undefined : Math.min(calmSinceMs, nowMs),
        },
      ];
    }),
  );
}

/** After a pause only the profits count, which the look itself forgets by their age. */
export function resumeAlarms(
  kept: EmergencyMemory,
  { atMs, nowMs, pauseMs }: Pause,
): EmergencyMemory {
  const profits = kept.profits.filter((point) => point.atMs <= nowMs);
  if (nowMs - atMs >= pauseMs) return { ...CALM, profits };
  const since = [...kept.unprotectedSinceMs].map(
    ([pair, sinceMs]) => [pair, Math.min(sinceMs, nowMs)] as const,
  );
  return { ...kept, profits, unprotectedSinceMs: new Map(since) };
}
