/**
 * What every socket of the venue has, whatever it serves: pings and who does not answer them, the
 * end after a day, the documented notice before the exchange closes, and being cut.
 */
import type { WebSocket } from 'ws';
import type { Clock } from '#platform/clock/clock.ts';
import type { FaultTarget } from '../faults/fault.ts';
import type { SocketLine } from './socket-line.ts';
import type { Venue } from './venue.ts';

/** The venue's figures (web-socket-streams.md and web-socket-api.md, general information). */
const PING_EVERY_MS = 20_000;
const PONG_WITHIN_MS = 60_000;
const LIFETIME_MS = 24 * 3_600_000;
/** The venue names no time; it was ten minutes in the documentation of May 2026. */
const SHUTDOWN_NOTICE_MS = 600_000;
const GOING_AWAY = 1001;

export type CutReason = 'slow' | 'chatty' | 'silent' | 'old';

/** One client, of the streams or of the WebSocket API, as the server keeps it. */
export interface Session {
  readonly line: SocketLine;
  readonly life: SocketLife;
  readonly streams: ReadonlySet<string>;
  /** True when the target names no stream, or one this client listens to. */
  isTargetOf(target: FaultTarget): boolean;
  /** Forgets everything; called once the socket is closed. */
  dispose(): void;
}

export interface LifeParts {
  readonly venue: Venue;
  readonly clock: Clock;
  readonly socket: WebSocket;
  readonly onCut: (reason: CutReason) => void;
  /** Tells the client that the connection is about to end. */
  readonly notice: () => void;
}

export class SocketLife {
  readonly #parts: LifeParts;
  readonly #bornMs: number;
  #isNoticeSent = false;
  #lastPingMs: number;
  #openPing: { readonly text: string; readonly sentMs: number } | undefined;

  constructor(parts: LifeParts) {
    this.#parts = parts;
    this.#bornMs = parts.clock.monotonic();
    this.#lastPingMs = this.#bornMs;
    parts.socket.on('pong', (payload) => {
      if (payload.toString() === this.#openPing?.text) this.#openPing = undefined;
    });
  }

  get isOpen(): boolean {
    return this.#parts.socket.readyState === this.#parts.socket.OPEN;
  }

  /** Cuts the line without a closing handshake. */
  drop(): void {
    this.#parts.socket.terminate();
  }

  cut(reason: CutReason): void {
    this.#parts.onCut(reason);
    this.drop();
  }

  /** The documented way out: the event, then a close. */
  sendAway(): void {
    this.#notice();
    this.#parts.socket.close(GOING_AWAY);
  }

  /** Pings, missing pongs, old age; called about once a second. */
  tick(): void {
    if (!this.isOpen) return;
    const { clock, socket, onCut } = this.#parts;
    const nowMs = clock.monotonic();
    if (this.#openPing !== undefined && nowMs - this.#openPing.sentMs >= PONG_WITHIN_MS) {
      this.cut('silent');
    } else if (nowMs - this.#lastPingMs >= PING_EVERY_MS) {
      this.#ping(nowMs);
    }
    const ageMs = nowMs - this.#bornMs;
    if (ageMs >= LIFETIME_MS - SHUTDOWN_NOTICE_MS) this.#notice();
    if (ageMs >= LIFETIME_MS) {
      onCut('old');
      socket.close(GOING_AWAY);
    }
  }

  #ping(nowMs: number): void {
    const text = String(this.#parts.venue.saysNow());
    // The wait counts from the first ping that was not answered.
    this.#openPing = { text, sentMs: this.#openPing?.sentMs ?? nowMs };
    this.#lastPingMs = nowMs;
    this.#parts.socket.ping(text);
  }

  #notice(): void {
    if (this.#isNoticeSent) return;
    this.#isNoticeSent = true;
    this.#parts.notice();
  }
}
