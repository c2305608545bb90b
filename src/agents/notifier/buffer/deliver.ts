/**
 * Takes the messages of one channel to it, one at a time, for as long as the notifier lives. A
 * channel that is away waits by itself: no other channel, and nothing of trading, waits with it.
 *
 * 1. A message is marked before it is sent and goes after: a process that dies in between leaves it
 *    to be sent once more, as a possible repeat.
 * 2. When the file cannot be written (a full disk) nothing is sent that could not be marked, and
 *    nothing follows one that is sent until that is written down.
 */
import type { Clock } from '#platform/clock/clock.ts';
import { DeskError, errorText, PermanentError, retryAfterOf } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import type { Random } from '#platform/random.ts';
import type { Channel } from '../channel.ts';
import type { NotifierMetrics } from '../metrics.ts';
import type { MessageStore, StoredMessage } from './message-store.ts';

export interface DeliveryPorts {
  readonly store: Pick<MessageStore, 'take' | 'remove' | 'putBack' | 'waiting'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<NotifierMetrics, 'message' | 'waiting' | 'delay'>;
  readonly random: Pick<Random, 'next'>;
  readonly signal: AbortSignal;
  readonly onEnd: (end: MessageEnd) => void;
}

/** What became of a message at a channel, but not of tries that failed. */
export interface MessageEnd {
  readonly channel: string;
  readonly id: string;
  readonly isSent: boolean;
}

const RETRY_MS = 1_000;
const RETRY_MS_MAX = 60_000;
const DOUBLINGS_MAX = 10;
/** A nudge can be missed by nobody here, but a look now and then costs nothing. */
const LOOK_MS = 5_000;

export class Delivery {
  readonly channel: string;
  /** Resolves when the signal has ended it. */
  readonly ended: Promise<void>;
  readonly #to: Channel;
  readonly #ports: DeliveryPorts;
  #awake = Promise.withResolvers<void>();
  #problem: string | undefined;
  #failures = 0;
  #isSending = false;
  #deliveredMs: number | undefined;

  constructor(to: Channel, ports: DeliveryPorts) {
    this.channel = to.name;
    this.#to = to;
    this.#ports = ports;
    this.ended = this.#run();
  }

  /** There may be something to send. */
  wake(): void {
    this.#awake.resolve();
  }

  /** Undefined while it works. */
  problem(): string | undefined {
    return this.#problem;
  }

  /** When it took a message last, in this life. */
  deliveredMs(): number | undefined {
    return this.#deliveredMs;
  }

  /** Nothing waits and nothing is in hand. */
  isIdle(): boolean {
    return !this.#isSending && this.#ports.store.waiting(this.channel) === 0;
  }

  async #run(): Promise<void> {
    const { store, signal, metrics } = this.#ports;
    while (!signal.aborted) {
      try {
        const next = store.take(this.channel);
        metrics.waiting(this.channel, store.waiting(this.channel));
        if (next === undefined) await this.#idle();
        else await this.#send(next);
      } catch (error) {
        await this.#cannotWrite(error);
      }
    }
  }

  async #send(next: StoredMessage): Promise<void> {
    this.#isSending = true;
    try {
      await this.#to.send(next.message, this.#ports.signal);
    } catch (error) {
      this.#isSending = false;
      if (error instanceof PermanentError) await this.#refused(next, error);
      else await this.#failed(next, error);
      return;
    }
    // Still sending: it is not over before it is written down.
    await this.#settle(next.seq);
    this.#isSending = false;
    this.#sent(next);
  }

  #sent({ message }: StoredMessage): void {
    const { clock, log, metrics, onEnd } = this.#ports;
    metrics.message(this.channel, message.isRepeat === true ? 'repeated' : 'sent');
    if (this.#failures > 0) log.info({ channel: this.channel }, 'a channel is back');
    this.#answered();
    this.#deliveredMs = clock.now();
    metrics.delay(this.channel, this.#deliveredMs - message.atMs);
    onEnd({ channel: this.channel, id: message.id, isSent: true });
  }

  async #refused({ seq, message }: StoredMessage, error: PermanentError): Promise<void> {
    const { log, metrics, onEnd } = this.#ports;
    await this.#settle(seq);
    metrics.message(this.channel, 'refused');
    log.error(
      { channel: this.channel, kind: message.kind, title: message.title, problem: error.message },
      'a channel refuses a message for good',
    );
    this.#answered();
    onEnd({ channel: this.channel, id: message.id, isSent: false });
  }

  /** It is there, whatever it thinks of a message. */
  #answered(): void {
    this.#problem = undefined;
    this.#failures = 0;
  }

  async #failed({ seq }: StoredMessage, error: unknown): Promise<void> {
    const { store, signal, metrics, log } = this.#ports;
    // The end of the notifier cut it off: who knows whether it arrived.
    const isDoubtful =
      signal.aborted || !(error instanceof DeskError) || error.details['isUnknown'] === true;
    store.putBack(seq, isDoubtful);
    if (signal.aborted) return;
    metrics.message(this.channel, 'retried');
    this.#failures += 1;
    if (this.#problem === undefined) {
      log.warn({ channel: this.channel, problem: errorText(error) }, 'a channel is away');
    }
    this.#problem = errorText(error);
    await this.#pause(this.#waitMs(error));
  }

  /** However long the disk is full: until it is written, nothing else is sent. */
  async #settle(seq: number): Promise<void> {
    const { store, signal } = this.#ports;
    for (;;) {
      try {
        store.remove(seq);
        return;
      } catch (error) {
        if (signal.aborted) throw error;
        await this.#cannotWrite(error);
      }
    }
  }

  async #cannotWrite(error: unknown): Promise<void> {
    const { log, signal } = this.#ports;
    if (signal.aborted) return;
    const problem = `notifier.db: ${errorText(error)}`;
    if (this.#problem !== problem) {
      log.error({ channel: this.channel, err: error }, 'messages cannot be read or marked');
    }
    this.#problem = problem;
    await this.#pause(RETRY_MS);
  }

  #waitMs(error: unknown): number {
    const asked = retryAfterOf(error);
    if (asked !== undefined) return asked;
    const doubled = RETRY_MS * 2 ** Math.min(DOUBLINGS_MAX, this.#failures - 1);
    // Half of it by chance: several desks must not come back at the same moment.
    return Math.min(RETRY_MS_MAX, doubled) * (0.5 + this.#ports.random.next() / 2);
  }

  async #idle(): Promise<void> {
    const stop = new AbortController();
    const signal = AbortSignal.any([this.#ports.signal, stop.signal]);
    const waiting = this.#ports.clock.sleep(LOOK_MS, signal).catch(() => undefined);
    await Promise.race([this.#awake.promise, waiting]);
    stop.abort();
    this.#awake = Promise.withResolvers<void>();
  }

  async #pause(ms: number): Promise<void> {
    await this.#ports.clock.sleep(ms, this.#ports.signal).catch(() => undefined);
  }
}
