import WebSocket from 'ws';
import { z } from 'zod';
import type { Clock, Timer } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import type { Random } from '#platform/random.ts';
import { reconnectMs } from '../backoff.ts';
import { parseJson } from '../venue-failure.ts';

/**
 * One connection to a venue's WebSocket API that comes back by itself: requests with answers, and
 * whatever the venue sends without being asked.
 *
 * 1. A request is written once. Its outcome says whether it was: `not-sent` is certain, `lost` is not.
 * 2. A connection that does not answer a ping is given up; so is one on which an answer is overdue.
 * 3. When the venue says that it is about to close, a new connection is opened at once and the old
 *    one keeps what is under way.
 */
export interface SocketSession {
  readonly isUp: boolean;
  request(
    method: string,
    params: Readonly<Record<string, string | number>>,
    withinMs: number,
  ): Promise<SocketOutcome>;
  /** Gives the connection up and opens another. */
  restart(cause: string): void;
  close(): Promise<void>;
}

export type SocketOutcome =
  | { readonly kind: 'reply'; readonly reply: SocketReply }
  | { readonly kind: 'not-sent' }
  | { readonly kind: 'lost'; readonly cause: string };

const SocketReply = z.looseObject({
  id: z.string(),
  status: z.int(),
  result: z.unknown().optional(),
  error: z.unknown().optional(),
  rateLimits: z.unknown().optional(),
});
export type SocketReply = z.output<typeof SocketReply>;

export interface SessionOptions {
  readonly url: string;
  /** For the log. */
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** How long the venue wants to be left alone; nothing is dialled meanwhile. */
  readonly blockedMs: () => number;
  readonly onUp: () => void;
  readonly onDown: (cause: string) => void;
  readonly onMessage: (message: unknown) => void;
}

const DIAL_WITHIN_MS = 5_000;
/** Weight 1 each; a connection through which nothing comes is found within two of them. */
const PING_EVERY_MS = 4_000;
const PING_WITHIN_MS = 3_000;
/** What the venue still owes on a connection that it is about to close. */
const RETIRE_MS = 10_000;
/** More than this under way means that nothing comes back. */
const IN_FLIGHT_MAX = 500;
const MESSAGE_BYTES_MAX = 4 * 2 ** 20;

const Shutdown = z.looseObject({ event: z.looseObject({ e: z.literal('serverShutdown') }) });

interface Line {
  readonly socket: WebSocket;
  readonly pending: Map<string, (outcome: SocketOutcome) => void>;
}

export function openSocketSession(options: SessionOptions): SocketSession {
  const session = new Session(options);
  session.dial();
  return session;
}

