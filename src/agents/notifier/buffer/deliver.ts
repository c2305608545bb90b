/** Takes the messages of one channel to it, one at a time, for as long as the notifier lives. */
import type { Clock } from '#platform/clock/clock.ts';
import { DeskError, errorText, PermanentError } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import type { Random } from '#platform/random.ts';
import type { Channel } from '../channel.ts';
import type { NotifierMetrics } from '../metrics.ts';
import type { MessageStore, StoredMessage } from './message-store.ts';

export interface DeliveryPorts {
  readonly store: MessageStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: NotifierMetrics;
  readonly random: Random;
  readonly signal: AbortSignal;
}

export interface Delivery {
  readonly channel: string;
  /** There may be something to send. */
  wake(): void;
  /** Undefined while it works. */
  problem(): string | undefined;
  /** Nothing waits and nothing is in hand. */
  isIdle(): boolean;
  /** Resolves when the signal has ended it. */
  readonly ended: Promise<void>;
}

const RETRY_MS = 1_000;
const RETRY_MS_MAX = 60_000;
/** A nudge can be missed by nobody here, but a look now and then costs nothing. */
const LOOK_MS = 5_000;

export function deliver(channel: Channel, ports: DeliveryPorts): Delivery {
  const { store, clock, signal, metrics } = ports;
  let awake = Promise.withResolvers<void>();
  let problem: string | undefined;
  let failures = 0;
  let isSending = false;

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const next = store.take(channel.name);
      metrics.waiting(channel.name, store.waiting(channel.name));
      if (next === undefined) await pause(LOOK_MS, true);
      else await sendOne(next);
    }
  }

  async function sendOne(next: StoredMessage): Promise<void> {
    isSending = true;
    try {
      await channel.send(next.message, signal);
      store.remove(next.seq);
      metrics.message(channel.name, next.message.isRepeat === true ? 'repeated' : 'sent');
      problem = undefined;
      failures = 0;
    } catch (error) {
      await failed(next, error);
    } finally {
      isSending = false;
    }
  }

  async function failed({ seq, message }: StoredMessage, error: unknown): Promise<void> {
    if (error instanceof PermanentError) {
      store.remove(seq);
      metrics.message(channel.name, 'refused');
      ports.log.error(
        { channel: channel.name, kind: message.kind, problem: error.message },
        'a channel refuses a message for good',
      );
      return;
    }
    // The end of the notifier cut it off: who knows whether it arrived.
    const isDoubtful =
      signal.aborted || (error instanceof DeskError && error.details['isUnknown'] === true);
    store.putBack(seq, isDoubtful);
    if (signal.aborted) return;
    metrics.message(channel.name, 'retried');
    failures += 1;
    if (problem === undefined) {
      ports.log.warn({ channel: channel.name, problem: errorText(error) }, 'a channel is away');
    }
    problem = errorText(error);
    isSending = false;
    await pause(waitMs(error), false);
  }

  function waitMs(error: unknown): number {
    const asked = error instanceof DeskError ? error.details['retryAfterMs'] : undefined;
    const backoff = Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** Math.min(10, failures - 1));
    // Half of it by chance: several desks must not come back at the same moment.
    return typeof asked === 'number' ? asked : backoff * (0.5 + ports.random.next() / 2);
  }

  async function pause(ms: number, canWake: boolean): Promise<void> {
    const waiting = clock.sleep(ms, signal).catch(() => undefined);
    await (canWake ? Promise.race([awake.promise, waiting]) : waiting);
    awake = Promise.withResolvers<void>();
  }

  return {
    channel: channel.name,
    wake: () => awake.resolve(),
    problem: () => problem,
    isIdle: () => !isSending && store.waiting(channel.name) === 0,
    ended: run(),
  };
}
