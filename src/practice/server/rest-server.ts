/**
 * Answers `/api/v3/`: finds the route, counts its weight, lets the faults at it, answers. The
 * order is the venue's: limits before validation, and a refused request has cost its weight.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '#platform/clock/clock.ts';
import type { Random } from '#platform/random.ts';
import type { FaultSubject } from '../faults/fault-target.ts';
import { addressBanned, ApiError, internalError, weightExceeded } from './api-error.ts';
import { parseQuery } from './query.ts';
import type { Query } from './query.ts';
import { WEIGHT_PER_MINUTE } from './request-limits.ts';
import type { RequestLimits, WeightVerdict } from './request-limits.ts';
import { send, sendSpoiled, sufferBefore } from './rest-faults.ts';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';
import type { Venue } from './venue.ts';

export interface RestLatency {
  readonly restMs: number;
  readonly jitterMs: number;
}

export interface RestContext {
  readonly venue: Venue;
  readonly limits: RequestLimits;
  readonly clock: Clock;
  readonly random: Random;
  readonly latency: RestLatency;
  readonly onFailure: (error: unknown, path: string) => void;
}

export async function answerRest(
  context: RestContext,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const route = ROUTES.get(url.pathname);
  if (route === undefined) {
    send(response, 404, '');
    return;
  }
  if (request.method !== 'GET') {
    send(response, 405, '');
    return;
  }
  const { venue, clock } = context;
  const subject = subjectOf(url);
  const read = readQuery(route, url);
  if (!isWithinLimits(context, request, response, { subject, weight: read.weight })) return;
  await waitLatency(context);
  if (await sufferBefore(venue, clock, { request, response }, subject)) return;
  const outcome = answer(context, route, read);
  if (typeof outcome === 'string') sendSpoiled(venue, response, outcome, subject);
  else send(response, outcome.status, outcome.body());
}

type ReadQuery =
  | { readonly weight: number; readonly query: Query }
  | { readonly weight: number; readonly error: ApiError };

/** A malformed request costs the least its route can cost. */
function readQuery(route: Route, url: URL): ReadQuery {
  try {
    const query = parseQuery(url.searchParams, route.parameters);
    return { weight: route.weight(query), query };
  } catch (error) {
    if (error instanceof ApiError) return { weight: 1, error };
    throw error;
  }
}

function answer(context: RestContext, route: Route, read: ReadQuery): string | ApiError {
  if ('error' in read) return read.error;
  try {
    return JSON.stringify(route.answer(context.venue, read.query));
  } catch (error) {
    if (error instanceof ApiError) return error;
    context.onFailure(error, route.path);
    return internalError();
  }
}

function isWithinLimits(
  { venue, limits }: RestContext,
  request: IncomingMessage,
  response: ServerResponse,
  { subject, weight }: { subject: FaultSubject; weight: number },
): boolean {
  const address = request.socket.remoteAddress ?? 'unknown';
  const nowMs = venue.world.now();
  const spent = limits.spend(address, weight, nowMs);
  const ban = spent.kind === 'banned' ? undefined : venue.faults.hit('ip-ban', subject);
  const verdict = ban === undefined ? spent : limits.ban(address, nowMs, ban.banMs);
  response.setHeader('X-MBX-USED-WEIGHT', String(verdict.usedWeight));
  response.setHeader('X-MBX-USED-WEIGHT-1M', String(verdict.usedWeight));
  const refusal = refusalOf(verdict);
  if (refusal === undefined) return true;
  response.setHeader('Retry-After', String(refusal.retryAfterS));
  send(response, refusal.error.status, refusal.error.body());
  return false;
}

function refusalOf(verdict: WeightVerdict): { error: ApiError; retryAfterS: number } | undefined {
  switch (verdict.kind) {
    case 'ok':
      return undefined;
    case 'limited':
      return { error: weightExceeded(WEIGHT_PER_MINUTE), retryAfterS: verdict.retryAfterS };
    case 'banned':
      return { error: addressBanned(verdict.untilMs), retryAfterS: verdict.retryAfterS };
  }
}

async function waitLatency({ clock, random, latency }: RestContext): Promise<void> {
  if (latency.restMs + latency.jitterMs === 0) return;
  await clock.sleep(latency.restMs + random.next() * latency.jitterMs);
}

function subjectOf(url: URL): FaultSubject {
  return { route: url.pathname, symbol: url.searchParams.get('symbol') ?? undefined };
}
