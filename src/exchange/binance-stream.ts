import type { Pair } from '#core/model/pair.ts';
import type { Timeframe } from '#core/model/timeframe.ts';
import type { Clock, Timer } from '#platform/clock/clock.ts';
import { PermanentError } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import type { Random } from '#platform/random.ts';
import { methodOf } from './ccxt-client.ts';
import type { CcxtClient, CcxtSocket } from './ccxt-client.ts';
import type { StreamKind } from './market-data.ts';
import type { VenueMetrics } from './metrics.ts';
import { startStreamLoop } from './stream-loop.ts';
import type { StreamLoop } from './stream-loop.ts';

export interface BinanceStreamOptions {
  readonly client: CcxtClient;
  readonly kind: StreamKind;
  readonly pairs: readonly Pair[];
  readonly timeframe: Timeframe;
  /** Tells the sockets of one client apart. */
  readonly socketName: string;
  readonly symbolOf: (pair: Pair) => string;
  readonly onUp: (pairs: readonly Pair[]) => void;
  readonly onGap: (pairs: readonly Pair[], cause: string) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: VenueMetrics;
}

/** A socket on which the venue neither confirms nor sends anything is given up after this. */
const SUBSCRIBED_WITHIN_MS = 5_000;
/** Far above the ids that ccxt counts up on the same socket. */
const FIRST_ID = 1_000_000;

/**
 * One socket of one kind and the pairs on it.
 *
 * 1. A pair that joins or leaves changes its own subscription on the open socket: the pairs that
 *    stay miss nothing. A socket that is dialled anew subscribes what is wanted then.
 * 2. Nothing counts as subscribed before the venue has confirmed it or sent something; a
 *    confirmation that does not come, of one pair too, costs the socket.
 */
export class BinanceStream {
  readonly kind: StreamKind;
  readonly #options: BinanceStreamOptions;
  readonly #wanted: Set<Pair>;
  /** Subscribed or asked for on the socket that is open, with the venue's name of the stream. */
  readonly #onSocket = new Map<Pair, string>();
  readonly #asked = new Map<number, readonly Pair[]>();
  readonly #confirmation: Confirmation;
  readonly #joining: Confirmation;
  readonly #loop: StreamLoop;
  #dialled: Dialled | undefined;
  #lastId = FIRST_ID;
  #isUp = false;

  constructor(options: BinanceStreamOptions) {
    const { kind, clock } = options;
    this.kind = kind;
    this.#options = options;
    this.#wanted = new Set(options.pairs);
    this.#confirmation = awaitConfirmation(clock, () => this.drop());
    this.#joining = awaitConfirmation(clock, () => this.drop());
    this.#loop = startStreamLoop({
      ...options,
      watch: () => this.#dial(),
      onGap: (cause) => {
        this.#endWaits();
        this.#isUp = false;
        options.onGap([...this.#wanted], cause);
      },
    });
  }

  /** Of the socket it is on, once it was dialled. */
  url(): string | undefined {
    return this.#dialled?.url;
  }

  pairs(): ReadonlySet<Pair> {
    return this.#wanted;
  }

  add(pairs: readonly Pair[]): void {
    for (const pair of pairs) this.#wanted.add(pair);
    this.#subscribe();
  }

  remove(pairs: readonly Pair[]): void {
    for (const pair of pairs) this.#wanted.delete(pair);
    this.#subscribe();
  }

