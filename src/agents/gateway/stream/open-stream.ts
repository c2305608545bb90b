/** The stream on the gateway's own port: takes connections over, feeds them, and ends them at stop. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Decision } from '#core/model/decision.ts';
import type { LedgerSource } from '#ledger/reader-source.ts';
import type { AgentContext } from '#platform/lifecycle/agent-context.ts';
import type { Access } from '../access/access.ts';
import type { GatewayConfig } from '../config.ts';
import type { LiveView } from '../live-view.ts';
import { Client } from './client.ts';
import { eventTail, type EventTail } from './event-tail.ts';
import { followLedger } from './follow-ledger.ts';
import { hear } from './hear.ts';
import { Hub } from './hub.ts';
import { latestValues, type LatestValues } from './latest-values.ts';
import type { StreamMetrics } from './metrics.ts';
import { rounds } from './rounds.ts';
import { CLIENT_BYTES_MAX } from './subscription.ts';
import { admitStream, BEARER_PROTOCOL, refusalText } from './upgrade.ts';
import { decisionValue, watchValues, type ValuePorts } from './watch-values.ts';
import { watchClient } from './watch-clients.ts';

export interface StreamPorts extends Pick<ValuePorts, 'bus' | 'history'> {
  readonly access: Access;
  readonly ledger: LedgerSource;
  readonly live: Pick<LiveView, 'quotes' | 'onEvent'>;
  readonly config: Pick<
    GatewayConfig,
    'host' | 'cors_origins' | 'stream_max_clients' | 'max_connections'
  >;
  readonly metrics: StreamMetrics;
  readonly context: Pick<AgentContext<unknown>, 'clock' | 'log' | 'every'>;
}

export interface Stream {
  /** A decision was recorded. */
  decided(decision: Decision): void;
  close(): void;
}

// What is kept for clients that are behind: some minutes of a desk that trades at every close.
const TAIL = { messages: 10_000, bytes: 4 * 2 ** 20 };
// Without a message of execution, say because Redis is away.
const LOOK_MS = 250;
const SECOND_MS = 1_000;
const QUOTES_MS = 200;

export function openStream(server: Server, ports: StreamPorts): Stream {
  const { context, ledger, metrics } = ports;
  const { clock, log } = context;
  const tail = eventTail(TAIL);
  const values = latestValues();
  const hub = new Hub({
    tail,
    values,
    read: (afterSeq, limit) => ledger.read((reader) => reader.events({ afterSeq, limit })),
    clock,
    yieldLoop,
    metrics,
    log,
  });
  metrics.clientsMax.set(ports.config.stream_max_clients);
  metrics.tailBytesMax.set(TAIL.bytes);
  const sources = { ...ports, hub, tail, values };
  const lookSoon = followEvents(sources);
  followValues(sources);
  lookAfterClients(sources);
  const close = takeConnections(server, { ...ports, hub, onWaiting: lookSoon });
  return {
    close,
    decided: (decision) => {
      if (!hub.follows('decisions')) return;
      if (values.set(decisionValue(decision))) hub.wake();
    },
  };
}

interface Parts extends StreamPorts {
  readonly hub: Hub;
  readonly tail: EventTail;
  readonly values: LatestValues;
}

async function yieldLoop(): Promise<void> {
  await setImmediate();
}

/** Returns what looks into the ledger at once. */
function followEvents({ context, hub, ledger, live, metrics, tail }: Parts): () => void {
  const { clock, log } = context;
  const follow = followLedger({
    tail,
    read: (run) => ledger.read(run),
    onNew: (events) => {
      for (const { atMs } of events) metrics.lagSeconds.observe((clock.now() - atMs) / SECOND_MS);
      hub.wake();
      return hub.settled();
    },
    onReset: (reason) => hub.reset(reason),
  });

  async function look(): Promise<void> {
    if (hub.clients.size === 0) return;
    await follow.poll();
    metrics.tailBytes.set(tail.size().bytes);
    await hub.place(follow.oldestSeq());
  }

  // What cannot be read now is read at the next look, which says so in the log.
  const lookSoon = (): void =>
    void look().catch((err: unknown) => log.debug({ err }, 'events cannot be read now'));
  live.onEvent(lookSoon);
  context.every({ name: 'stream-events', intervalMs: LOOK_MS, run: look });
  return lookSoon;
}

