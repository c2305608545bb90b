import type { Pair } from '#core/model/pair.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { errorText } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import type { Random } from '#platform/random.ts';
import { reconnectMs } from './backoff.ts';
import type { StreamKind } from './market-data.ts';
import type { VenueMetrics } from './metrics.ts';

/**
 * Keeps one stream open until it is closed: watch, wait for the loss, tell, wait a little, watch
 * again. ccxt's pending watch rejects once when its socket is lost; nothing inside it re-dials.
 */
export interface StreamLoop {
  readonly kind: StreamKind;
  readonly pairs: readonly Pair[];
  /** A message came: the connection is good, the next loss starts with a short pause. */
  noteEvent(): void;
  close(): Promise<void>;
}

export interface StreamLoopOptions {
  readonly kind: StreamKind;
  readonly pairs: readonly Pair[];
  /** Subscribes; settles only when the stream is lost. */
  readonly watch: () => Promise<unknown>;
  readonly onGap: (cause: string) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: VenueMetrics;
}

export function startStreamLoop(options: StreamLoopOptions): StreamLoop {
  const { kind, pairs, clock, random, log, metrics } = options;
  const stop = new AbortController();
  let failures = 0;

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      let cause = 'ended';
      try {
        await untilStopped(options.watch(), stop.signal);
      } catch (error: unknown) {
        cause = errorText(error).slice(0, 200);
      }
      if (stop.signal.aborted) return;
      metrics.reconnects.inc({ stream: kind });
      log.warn({ stream: kind, cause, failures }, 'market stream lost, opening it again');
      options.onGap(cause);
      const pauseMs = reconnectMs(failures, random);
      failures += 1;
      await clock.sleep(pauseMs, stop.signal).catch(() => undefined);
    }
  }

  const done = run();
  return {
    kind,
    pairs,
    noteEvent: () => {
      failures = 0;
    },
    close: () => {
      stop.abort();
      return done;
    },
  };
}

/** The signal lives as long as the stream is wanted: each watch takes its listener with it. */
async function untilStopped(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  const onAbort = (): void => stopped.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([promise, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
