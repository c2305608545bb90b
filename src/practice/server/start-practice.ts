/**
 * The practice exchange on a port: a world behind Binance's spot market-data API. Everything that
 * waits takes the clock, every die comes from the seed. `close` sends clients away as the venue
 * does, then cuts those that stay; it may be called twice.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Clock } from '#platform/clock/clock.ts';
import { createServer } from '#platform/http/node-http.ts';
import { ExitError } from '#platform/lifecycle/exit-error.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import type { Log } from '#platform/log/log.ts';
import { seededRandom } from '#platform/random.ts';
import { openFloor } from '../account/open-floor.ts';
import type { TradingFloor } from '../account/trading.ts';
import { createWorld } from '../create-world.ts';
import type { WorldOptions } from '../create-world.ts';
import { createChatter } from '../feed/chatter.ts';
import { marketTalk } from '../feed/market-talk.ts';
import { FaultBoard } from '../faults/fault-board.ts';
import type { Fault } from '../faults/fault.ts';
import type { World } from '../world.ts';
import { PracticeConfig } from '../config.ts';
import type { PracticeAccount } from '../config.ts';
import { keyRing } from './account/api-keys.ts';
import { moveBalancesByFault, openAccounts } from './account/open-accounts.ts';
import { feedUserStreams } from './account/user-feed.ts';
import { internalError } from './api-error.ts';
import { answerControl } from './control-routes.ts';
import type { ControlContext } from './control-routes.ts';
import { MarketRunner } from './market-runner.ts';
import { requestLimits } from './request-limits.ts';
import { send } from './rest-faults.ts';
import type { RestContext, RestLatency } from './rest-context.ts';
import { answerRest } from './rest-server.ts';
import { SocketServer } from './socket-server.ts';
import { StreamFeed } from './stream-feed.ts';
import { StreamHub } from './stream-hub.ts';
import { makeVenue } from './venue.ts';

/** Clients told to go have this long before they are cut. */
const GRACE_MS = 200;
/** Longer than any client's pool keeps a connection, so a request never meets our close. */
const KEEP_ALIVE_MS = 65_000;
const CONNECTIONS_MAX = 1000;

export interface PracticeOptions extends WorldOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly seed: number;
  /** 0 takes any free port. */
  readonly port: number;
  readonly host?: string;
  /** Default: one account without a key. */
  readonly accounts?: readonly PracticeAccount[];
  /** A market made elsewhere; one is made from the other options when left out. */
  readonly world?: World;
  readonly faultScript?: readonly Fault[];
  readonly latency?: RestLatency;
  /** Where accounts, orders and trades live on; in memory only when left out. */
  readonly accountsFile?: string;
  /** Called after each step of the market: the owner's sign of progress. */
  readonly onStep?: () => void;
}

export interface PracticeExchange {
  readonly port: number;
  /** `http://127.0.0.1:port`; the API is under `/api/v3`, sockets under `/ws` and `/stream`. */
  readonly url: string;
  readonly world: World;
  /** The accounts, without the server before them. */
  readonly floor: TradingFloor;
  readonly faults: FaultBoard;
  readonly close: () => Promise<void>;
}

export async function startPractice(options: PracticeOptions): Promise<PracticeExchange> {
  const { clock, log, host = '127.0.0.1' } = options;
  const world = options.world ?? createWorld(options);
  const random = seededRandom(`${options.seed}/practice`);
  const faults = new FaultBoard(clock, random.fork('faults'));
  const venue = makeVenue(world, faults);
  const hub = new StreamHub(clock, faults);
  const accounts = options.accounts ?? PracticeConfig.parse({}).accounts;
  const floor = openFloor({
    world,
    rulesOf: (symbol) => venue.rulesOf(symbol),
    ...(options.accountsFile === undefined ? {} : { journalFile: options.accountsFile }),
  });
  openAccounts(floor, accounts);
  moveBalancesByFault(floor, faults);
  const stopFeed = feedUserStreams(floor, hub, venue);
  const limits = requestLimits();
  const rest: RestContext = {
    venue,
    floor,
    keys: keyRing(accounts),
    limits,
    clock,
    random: random.fork('latency'),
    latency: options.latency ?? { restMs: 0, jitterMs: 0 },
    onFailure: (err, path) => log.error({ err, path }, 'route failed'),
  };
  const sockets = new SocketServer(rest, hub);
  const feed = new StreamFeed(venue, hub);
  const market = new MarketRunner({ venue, feed, sockets, clock, log, onStep: options.onStep });
  const chatter = createChatter({ ...marketTalk(world), seed: options.seed });
  const control: ControlContext = { chatter, venue, floor, limits, sockets, hub, market };
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    void answer({ rest, control }, request, response);
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));
  const port = await listen(server, options.port, host);
  market.start();
  for (const fault of options.faultScript ?? []) faults.start(fault);
  const stop = async (): Promise<void> => {
    market.stop();
    faults.stopAll();
    stopFeed();
    await closeServer(server, sockets, clock);
    floor.close();
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= stop());
  return { port, url: `http://${host}:${port}`, world, floor, faults, close };
}

async function answer(
  { rest, control }: { rest: RestContext; control: ControlContext },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A client may vanish at any moment; that is its own business.
  response.on('error', () => response.destroy());
  const target = request.url ?? '/';
  if (!URL.canParse(target, 'http://practice')) {
    send(response, 400, '');
    return;
  }
  const url = new URL(target, 'http://practice');
  try {
    if (url.pathname.startsWith('/practice/')) await answerControl(control, request, response, url);
    else await answerRest(rest, { request, response }, url);
  } catch (error) {
    rest.onFailure(error, url.pathname);
    if (!response.headersSent) send(response, 500, internalError().body());
  }
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(isTaken ? new ExitError(EXIT.tryLater, `port ${port} is in use`, { port }) : error);
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

async function closeServer(server: Server, sockets: SocketServer, clock: Clock): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  sockets.sendAway();
  server.closeIdleConnections();
  const cut = clock.after(GRACE_MS, () => {
    sockets.drop();
    server.closeAllConnections();
  });
  await closed;
  cut.cancel();
}
