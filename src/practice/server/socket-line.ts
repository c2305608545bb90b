/**
 * The wire from a session to its client, and what faults do to it. Modes: open (data passes),
 * holding (a delay or throttle fault keeps a queue, order kept), closed. Memory is bounded: a
 * client that reads too slowly, or a queue that grows past its bound, is reported as slow.
 */
import type { WebSocket } from 'ws';
import type { Clock, Timer } from '#platform/clock/clock.ts';
import type { FaultBoard } from '../faults/fault-board.ts';
import type { FaultTarget } from '../faults/fault.ts';
import { targetMatches } from '../faults/fault-target.ts';
import type { FaultSubject } from '../faults/fault-target.ts';

/** Ours: a client this far behind is cut. About 20,000 trades. */
const BUFFERED_BYTES_MAX = 4 * 1024 * 1024;
const HELD_MAX = 20_000;

export interface LineParts {
  readonly socket: WebSocket;
  readonly clock: Clock;
  readonly faults: FaultBoard;
  readonly onSlow: () => void;
}

interface Held {
  readonly data: Buffer | string;
  readonly atMs: number;
}

export class SocketLine {
  readonly #parts: LineParts;
  readonly #mutes = new Map<string, FaultTarget>();
  readonly #held: Held[] = [];
  #timer: Timer | undefined;
  #lastHeldMs = 0;

  constructor(parts: LineParts) {
    this.#parts = parts;
  }

  get isOpen(): boolean {
    return this.#parts.socket.readyState === this.#parts.socket.OPEN;
  }

  /** Silences what the target names until `unmute`. */
  mute(faultId: string, target: FaultTarget): void {
    this.#mutes.set(faultId, target);
  }

  unmute(faultId: string): void {
    this.#mutes.delete(faultId);
  }

  /** Past mute, delay and throttle to the wire. */
  pass(data: Buffer | string, subject: FaultSubject): void {
    for (const target of this.#mutes.values()) if (targetMatches(target, subject)) return;
    const { faults, clock, onSlow } = this.#parts;
    const delayMs = faults.hit('socket-delay', subject)?.delayMs ?? 0;
    const throttle = faults.hit('socket-throttle', subject);
    if (delayMs === 0 && throttle === undefined && this.#held.length === 0) {
      this.#write(data);
      return;
    }
    const spacingMs = throttle === undefined ? 0 : 1000 / throttle.messagesPerSecond;
    const atMs = Math.max(clock.monotonic() + delayMs, this.#lastHeldMs + spacingMs);
    this.#lastHeldMs = atMs;
    this.#held.push({ data, atMs });
    if (this.#held.length > HELD_MAX) onSlow();
    else this.#awaitNext();
  }

  /** Lets go at once what a delay or throttle fault held, in its order. */
  release(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const { data } of this.#held.splice(0)) this.#write(data);
    this.#lastHeldMs = 0;
  }

  dispose(): void {
    this.#timer?.cancel();
    this.#held.length = 0;
  }

  #awaitNext(): void {
    const next = this.#held[0];
    if (next === undefined || this.#timer !== undefined) return;
    const { clock } = this.#parts;
    const waitMs = Math.max(0, next.atMs - clock.monotonic());
    this.#timer = clock.after(waitMs, () => this.#writeDue(), { unref: true });
  }

  #writeDue(): void {
    this.#timer = undefined;
    // A timer may fire a fraction of a millisecond early.
    const nowMs = this.#parts.clock.monotonic() + 1;
    while ((this.#held[0]?.atMs ?? Infinity) <= nowMs) {
      const due = this.#held.shift();
      if (due !== undefined) this.#write(due.data);
    }
    this.#awaitNext();
  }

  #write(data: Buffer | string): void {
    const { socket, onSlow } = this.#parts;
    if (!this.isOpen) return;
    if (socket.bufferedAmount > BUFFERED_BYTES_MAX) onSlow();
    else socket.send(data, { binary: false });
  }
}

export function frameText(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return data instanceof ArrayBuffer ? Buffer.from(data).toString() : data.toString();
}
