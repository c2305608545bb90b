/** What both halves of the REST API, public and signed, work with and do first. */
import type { Random } from '#platform/random.ts';
import type { FaultSubject } from '../faults/fault-target.ts';
import type { CallContext } from './account/account-call.ts';
import { addressBanned, weightExceeded } from './api-error.ts';
import type { ApiError } from './api-error.ts';
import { WEIGHT_PER_MINUTE } from './request-limits.ts';
import type { RequestLimits, WeightVerdict } from './request-limits.ts';
import { send } from './rest-faults.ts';
import type { Exchange } from './rest-faults.ts';

export interface RestLatency {
  readonly restMs: number;
  readonly jitterMs: number;
}

export interface RestContext extends CallContext {
  readonly limits: RequestLimits;
  readonly random: Random;
  readonly latency: RestLatency;
}

export interface Cost {
  readonly subject: FaultSubject;
  readonly weight: number;
}

export interface Spent {
  readonly usedWeight: number;
  readonly refusal: { readonly error: ApiError; readonly retryAfterS: number } | undefined;
}

/** Takes the weight of one request from its address's budget, whichever way it came. */
export function spend({ venue, limits }: RestContext, address: string, cost: Cost): Spent {
  const nowMs = venue.world.now();
  const spent = limits.spend(address, cost.weight, nowMs);
  const ban = spent.kind === 'banned' ? undefined : venue.faults.hit('ip-ban', cost.subject);
  const verdict = ban === undefined ? spent : limits.ban(address, nowMs, ban.banMs);
  return { usedWeight: verdict.usedWeight, refusal: refusalOf(verdict) };
}

/** False when the request was refused, and answered so. */
export function isWithinLimits(
  context: RestContext,
  { request, response }: Exchange,
  cost: Cost,
): boolean {
  const address = request.socket.remoteAddress ?? 'unknown';
  const { usedWeight, refusal } = spend(context, address, cost);
  response.setHeader('X-MBX-USED-WEIGHT', String(usedWeight));
  response.setHeader('X-MBX-USED-WEIGHT-1M', String(usedWeight));
  if (refusal === undefined) return true;
  response.setHeader('Retry-After', String(refusal.retryAfterS));
  send(response, refusal.error.status, refusal.error.body());
  return false;
}

function refusalOf(verdict: WeightVerdict): Spent['refusal'] {
  switch (verdict.kind) {
    case 'ok':
      return undefined;
    case 'limited':
      return { error: weightExceeded(WEIGHT_PER_MINUTE), retryAfterS: verdict.retryAfterS };
    case 'banned':
      return { error: addressBanned(verdict.untilMs), retryAfterS: verdict.retryAfterS };
  }
}

export async function waitLatency({ clock, random, latency }: RestContext): Promise<void> {
  if (latency.restMs + latency.jitterMs === 0) return;
  await clock.sleep(latency.restMs + random.next() * latency.jitterMs);
}
