/**
 * Opens sockets: streams at `/ws`, `/ws/<stream>`, `/ws/<anything>` (ccxt counts its connections
 * there) and `/stream?streams=a/b`, the WebSocket API at `/ws-api/v3`. Keeps the sessions and applies to them the faults that choose
 * their victims when they begin.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Clock } from '#platform/clock/clock.ts';
import type { FaultKind } from '../faults/fault.ts';
import type { FaultChange, FaultRun } from '../faults/fault-board.ts';
import { ApiSession } from './account/api-session.ts';
import { ApiError, serviceClosed, tooManyConnections } from './api-error.ts';
import { spend } from './rest-context.ts';
import type { RestContext } from './rest-context.ts';
import type { CutReason, Session } from './socket-life.ts';
import { SocketSession } from './socket-session.ts';
import type { StreamHub } from './stream-hub.ts';
import type { Venue } from './venue.ts';

const ATTEMPTS_MAX = 300;
const ATTEMPTS_WINDOW_MS = 5 * 60_000;
const SESSION_TICK_MS = 1000;
const STOOD_STILL_MS = 10 * SESSION_TICK_MS;
/** A client's message; the longest honest one names 1024 streams. */
const MESSAGE_BYTES_MAX = 64 * 1024;
const STREAMS_PER_URL_MAX = 1024;

/** "Connecting to WebSocket API costs 2 weight." */
const CONNECT_WEIGHT = 2;

type Entry =
  | { readonly kind: 'streams'; readonly streams: readonly string[]; readonly isCombined: boolean }
  | { readonly kind: 'api'; readonly showsLimits: boolean };

export interface SocketCounts {
  readonly clients: number;
  readonly subscriptions: number;
  readonly opened: number;
  readonly cut: Readonly<Record<CutReason, number>>;
}