  /** Something came on its socket. */
  heard(): void {
    this.#loop.noteEvent();
    if (!this.#confirmation.end()) return;
    this.#isUp = true;
    this.#tellUp([...this.#onSocket.keys()]);
    this.#subscribe();
  }

  /** True for an answer to a subscription that was changed here; ccxt knows nothing of it. */
  answered(message: unknown): boolean {
    const answer = answerIn(message);
    if (answer === undefined || answer.id <= FIRST_ID) return false;
    const pairs = this.#asked.get(answer.id) ?? [];
    this.#asked.delete(answer.id);
    if (this.#asked.size === 0) this.#joining.end();
    if (answer.isTaken) this.#tellUp(pairs);
    else this.drop();
    return true;
  }

  /** Ends the socket at once; the loop opens a new one. */
  drop(): void {
    this.#socket()?.connection?.terminate?.();
  }

  async close(): Promise<void> {
    this.#endWaits();
    await this.#loop.close();
    this.drop();
  }

  #dial(): Promise<unknown> {
    const { pending, dialled } = dial(this.#options, [...this.#wanted]);
    this.#dialled = dialled;
    this.#onSocket.clear();
    for (const pair of this.#wanted) this.#onSocket.set(pair, this.#nameOf(pair));
    this.#confirmation.begin();
    return pending;
  }

  /** Makes the open socket carry what is wanted; one that is being dialled is looked at when up. */
  #subscribe(): void {
    if (!this.#isUp) return;
    const leaving = [...this.#onSocket].filter(([pair]) => !this.#wanted.has(pair));
    for (const [pair] of leaving) this.#onSocket.delete(pair);
    if (leaving.length > 0) {
      this.#request(
        'UNSUBSCRIBE',
        leaving.map(([, name]) => name),
      );
    }
    const missing = [...this.#wanted].filter((pair) => !this.#onSocket.has(pair));
    if (missing.length === 0) return;
    for (const pair of missing) this.#onSocket.set(pair, this.#nameOf(pair));
    const names = missing.map((pair) => this.#nameOf(pair));
    this.#asked.set(this.#request('SUBSCRIBE', names), missing);
    this.#joining.begin();
  }

  #request(method: 'SUBSCRIBE' | 'UNSUBSCRIBE', names: readonly string[]): number {
    this.#lastId += 1;
    const sending = this.#socket()?.send?.({ method, params: names, id: this.#lastId });
    // A socket that cannot send is lost, and the loop hears of it.
    sending?.catch(() => this.drop());
    return this.#lastId;
  }

  /** What has left meanwhile is not announced. */
  #tellUp(pairs: readonly Pair[]): void {
    const up = pairs.filter((pair) => this.#wanted.has(pair));
    if (up.length > 0) this.#options.onUp(up);
  }

  #endWaits(): void {
    this.#confirmation.end();
    this.#joining.end();
    this.#asked.clear();
  }

  #socket(): CcxtSocket | undefined {
    const url = this.url();
    return url === undefined ? undefined : this.#options.client.clients[url];
  }

  #nameOf(pair: Pair): string {
    return `${this.#options.symbolOf(pair).toLowerCase()}${this.#dialled?.suffix ?? ''}`;
  }
}

interface Confirmation {
  begin(): void;
  /** True while it is awaited. */
  end(): boolean;
}

/** Calls `giveUp` when a subscription is not confirmed in time. */
function awaitConfirmation(clock: Clock, giveUp: () => void): Confirmation {
  let timer: Timer | undefined;
  const end = (): boolean => {
    const wasAwaited = timer !== undefined;
    timer?.cancel();
    timer = undefined;
    return wasAwaited;
  };
  return {
    begin: () => {
      timer?.cancel();
      timer = clock.after(SUBSCRIBED_WITHIN_MS, giveUp, { unref: true });
    },
    end,
  };
}

interface Dialled {
  readonly url: string;
  /** What follows the symbol in the names of its streams. */
  readonly suffix: string;
}

/** Subscribes by ccxt, on a socket of ours to name: by its own count a changed set moves to another. */
function dial(
  { client, kind, timeframe, socketName }: BinanceStreamOptions,
  pairs: readonly Pair[],
): { readonly pending: Promise<unknown>; readonly dialled: Dialled | undefined } {
  const { watchMultiple, stream } = client;
  let dialled: Dialled | undefined;
  client.stream = () => socketName;
  client.watchMultiple = (url, ...rest) => {
    dialled = { url, suffix: suffixIn(rest[1]) };
    return watchMultiple.call(client, url, ...rest);
  };
  try {
    return { pending: subscribe({ client, kind, timeframe }, pairs), dialled };
  } finally {
    client.watchMultiple = watchMultiple;
    if (stream !== undefined) client.stream = stream;
  }
}

function suffixIn(request: unknown): string {
  const isNamed = typeof request === 'object' && request !== null && 'params' in request;
  const names: unknown = isNamed ? request.params : undefined;
  const first: unknown = Array.isArray(names) ? names[0] : undefined;
  return typeof first === 'string' ? first.slice(first.indexOf('@')) : '';
}

function subscribe(
  { client, kind, timeframe }: Pick<BinanceStreamOptions, 'client' | 'kind' | 'timeframe'>,
  pairs: readonly Pair[],
): Promise<unknown> {
  const call = (name: string, ...args: unknown[]): Promise<unknown> => {
    const method = methodOf(client, name);
    if (method !== undefined) return method(...args);
    return Promise.reject(new PermanentError('venue-not-supported', `ccxt has no ${name} here`));
  };
  switch (kind) {
    case 'candle':
      return call(
        'watchOHLCVForSymbols',
        pairs.map((pair) => [pair, timeframe]),
      );
    case 'quote':
      return call('watchBidsAsks', [...pairs]);
    case 'trade':
      return call('watchTradesForSymbols', [...pairs], undefined, undefined, { name: 'aggTrade' });
    case 'book':
      return call('watchOrderBookForSymbols', [...pairs]);
  }
}

function answerIn(
  message: unknown,
): { readonly id: number; readonly isTaken: boolean } | undefined {
  if (typeof message !== 'object' || message === null || !('id' in message)) return undefined;
  const { id } = message;
  if (typeof id !== 'number') return undefined;
  return { id, isTaken: 'result' in message && message.result === null };
}
