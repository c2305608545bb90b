/** The account streams one connection of the WebSocket API listens to. */
import { ApiError } from '../api-error.ts';
import type { SocketLine } from '../socket-line.ts';
import type { StreamHub, Subscriber } from '../stream-hub.ts';
import { userStream } from '../stream-name.ts';
import { streamTerminatedPayload } from './event-payloads.ts';

/** "A maximum of 65,535 total subscriptions over its lifetime" (web-socket-api.md). */
const LIFETIME_MAX = 65_535;

interface Subscription {
  readonly uid: number;
  /** Ended by `session.logout`; those made with a signature are not. */
  readonly isOfSession: boolean;
  readonly subscriber: Subscriber;
}

export class UserSubscriptions {
  readonly #hub: StreamHub;
  readonly #line: SocketLine;
  readonly #saysNow: () => number;
  readonly #active = new Map<number, Subscription>();
  #started = 0;

  constructor(parts: { hub: StreamHub; line: SocketLine; saysNow: () => number }) {
    this.#hub = parts.hub;
    this.#line = parts.line;
    this.#saysNow = parts.saysNow;
  }

  get ids(): readonly number[] {
    return [...this.#active.keys()];
  }

  /** At most one an account on each connection. */
  add(uid: number, isOfSession: boolean): number {
    if ([...this.#active.values()].some((one) => one.uid === uid)) {
      throw new ApiError(-2035, 'User Data Stream subscription already active.');
    }
    if (this.#started >= LIFETIME_MAX) {
      throw new ApiError(-2042, 'Maximum subscription ID reached for this connection.');
    }
    const id = this.#started;
    this.#started += 1;
    const subscriber: Subscriber = {
      deliver: (message) => this.#line.pass(wrapped(id, message.raw.toString()), message),
    };
    this.#active.set(id, { uid, isOfSession, subscriber });
    this.#hub.subscribe(userStream(uid), subscriber);
    return id;
  }

  /** Ends one, or all when none is named. */
  remove(id: number | undefined): void {
    if (id === undefined) this.#end(() => true);
    else if (this.#active.has(id)) this.#end((one) => one === id);
    else throw new ApiError(-2036, 'User Data Stream subscription not active.');
  }

  removeOfSession(): void {
    this.#end((id) => this.#active.get(id)?.isOfSession === true);
  }

  /** Without a word: the connection is gone. */
  dispose(): void {
    for (const { uid, subscriber } of this.#active.values()) this.#leave(uid, subscriber);
    this.#active.clear();
  }

  #end(isEnded: (id: number) => boolean): void {
    for (const [id, { uid, subscriber }] of this.#active) {
      if (!isEnded(id)) continue;
      this.#leave(uid, subscriber);
      this.#active.delete(id);
      const payload = streamTerminatedPayload(this.#saysNow());
      this.#line.pass(wrapped(id, payload), { stream: 'userData' });
    }
  }

  #leave(uid: number, subscriber: Subscriber): void {
    this.#hub.unsubscribe(userStream(uid).name, subscriber);
  }
}

function wrapped(id: number, payload: string): string {
  return `{"subscriptionId":${id},"event":${payload}}`;
}