export class SocketServer {
  readonly #context: RestContext;
  readonly #venue: Venue;
  readonly #hub: StreamHub;
  readonly #clock: Clock;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MESSAGE_BYTES_MAX,
  });
  readonly #sessions = new Set<Session>();
  readonly #attemptsMs: number[] = [];
  readonly #cut: Record<CutReason, number> = { slow: 0, chatty: 0, silent: 0, old: 0 };
  #opened = 0;
  #lastTickMs: number;

  constructor(context: RestContext, hub: StreamHub) {
    const { venue, clock } = context;
    this.#context = context;
    this.#venue = venue;
    this.#hub = hub;
    this.#clock = clock;
    this.#lastTickMs = clock.monotonic();
    venue.faults.onChange(this.#onFault);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const target = request.url ?? '/';
    const url = URL.canParse(target, 'ws://practice')
      ? new URL(target, 'ws://practice')
      : undefined;
    const entry = url === undefined ? undefined : entryOf(url);
    const address = request.socket.remoteAddress ?? 'unknown';
    const refusal = this.#refusal(entry, url?.pathname) ?? this.#tooMuch(entry, address);
    if (entry === undefined || refusal !== undefined) {
      refuse(socket, refusal ?? new ApiError(-1000, 'Not Found', 404));
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (client) => {
      this.#keep(
        client,
        entry.kind === 'api' ? this.#api(client, address, entry) : this.#streams(client, entry),
      );
    });
  }

  /** Called with each step of the world. */
  tick(): void {
    const nowMs = this.#clock.monotonic();
    const sinceMs = nowMs - this.#lastTickMs;
    if (sinceMs < SESSION_TICK_MS) return;
    this.#lastTickMs = nowMs;
    // We stood still ourselves: what clients answered meanwhile has not been read yet.
    if (sinceMs > STOOD_STILL_MS) return;
    for (const session of this.#sessions) session.life.tick();
  }

  counts(): SocketCounts {
    let subscriptions = 0;
    for (const session of this.#sessions) subscriptions += session.streams.size;
    const { size: clients } = this.#sessions;
    return { clients, subscriptions, opened: this.#opened, cut: { ...this.#cut } };
  }

  /** Sends every client away; those that do not go are cut by `drop`. */
  sendAway(): void {
    for (const session of this.#sessions) session.life.sendAway();
  }

  drop(): void {
    for (const session of this.#sessions) session.life.drop();
  }

  /** The WebSocket API counts towards the weight of its address, and a ban closes it too. */
  #tooMuch(entry: Entry | undefined, address: string): ApiError | undefined {
    if (entry?.kind !== 'api') return undefined;
    const subject = { route: '/ws-api/v3' };
    return spend(this.#context, address, { subject, weight: CONNECT_WEIGHT }).refusal?.error;
  }

  #refusal(entry: Entry | undefined, route: string | undefined): ApiError | undefined {
    const { faults } = this.#venue;
    if (entry === undefined) return undefined;
    if (entry.kind === 'streams' && entry.streams.length > STREAMS_PER_URL_MAX) {
      return new ApiError(-1000, `More than ${STREAMS_PER_URL_MAX} streams`);
    }
    const nowMs = this.#clock.monotonic();
    while ((this.#attemptsMs[0] ?? nowMs) < nowMs - ATTEMPTS_WINDOW_MS) this.#attemptsMs.shift();
    if (this.#attemptsMs.length >= ATTEMPTS_MAX) return tooManyConnections(ATTEMPTS_MAX);
    this.#attemptsMs.push(nowMs);
    if (faults.hit('socket-refuse', { route }) !== undefined) return serviceClosed();
    const isClosed = faults.active('maintenance').some((fault) => fault.mode === 'closed');
    return isClosed ? serviceClosed() : undefined;
  }

  #streams(socket: WebSocket, { streams, isCombined }: Entry & { kind: 'streams' }): Session {
    const parts = { venue: this.#venue, hub: this.#hub, clock: this.#clock, socket, isCombined };
    return new SocketSession({ ...parts, onCut: this.#onCut }, streams);
  }

  #api(socket: WebSocket, address: string, { showsLimits }: Entry & { kind: 'api' }): Session {
    const parts = { ...this.#context, hub: this.#hub, socket, address, showsLimits };
    return new ApiSession({ ...parts, onCut: this.#onCut });
  }

  readonly #onCut = (reason: CutReason): void => {
    this.#cut[reason] += 1;
  };

  #keep(socket: WebSocket, session: Session): void {
    this.#opened += 1;
    this.#sessions.add(session);
    for (const run of this.#venue.faults.list()) {
      const isForNew = run.fault.kind === 'socket-mute' && run.fault.newConnections;
      if (run.isActive && isForNew) this.#mute(session, run);
    }
    socket.on('close', () => {
      this.#sessions.delete(session);
      session.dispose();
    });
    // A broken line also closes; there is nothing else to do about it.
    socket.on('error', () => socket.terminate());
  }

  readonly #onFault: FaultChange = (run, phase) => {
    const { fault } = run;
    if (fault.kind === 'socket-mute') {
      for (const session of this.#sessions) {
        if (phase === 'begin') this.#mute(session, run);
        else session.line.unmute(run.id);
      }
    } else if (isHolding(fault.kind) && phase === 'end') {
      for (const session of this.#sessions) session.line.release();
    } else if (fault.kind === 'socket-drop' && phase === 'begin') {
      this.#dropMatching(run);
    } else if (fault.kind === 'maintenance' && fault.mode === 'closed' && phase === 'begin') {
      this.sendAway();
    }
  };

  #mute(session: Session, run: FaultRun): void {
    if (this.#venue.faults.roll(run.id)) session.line.mute(run.id, run.fault.target);
  }

  #dropMatching(run: FaultRun): void {
    const { fault } = run;
    if (fault.kind !== 'socket-drop' || !run.isActive) return;
    for (const session of this.#sessions) {
      if (session.isTargetOf(fault.target) && this.#venue.faults.roll(run.id)) session.life.drop();
    }
    const { everyMs } = fault;
    // A single drop is over at once, but not before everybody has heard that it began.
    const next = (): void => {
      if (everyMs === undefined) this.#venue.faults.stop(run.id);
      else this.#dropMatching(run);
    };
    this.#clock.after(everyMs ?? 0, next, { unref: true });
  }
}

function isHolding(kind: FaultKind): boolean {
  return kind === 'socket-delay' || kind === 'socket-throttle';
}

/** What a URL asks for; undefined when it is no address of ours. */
function entryOf(url: URL): Entry | undefined {
  if (url.pathname === '/ws-api/v3') {
    return { kind: 'api', showsLimits: url.searchParams.get('returnRateLimits') !== 'false' };
  }
  if (url.pathname === '/stream') {
    const streams = (url.searchParams.get('streams') ?? '').split('/').filter(Boolean);
    return { kind: 'streams', streams, isCombined: true };
  }
  const [, root, ...rest] = url.pathname.split('/');
  if (root !== 'ws') return undefined;
  // ccxt numbers its connections: /ws/0, /ws/1. A stream has an @.
  const streams = rest
    .map((part) => part.replaceAll('%40', '@'))
    .filter((part) => part.includes('@'));
  return { kind: 'streams', streams, isCombined: false };
}

function refuse(socket: Duplex, error: ApiError): void {
  const body = error.body();
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${error.status} Refused\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
