/**
 * Who listens to which stream, and the way of an event to them: written once, past the faults
 * that duplicate, hold, reorder or lose it, to every subscriber. Feeds ask `has` first, so
 * nothing is computed that nobody listens to.
 */
import type { Clock } from '#platform/clock/clock.ts';
import type { FaultBoard } from '../faults/fault-board.ts';
import type { FaultSubject } from '../faults/fault-target.ts';
import type { StreamKind, StreamName } from './stream-name.ts';

/** Events held back by `event-late`; past this they go out on time. */
const LATE_MAX = 10_000;

export interface StreamMessage extends FaultSubject {
  readonly channel: string;
  readonly raw: Buffer;
  /** The same wrapped as `{stream, data}`. */
  readonly combined: Buffer;
}

export interface Subscriber {
  deliver(message: StreamMessage): void;
}

interface Channel {
  readonly name: StreamName;
  readonly subscribers: Set<Subscriber>;
}

export class StreamHub {
  readonly #clock: Clock;
  readonly #faults: FaultBoard;
  readonly #channels = new Map<string, Channel>();
  readonly #byKind = new Map<StreamKind, Map<string, StreamName>>();
  readonly #held = new Map<string, StreamMessage>();
  #late = 0;
  #published = 0;

  constructor(clock: Clock, faults: FaultBoard) {
    this.#clock = clock;
    this.#faults = faults;
    faults.onChange((run, phase) => {
      if (run.fault.kind === 'event-reorder' && phase === 'end') this.#releaseHeld();
    });
  }

  get published(): number {
    return this.#published;
  }

  has(name: string): boolean {
    return this.#channels.has(name);
  }

  /** The subscribed streams of one kind. */
  names(kind: StreamKind): Iterable<StreamName> {
    return this.#byKind.get(kind)?.values() ?? [];
  }

  subscribe(name: StreamName, subscriber: Subscriber): void {
    const channel = this.#channels.get(name.name) ?? { name, subscribers: new Set() };
    channel.subscribers.add(subscriber);
    this.#channels.set(name.name, channel);
    const ofKind = this.#byKind.get(name.kind) ?? new Map<string, StreamName>();
    this.#byKind.set(name.kind, ofKind.set(name.name, name));
  }

  unsubscribe(name: string, subscriber: Subscriber): void {
    const channel = this.#channels.get(name);
    if (channel === undefined) return;
    channel.subscribers.delete(subscriber);
    if (channel.subscribers.size > 0) return;
    this.#channels.delete(name);
    this.#byKind.get(channel.name.kind)?.delete(name);
    this.#held.delete(name);
  }

  /** Sends one event; `payload` is the JSON text of the raw stream. */
  publish(name: string, payload: string, symbol?: string): void {
    const channel = this.#channels.get(name);
    if (channel === undefined) return;
    this.#published += 1;
    const message = streamMessage(channel.name, payload, symbol);
    if (this.#faults.hit('event-missing', message) !== undefined) return;
    const late = this.#faults.hit('event-late', message);
    if (late !== undefined && this.#late < LATE_MAX) {
      this.#late += 1;
      const arrive = (): void => {
        this.#late -= 1;
        this.#fanOut(message);
      };
      this.#clock.after(late.delayMs, arrive, { unref: true });
      return;
    }
    this.#inOrder(name, message);
    if (this.#faults.hit('event-duplicate', message) !== undefined) this.#fanOut(message);
  }

  #inOrder(name: string, message: StreamMessage): void {
    const held = this.#held.get(name);
    if (held !== undefined) {
      this.#held.delete(name);
      this.#fanOut(message);
      this.#fanOut(held);
    } else if (this.#faults.hit('event-reorder', message) !== undefined) {
      this.#held.set(name, message);
    } else {
      this.#fanOut(message);
    }
  }

  #releaseHeld(): void {
    for (const message of this.#held.values()) this.#fanOut(message);
    this.#held.clear();
  }

  #fanOut(message: StreamMessage): void {
    const channel = this.#channels.get(message.channel);
    for (const subscriber of channel?.subscribers ?? []) subscriber.deliver(message);
  }
}

function streamMessage(name: StreamName, payload: string, symbol?: string): StreamMessage {
  let raw: Buffer | undefined;
  let combined: Buffer | undefined;
  return {
    channel: name.name,
    stream: name.kind === 'userData' ? name.kind : name.name,
    symbol: symbol ?? name.symbol,
    get raw() {
      return (raw ??= Buffer.from(payload));
    },
    get combined() {
      return (combined ??= Buffer.from(`{"stream":"${name.name}","data":${payload}}`));
    },
  };
}
