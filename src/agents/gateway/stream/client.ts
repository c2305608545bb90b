/**
 * One connection. It holds a place in what everybody shares and at most one batch that its socket has
 * not taken yet. Modes of its events:
 * - `off`: it follows no channel of events, or has not subscribed.
 * - `behind`: it gets them from the ledger, page by page, until the shared tail begins (catch-up.ts).
 * - `live`: it gets them from the tail.
 * - `closed`: nothing is written any more.
 * Values come in every mode but the last.
 */
import type { Duplex } from 'node:stream';
import type { ApiToken } from '#platform/access/token-file.ts';
import type { Audience, Batch } from './audience.ts';
import { controlFrame, type ControlMessage } from './frame.ts';

export type Mode = 'off' | 'behind' | 'live' | 'closed';

/** Why a connection was ended from here. */
export type DropReason = 'slow' | 'silent' | 'unsubscribed' | 'revoked' | 'flood' | 'stop';

/** What of a WebSocket is used besides the bytes. */
export interface Line {
  /** Starts the closing of the connection with a code and a text for the other side. */
  close(code: number, reason: string): void;
  /** Ends it at once. */
  terminate(): void;
  ping(): void;
}

export interface ClientPorts {
  readonly id: number;
  readonly address: string;
  readonly token: ApiToken | undefined;
  /** Bytes go straight to the socket: frames are made once for all (frame.ts). */
  readonly socket: Pick<Duplex, 'write' | 'writableLength'>;
  readonly line: Line;
  readonly nowMs: number;
  /** The socket has taken everything, after it had not. */
  readonly onTaken: (client: Client) => void;
  readonly onSent: (messages: number, bytes: number) => void;
}

export class Client {
  readonly id: number;
  readonly address: string;
  readonly token: ApiToken | undefined;
  readonly line: Line;
  mode: Mode = 'off';
  audience: Audience | undefined;
  /** The last event it got, or that was not for it. */
  seq = 0;
  revision = 0;
  /** By the monotonic clock, as the two below. */
  readonly sinceMs: number;
  /** Last sign of life. */
  heardMs: number;
  pingedMs: number;
  /** Of the messages it sends: how many since when. */
  said = { count: 0, sinceMs: 0 };
  readonly #socket: ClientPorts['socket'];
  readonly #ports: ClientPorts;
  readonly #afterWrite: () => void;
  #isHeldUp = false;

  constructor(ports: ClientPorts) {
    this.id = ports.id;
    this.address = ports.address;
    this.token = ports.token;
    this.line = ports.line;
    this.sinceMs = ports.nowMs;
    this.heardMs = ports.nowMs;
    this.pingedMs = ports.nowMs;
    this.#socket = ports.socket;
    this.#ports = ports;
    this.#afterWrite = () => {
      if (!this.#isHeldUp || this.#socket.writableLength > 0) return;
      this.#isHeldUp = false;
      ports.onTaken(this);
    };
  }

  /** Its socket still has bytes of the last write. */
  isHeldUp(): boolean {
    return this.#socket.writableLength > 0;
  }

  tell(message: ControlMessage): void {
    const bytes = controlFrame(message);
    this.write(bytes, 1);
  }

  write(bytes: Buffer, messages: number): void {
    if (this.mode === 'closed') return;
    this.#socket.write(bytes, this.#afterWrite);
    this.#isHeldUp = this.#socket.writableLength > 0;
    this.#ports.onSent(messages, bytes.length);
  }

  /** What it has not got yet, as long as its socket takes it; false when it is too slow for that. */
  turn(): boolean {
    const { audience } = this;
    while (this.mode !== 'closed' && audience !== undefined && !this.isHeldUp()) {
      const seq = this.mode === 'live' ? this.seq : undefined;
      const from = { seq, revision: this.revision };
      const batch = audience.next(from);
      if (batch === undefined) return false;
      this.#take(batch);
      if (batch.bytes === undefined) break;
      this.write(batch.bytes, batch.messages);
    }
    return true;
  }

  #take({ to }: Batch): void {
    if (to.seq !== undefined) this.seq = to.seq;
    this.revision = to.revision;
  }
}
