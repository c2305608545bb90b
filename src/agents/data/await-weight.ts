import type { Clock } from '#platform/clock/clock.ts';
import { retryAfterOf, TransientError } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';

export interface WeightPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Reads of the start, which wait for the next minute when the request weight of this one is used up.
 * Dying of it would spend some again with each try, and end as a crash loop. How long a start may
 * take is the coordinator's to say.
 */
export async function awaitWeight<T>(ports: WeightPorts, read: () => Promise<T>): Promise<T> {
  const { clock, log, signal } = ports;
  for (;;) {
    try {
      return await read();
    } catch (error: unknown) {
      const waitMs = waitOf(error);
      if (waitMs === undefined) throw error;
      log.warn({ waitMs }, 'the start waits for request weight');
      await clock.sleep(waitMs, signal);
    }
  }
}

function waitOf(error: unknown): number | undefined {
  if (!(error instanceof TransientError) || error.code !== 'venue-budget') return undefined;
  const waitMs = retryAfterOf(error);
  return waitMs === undefined ? undefined : Math.ceil(waitMs);
}
