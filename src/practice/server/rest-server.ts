/**
 * Answers `/api/v3/` and the few lines of `/sapi/v1/`: finds the route, counts its weight, lets the
 * faults at it, answers. The order is the venue's: limits before validation, and a refused request
 * has cost its weight.
 */
import type { FaultSubject } from '../faults/fault-target.ts';
import { SIGNED_PATHS, SIGNED_ROUTES } from './account/account-table.ts';
import { answerSigned } from './account/signed-rest.ts';
import { ApiError, internalError } from './api-error.ts';
import { parseQuery } from './query.ts';
import type { Query } from './query.ts';
import { isWithinLimits, waitLatency } from './rest-context.ts';
import type { RestContext } from './rest-context.ts';
import { send, sendSpoiled, sufferBefore } from './rest-faults.ts';
import type { Exchange } from './rest-faults.ts';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';

export async function answerRest(
  context: RestContext,
  exchange: Exchange,
  url: URL,
): Promise<void> {
  const { request, response } = exchange;
  const signed = SIGNED_ROUTES.get(`${request.method} ${url.pathname}`);
  const route = ROUTES.get(url.pathname);
  if (signed !== undefined) await answerSigned(context, signed, exchange);
  else if (route !== undefined && request.method === 'GET') {
    await answerPublic(context, route, exchange, url);
  } else {
    const isKnown = route !== undefined || SIGNED_PATHS.has(url.pathname);
    send(response, isKnown ? 405 : 404, '');
  }
}

async function answerPublic(
  context: RestContext,
  route: Route,
  exchange: Exchange,
  url: URL,
): Promise<void> {
  const { venue, clock } = context;
  const { response } = exchange;
  const subject = subjectOf(url);
  const read = readQuery(route, url.searchParams);
  if (!isWithinLimits(context, exchange, { subject, weight: read.weight })) return;
  await waitLatency(context);
  if (await sufferBefore(venue, clock, exchange, subject)) return;
  const outcome = answerRoute(context, route, read);
  if (typeof outcome === 'string') sendSpoiled(venue, response, outcome, subject);
  else send(response, outcome.status, outcome.body());
}

export type ReadQuery =
  | { readonly weight: number; readonly query: Query }
  | { readonly weight: number; readonly error: ApiError };

/** A malformed request costs the least its route can cost. */
export function readQuery(route: Route, parameters: URLSearchParams): ReadQuery {
  try {
    const query = parseQuery(parameters, route.parameters);
    return { weight: route.weight(query), query };
  } catch (error) {
    if (error instanceof ApiError) return { weight: 1, error };
    throw error;
  }
}

export function answerRoute(
  context: RestContext,
  route: Route,
  read: ReadQuery,
): string | ApiError {
  if ('error' in read) return read.error;
  try {
    return JSON.stringify(route.answer(context.venue, read.query));
  } catch (error) {
    if (error instanceof ApiError) return error;
    context.onFailure(error, route.path);
    return internalError();
  }
}

function subjectOf(url: URL): FaultSubject {
  return {
    route: url.pathname,
    verb: 'GET',
    symbol: url.searchParams.get('symbol') ?? undefined,
  };
}
