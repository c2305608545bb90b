/** Signed requests over REST: parameters from query and body, the signature over both as they came. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultSubject } from '../../faults/fault-target.ts';
import { ApiError } from '../api-error.ts';
import { attempt } from '../attempt.ts';
import { parseQuery } from '../query.ts';
import type { Query } from '../query.ts';
import { readText } from '../read-body.ts';
import { send, sendHtml, sendReset, sendSpoiled, sufferBefore } from '../rest-faults.ts';
import type { Exchange } from '../rest-faults.ts';
import { isWithinLimits, waitLatency } from '../rest-context.ts';
import type { RestContext } from '../rest-context.ts';
import { runCall } from './account-call.ts';
import type { CallEnd } from './account-call.ts';
import type { AccountRoute } from './account-route.ts';
import { codedError, GARBAGE } from './order-faults.ts';
import type { OrderFault } from './order-faults.ts';
import { signIn } from './sign-in.ts';
import type { SignedIn } from './sign-in.ts';
import { restPayload } from './signature.ts';

const SIGNING = ['timestamp', 'recvWindow', 'signature'];

interface Asked {
  readonly parameters: URLSearchParams;
  readonly payload: string;
}

export async function answerSigned(
  context: RestContext,
  route: AccountRoute,
  exchange: Exchange,
): Promise<void> {
  const { response } = exchange;
  const asked = await readRequest(exchange.request);
  const subject = subjectOf(route, asked.parameters);
  const read = readQuery(route, asked.parameters);
  if (!isWithinLimits(context, exchange, { subject, weight: read.weight })) return;
  const who = attempt(() => signedIn(context, route, exchange.request, asked));
  if (who instanceof ApiError) {
    send(response, who.status, who.body());
    return;
  }
  await waitLatency(context);
  if (await sufferBefore(context.venue, context.clock, exchange, subject)) return;
  const end: CallEnd =
    read.query instanceof ApiError
      ? { kind: 'refusal', error: read.query }
      : await runCall(context, { route, query: read.query, subject, who });
  if (end.kind === 'spoiled') spoil(exchange, end.fault);
  else deliver(context, exchange, { end, subject, route, who });
}

async function readRequest(request: IncomingMessage): Promise<Asked> {
  const target = request.url ?? '';
  const at = target.indexOf('?');
  const query = at < 0 ? '' : target.slice(at + 1);
  const body = request.method === 'GET' ? '' : await readText(request);
  const parameters = new URLSearchParams(query);
  const inQuery = new Set(parameters.keys());
  // "If a parameter is sent in both, the query string parameter will be used."
  for (const [name, value] of new URLSearchParams(body)) {
    if (!inQuery.has(name)) parameters.append(name, value);
  }
  return { parameters, payload: restPayload(query, body) };
}

function readQuery(
  route: AccountRoute,
  parameters: URLSearchParams,
): { readonly weight: number; readonly query: Query | ApiError } {
  const query = attempt(() => parseQuery(parameters, [...route.parameters, ...SIGNING]));
  const weight = query instanceof ApiError ? 1 : attempt(() => route.weight(query));
  // A malformed request costs the least its route can cost.
  return { weight: weight instanceof ApiError ? 1 : weight, query };
}

function signedIn(
  context: RestContext,
  route: AccountRoute,
  request: IncomingMessage,
  { parameters, payload }: Asked,
): SignedIn {
  const apiKey = request.headers['x-mbx-apikey'];
  const get = (name: string): string | undefined => parameters.get(name) ?? undefined;
  const credentials = { apiKey: Array.isArray(apiKey) ? apiKey[0] : apiKey, payload, get };
  return signIn(context, credentials, route.security);
}

function deliver(
  { venue }: RestContext,
  { response }: Exchange,
  { end, subject, route, who }: Delivery,
): void {
  if (end.kind === 'refusal') {
    if (end.retryAfterS !== undefined) response.setHeader('Retry-After', String(end.retryAfterS));
    send(response, end.error.status, end.error.body());
    return;
  }
  if (route.isWrite === true && route.verb === 'POST') writeOrderCounts(response, who);
  sendSpoiled(venue, response, end.body, subject);
}

interface Delivery {
  readonly end: Exclude<CallEnd, { kind: 'spoiled' }>;
  readonly subject: FaultSubject;
  readonly route: AccountRoute;
  readonly who: SignedIn;
}

function writeOrderCounts(response: ServerResponse, { account }: SignedIn): void {
  const { tenSeconds, day } = account.orderCounts();
  response.setHeader('X-MBX-ORDER-COUNT-10S', String(tenSeconds));
  response.setHeader('X-MBX-ORDER-COUNT-1D', String(day));
}

function spoil({ request, response }: Exchange, fault: OrderFault): void {
  switch (fault.kind) {
    case 'order-refuse':
      request.socket.destroy();
      return;
    case 'order-hang':
      return;
    case 'order-5xx': {
      const error = codedError(fault);
      if (error === undefined) sendHtml(response, fault.status);
      else send(response, error.status, error.body());
      return;
    }
    case 'order-reset':
      sendReset(response, '{"symbol":"BTCUSDT","orderId":28,"orderListId":-1}');
      return;
    case 'order-garbage':
      send(response, 200, GARBAGE);
      return;
    case 'order-empty':
      send(response, 200, '');
  }
}

function subjectOf({ path, verb }: AccountRoute, parameters: URLSearchParams): FaultSubject {
  return {
    route: path,
    verb,
    symbol: parameters.get('symbol') ?? undefined,
    side: parameters.get('side') ?? parameters.get('workingSide') ?? undefined,
  };
}