function followValues({ bus, context, history, hub, live, values }: Parts): void {
  const watched = watchValues({ bus, history, live, values, hub, clock: context.clock });
  context.every({ name: 'stream-values', intervalMs: SECOND_MS, run: watched.states });
  context.every({ name: 'stream-quotes', intervalMs: QUOTES_MS, run: watched.quotes });
}

function lookAfterClients({ access, context, hub, metrics, tail }: Parts): void {
  const { clock, log } = context;
  const checks = rounds({
    members: hub.clients,
    turn: (client) => watchClient(client, { hub, tail, access, clock }),
    clock,
    yieldLoop,
    onSlice: (ms) => metrics.sliceSeconds.observe(ms / SECOND_MS),
    onRound: () => undefined,
    onFailure: (err) => log.error({ err }, 'clients of the stream cannot be looked after'),
  });
  context.every({ name: 'stream-clients', intervalMs: SECOND_MS, run: () => checks.wake() });
}

interface DoorPorts extends StreamPorts {
  readonly hub: Hub;
  readonly onWaiting: () => void;
}

/** Returns what ends every connection and takes no more. */
function takeConnections(server: Server, ports: DoorPorts): () => void {
  const { access, config, hub, metrics } = ports;
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Costs some 300 KB for each client.
    perMessageDeflate: false,
    maxPayload: CLIENT_BYTES_MAX,
    handleProtocols: (offered) => (offered.has(BEARER_PROTOCOL) ? BEARER_PROTOCOL : false),
  });
  let connections = 0;
  let lastId = 0;
  let isClosing = false;

  // Streams last; they must not use up what is there for requests.
  function count(change: 1 | -1): void {
    connections += change;
    server.maxConnections = config.max_connections + connections;
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const onError = (): void => void socket.destroy();
    socket.on('error', onError);
    try {
      const token = admitStream(request, {
        access,
        host: config.host,
        corsOrigins: config.cors_origins,
        hasRoom: () => connections < config.stream_max_clients && !isClosing,
      });
      sockets.handleUpgrade(request, socket, head, (line) => {
        socket.off('error', onError);
        lastId += 1;
        count(1);
        const address = request.socket.remoteAddress ?? '';
        attach(line, { ...ports, socket, token, address, id: lastId, onGone: () => count(-1) });
      });
    } catch (error) {
      const { status, text } = refusalText(error, request.url ?? '');
      metrics.refused.inc({ status: String(status) });
      socket.end(text, () => socket.destroy());
    }
  }

  server.on('upgrade', upgrade);
  return () => {
    isClosing = true;
    for (const client of hub.clients) hub.drop(client, 'stop');
    sockets.close();
  };
}

interface Attached extends DoorPorts {
  readonly socket: Duplex;
  readonly token: ConstructorParameters<typeof Client>[0]['token'];
  readonly address: string;
  readonly id: number;
  readonly onGone: () => void;
}

function attach(line: WebSocket, ports: Attached): void {
  const { address, context, hub, id, metrics, socket, token } = ports;
  const { clock } = context;
  const client = new Client({
    id,
    address,
    token,
    socket,
    line,
    nowMs: clock.monotonic(),
    onTaken: (taken) => hub.resume(taken),
    onSent: (messages, bytes) => {
      metrics.messages.inc(messages);
      metrics.bytes.inc(bytes);
    },
  });
  const said = { hub, clock, onWaiting: ports.onWaiting, onWrong: () => metrics.wrong.inc() };
  line.on('message', (data: Buffer, isBinary: boolean) => {
    hear(client, isBinary ? undefined : data.toString(), said);
  });
  line.on('pong', () => {
    client.heardMs = clock.monotonic();
  });
  // What is wrong with a frame ends the connection with its own code; there is nothing to add.
  line.on('error', () => undefined);
  line.on('close', () => {
    hub.remove(client);
    ports.onGone();
  });
  hub.add(client);
}
