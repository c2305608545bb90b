/**
 * One client of the stream server: its subscriptions, its commands and the venue's limits on it.
 * How data reaches it, and what faults do on the way, is the line's business (socket-line.ts).
 */
import type { WebSocket } from 'ws';
import type { Clock } from '#platform/clock/clock.ts';
import type { FaultTarget } from '../faults/fault.ts';
import { targetMatches } from '../faults/fault-target.ts';
import type { FaultSubject } from '../faults/fault-target.ts';
import { SocketLife } from './socket-life.ts';
import type { CutReason, Session } from './socket-life.ts';
import { frameText, SocketLine } from './socket-line.ts';
import { parseCommand } from './socket-command.ts';
import type { SocketCommand } from './socket-command.ts';
import type { StreamHub, StreamMessage, Subscriber } from './stream-hub.ts';
import { parseStreamName } from './stream-name.ts';
import { serverShutdownPayload } from './stream-payloads.ts';
import type { Venue } from './venue.ts';

/** The venue's limits (web-socket-streams.md, "WebSocket Limits"). */
const STREAMS_MAX = 1024;
const INCOMING_PER_SECOND = 5;
const POLICY_VIOLATION = 1008;

export interface SessionContext {
  readonly venue: Venue;
  readonly hub: StreamHub;
  readonly clock: Clock;
  readonly socket: WebSocket;
  readonly isCombined: boolean;
  readonly onCut: (reason: CutReason) => void;
}

export class SocketSession implements Subscriber, Session {
  /** The way to the client; muted and released by the faults that choose it. */
  readonly line: SocketLine;
  readonly life: SocketLife;
  readonly #context: SessionContext;
  /** By name; unknown names are accepted in silence, as the venue does, and never fed. */
  readonly #streams = new Set<string>();
  readonly #incomingMs: number[] = [];
  #isCombined: boolean;

  constructor(context: SessionContext, streams: readonly string[]) {
    this.#context = context;
    const { socket, clock, venue } = context;
    const onSlow = (): void => this.life.cut('slow');
    this.life = new SocketLife({ ...context, notice: () => this.#noticeShutdown() });
    this.line = new SocketLine({ socket, clock, faults: venue.faults, onSlow });
    this.#isCombined = context.isCombined;
    this.#subscribe(streams);
    context.socket.on('message', (data, isBinary) => {
      if (this.#countIncoming() && !isBinary) this.#onText(frameText(data));
    });
    context.socket.on('ping', () => void this.#countIncoming());
    context.socket.on('pong', () => void this.#countIncoming());
  }

  get streams(): ReadonlySet<string> {
    return this.#streams;
  }

  deliver(message: StreamMessage): void {
    this.line.pass(this.#isCombined ? message.combined : message.raw, message);
  }

  /** True when the target names no stream, or one this client listens to. */
  isTargetOf(target: FaultTarget): boolean {
    if (target.stream === undefined && target.symbol === undefined) return true;
    return [...this.#streams].some((stream) => targetMatches(target, subjectOf(stream)));
  }

  /** Forgets everything; called once the socket is closed. */
  dispose(): void {
    this.line.dispose();
    for (const stream of this.#streams) this.#context.hub.unsubscribe(stream, this);
    this.#streams.clear();
  }

  #noticeShutdown(): void {
    const payload = serverShutdownPayload(this.#context.venue.saysNow());
    const data = this.#isCombined ? `{"stream":"!serverShutdown","data":${payload}}` : payload;
    this.line.pass(data, {});
  }

  #countIncoming(): boolean {
    if (!this.line.isOpen) return false;
    const nowMs = this.#context.clock.monotonic();
    this.#incomingMs.push(nowMs);
    while ((this.#incomingMs[0] ?? nowMs) <= nowMs - 1000) this.#incomingMs.shift();
    if (this.#incomingMs.length <= INCOMING_PER_SECOND) return true;
    this.#context.onCut('chatty');
    this.#context.socket.close(POLICY_VIOLATION, 'Too many requests');
    return false;
  }

  #onText(text: string): void {
    const parsed = parseCommand(text);
    if ('error' in parsed) {
      this.line.pass(JSON.stringify(parsed.error), {});
      return;
    }
    const answer = this.#obey(parsed.command);
    this.line.pass(JSON.stringify({ ...answer, id: parsed.id }), {});
  }

  #obey(command: SocketCommand): { result: unknown } | { code: number; msg: string } {
    switch (command.kind) {
      case 'subscribe':
        if (this.#streams.size + command.names.length > STREAMS_MAX) {
          return { code: 2, msg: `Invalid request: more than ${STREAMS_MAX} streams` };
        }
        this.#subscribe(command.names);
        return { result: null };
      case 'unsubscribe':
        for (const name of command.names) {
          this.#streams.delete(name);
          this.#context.hub.unsubscribe(name, this);
        }
        return { result: null };
      case 'list':
        return { result: [...this.#streams] };
      case 'setCombined':
        this.#isCombined = command.isCombined;
        return { result: null };
      case 'getCombined':
        return { result: this.#isCombined };
    }
  }

  #subscribe(names: readonly string[]): void {
    for (const name of names) {
      this.#streams.add(name);
      const parsed = parseStreamName(name, this.#context.venue.symbols);
      if (parsed !== undefined) this.#context.hub.subscribe(parsed, this);
    }
  }
}

function subjectOf(stream: string): FaultSubject {
  return { stream, symbol: stream.split('@')[0]?.toUpperCase() };
}