class Session implements SocketSession {
  readonly #options: SessionOptions;
  readonly #lines = new Set<Line>();
  /** The one that requests go over. */
  #line: Line | undefined;
  #isOpen = false;
  #isClosed = false;
  #requests = 0;
  #failures = 0;
  #dialTimer: Timer | undefined;
  #pingTimer: Timer | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get isUp(): boolean {
    return this.#isOpen;
  }

  dial(): void {
    if (this.#isClosed) return;
    const socket = new WebSocket(this.#options.url, {
      handshakeTimeout: DIAL_WITHIN_MS,
      maxPayload: MESSAGE_BYTES_MAX,
      perMessageDeflate: false,
    });
    const line: Line = { socket, pending: new Map() };
    this.#line = line;
    this.#lines.add(line);
    let cause = 'closed';
    socket.on('open', () => this.#opened(line));
    socket.on('message', (data: Buffer) => this.#heard(line, data.toString()));
    socket.on('error', (error) => {
      cause = error.message.slice(0, 200);
    });
    socket.on('close', (code) => this.#lost(line, `${cause} (${code})`));
  }

  async request(
    method: string,
    params: Readonly<Record<string, string | number>>,
    withinMs: number,
  ): Promise<SocketOutcome> {
    const line = this.#line;
    if (!this.#isOpen || line === undefined || line.pending.size >= IN_FLIGHT_MAX) {
      return { kind: 'not-sent' };
    }
    this.#requests += 1;
    const id = String(this.#requests);
    const { promise, resolve } = Promise.withResolvers<SocketOutcome>();
    const timer = this.#options.clock.after(withinMs, () => {
      line.pending.delete(id);
      resolve({ kind: 'lost', cause: `no answer within ${withinMs} ms` });
      if (line === this.#line) this.restart('an answer is overdue');
    });
    line.pending.set(id, (outcome) => {
      timer.cancel();
      line.pending.delete(id);
      resolve(outcome);
    });
    line.socket.send(JSON.stringify({ id, method, params }));
    return promise;
  }

  restart(cause: string): void {
    const line = this.#line;
    if (line === undefined || this.#isClosed) return;
    this.#options.log.warn({ socket: this.#options.name, cause }, 'connection given up');
    line.socket.terminate();
    this.#lost(line, cause);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#isOpen = false;
    this.#dialTimer?.cancel();
    this.#pingTimer?.cancel();
    for (const line of this.#lines) {
      line.socket.terminate();
      this.#fail(line, 'closed by us');
    }
    this.#lines.clear();
  }

  #opened(line: Line): void {
    if (line !== this.#line || this.#isClosed) return;
    this.#isOpen = true;
    this.#options.onUp();
    this.#pingLater();
  }

  #pingLater(): void {
    this.#pingTimer?.cancel();
    this.#pingTimer = this.#options.clock.after(PING_EVERY_MS, () => void this.#ping(), {
      unref: true,
    });
  }

  async #ping(): Promise<void> {
    const line = this.#line;
    // Whoever asks on while it is banned is banned for longer.
    if (this.#options.blockedMs() > 0) {
      this.#pingLater();
      return;
    }
    const outcome = await this.request('ping', {}, PING_WITHIN_MS);
    if (line !== this.#line || this.#isClosed || !this.#isOpen) return;
    // A connection that is refused or dropped soon after it was made is no good one.
    if (outcome.kind === 'reply') this.#failures = 0;
    // Of what is overdue the request itself takes care.
    if (outcome.kind !== 'lost') this.#pingLater();
  }

  #heard(line: Line, text: string): void {
    if (!this.#lines.has(line)) return;
    const message = parseJson(text);
    const reply = SocketReply.safeParse(message);
    if (reply.success) {
      line.pending.get(reply.data.id)?.({ kind: 'reply', reply: reply.data });
      return;
    }
    if (line !== this.#line) return;
    if (Shutdown.safeParse(message).success) this.#retire(line);
    else this.#options.onMessage(message);
  }

  /** The venue closes soon: what is under way stays, what comes goes over a new connection. */
  #retire(line: Line): void {
    const { clock, log, name, onDown } = this.#options;
    log.info({ socket: name }, 'the venue is about to close the connection: opening another');
    this.#isOpen = false;
    this.#line = undefined;
    clock.after(RETIRE_MS, () => line.socket.terminate(), { unref: true });
    onDown('serverShutdown');
    this.dial();
  }

  #lost(line: Line, cause: string): void {
    if (!this.#lines.delete(line)) return;
    this.#fail(line, cause);
    if (line !== this.#line || this.#isClosed) return;
    const { clock, random, log, name, blockedMs, onDown } = this.#options;
    const wasOpen = this.#isOpen;
    this.#line = undefined;
    this.#isOpen = false;
    this.#pingTimer?.cancel();
    const pauseMs = Math.max(reconnectMs(this.#failures, random), blockedMs());
    log[this.#failures === 0 ? 'warn' : 'debug']({ socket: name, cause }, 'connection lost');
    this.#failures += 1;
    if (wasOpen) onDown(cause);
    this.#dialTimer = clock.after(pauseMs, () => this.dial());
  }

  #fail(line: Line, cause: string): void {
    for (const settle of line.pending.values()) settle({ kind: 'lost', cause });
  }
}
