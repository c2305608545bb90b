/**
 * The operator's door, `/practice/`, on the same port: faults on and off, shocks of the price, thin books, what is
 * going on and what is written about it, and which recorded time is being served. It has no weight and suffers no fault.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Chatter } from '../feed/chatter.ts';
import { answerFeed } from '../feed/feed-routes.ts';
import { Fault, FAULT_KINDS } from '../faults/fault.ts';
import type { FaultRun } from '../faults/fault-board.ts';
import { accountsView, actByHand } from './account/account-control.ts';
import type { AccountsDoor } from './account/account-control.ts';
import { liquidityByHand } from './liquidity-control.ts';
import { readJson } from './read-body.ts';
import type { RequestLimits } from './request-limits.ts';
import { send } from './rest-faults.ts';
import type { Exchange } from './rest-faults.ts';
import { shockByHand } from './shock-control.ts';
import type { SocketServer } from './socket-server.ts';
import type { StreamHub } from './stream-hub.ts';

const TIMES_MAX = 1000;

const MARKET_TO_ORDER = new Map<string | undefined, typeof shockByHand>([
  ['shock', shockByHand],
  ['liquidity', liquidityByHand],
]);

const ReplayMapQuery = z.object({
  /** Served times to map, comma-separated; the exchange's present when left out. */
  served: z
    .string()
    .transform((text) => text.split(',').map(Number))
    .pipe(z.array(z.number().int().min(0)).max(TIMES_MAX))
    .optional(),
});

export interface ControlContext extends AccountsDoor {
  readonly chatter: Chatter;
  readonly limits: RequestLimits;
  readonly sockets: SocketServer;
  readonly hub: StreamHub;
  readonly market: { readonly hasEnded: boolean };
}

export async function answerControl(
  context: ControlContext,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  // Web pages may reach loopback ports; none of them has business here.
  if (request.headers.origin !== undefined) {
    answer(response, 403, { error: 'not for web pages' });
    return;
  }
  const [, , resource, id, action] = url.pathname.split('/');
  if (resource === 'accounts') {
    await answerAccounts(context, { request, response }, { id, action });
    return;
  }
  if (resource === 'feed') {
    feed(context, response, url);
    return;
  }
  const byHand = MARKET_TO_ORDER.get(resource);
  if (byHand !== undefined) {
    const done = await byHand(context.venue, request);
    answer(response, done.status, done.value);
    return;
  }
  switch (`${request.method} ${resource}${id === undefined ? '' : '/id'}`) {
    case 'GET status':
      answer(response, 200, status(context));
      return;
    case 'GET replay-map':
      replayMap(context, response, url);
      return;
    case 'GET faults':
      answer(response, 200, {
        catalogue: FAULT_KINDS,
        active: context.venue.faults.list().map(view),
      });
      return;
    case 'POST faults':
      await startFault(context, request, response);
      return;
    case 'DELETE faults':
      context.venue.faults.stopAll();
      answer(response, 200, {});
      return;
    case 'DELETE faults/id':
      answer(response, context.venue.faults.stop(id ?? '') ? 200 : 404, {});
      return;
    default:
      answer(response, 404, { error: 'unknown control route' });
  }
}

function feed({ chatter, venue }: ControlContext, response: ServerResponse, url: URL): void {
  const path = url.pathname.slice('/practice/feed/'.length);
  const found = answerFeed(chatter, path, venue.world.now());
  if (found === undefined) {
    answer(response, 404, { error: 'feeds are news.rss, r/<subreddit>/new.json and fng' });
    return;
  }
  response.setHeader('Content-Type', found.type);
  send(response, 200, found.body);
}

function status({ venue, limits, sockets, hub, market }: ControlContext): unknown {
  const { world } = venue;
  const timeMs = world.now();
  const recordedMs = world.recordedTime?.(timeMs);
  return {
    worldTimeMs: timeMs,
    saysTimeMs: venue.saysNow(),
    symbols: [...venue.symbols.keys()].map((symbol) => ({ symbol, status: world.status(symbol) })),
    sockets: { ...sockets.counts(), eventsPublished: hub.published },
    weights: limits.view(),
    faults: venue.faults.list().length,
    replay: recordedMs === undefined ? null : { recordedMs, hasEnded: market.hasEnded },
  };
}

function replayMap({ venue }: ControlContext, response: ServerResponse, url: URL): void {
  const { world } = venue;
  const query = ReplayMapQuery.safeParse(Object.fromEntries(url.searchParams));
  if (!query.success) {
    answer(response, 400, { error: z.prettifyError(query.error) });
    return;
  }
  const times = query.data.served ?? [world.now()];
  const map = times.map((servedMs) => ({
    servedMs,
    recordedMs: world.recordedTime?.(servedMs) ?? servedMs,
  }));
  answer(response, 200, { isReplay: world.recordedTime !== undefined, map });
}

async function startFault(
  { venue }: ControlContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readJson(request);
  const fault = Fault.safeParse(body);
  if (!fault.success) {
    answer(response, 400, { error: z.prettifyError(fault.error) });
    return;
  }
  const run = venue.faults.start(fault.data);
  if (run === undefined) answer(response, 409, { error: 'too many faults at once' });
  else answer(response, 201, view(run));
}

function view(run: FaultRun): unknown {
  const { id, fault, startMs, endMs, isActive, hits } = run;
  return { id, fault, startMs, endMs, isActive, hits };
}

async function answerAccounts(
  context: ControlContext,
  { request, response }: Exchange,
  { id, action }: { id: string | undefined; action: string | undefined },
): Promise<void> {
  if (!isFromHere(request, response)) return;
  if (request.method === 'GET' && id === undefined) {
    answer(response, 200, accountsView(context));
    return;
  }
  const body = request.method === 'POST' ? await readJson(request) : undefined;
  const done = actByHand(context, { uid: Number(id), action, body });
  answer(response, done.status, done.value);
}

/** The accounts are open to the machine itself only, wherever the server listens. */
function isFromHere(request: IncomingMessage, response: ServerResponse): boolean {
  const address = request.socket.remoteAddress ?? '';
  const isLoopback = /^(::ffff:)?127\.|^::1$/.test(address);
  if (!isLoopback) answer(response, 403, { error: 'from the machine itself only' });
  return isLoopback;
}

function answer(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, JSON.stringify(value));
}
