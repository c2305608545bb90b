/** Stands before every route: who asks is known, or the request ends here as a problem document. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiToken } from '#platform/access/token-file.ts';
import type { Log } from '#platform/log/log.ts';
import { RequestProblem } from '../http/problem.ts';
import type { GatewayMetrics } from '../metrics.ts';
import type { Access, AskKind, Need, Refusal } from './access.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may ask; a route that does not say is for viewers. */
    needs?: Need;
    limit?: AskKind;
  }
}

export interface GuardPorts {
  readonly access: Access;
  readonly metrics: GatewayMetrics;
  readonly log: Log;
}

const callers = new WeakMap<FastifyRequest, ApiToken>();

/** The token a request came with; undefined for one that needed none. */
export function callerOf(request: FastifyRequest): ApiToken | undefined {
  return callers.get(request);
}

export function guard(server: FastifyInstance, { access, metrics, log }: GuardPorts): void {
  server.addHook('onRequest', async (request) => {
    const { needs = 'viewer', limit = 'read' } = request.routeOptions.config;
    const admission = access.admit({
      authorization: request.headers.authorization,
      address: request.ip,
      needs,
      kind: limit,
    });
    if (admission.kind === 'refused') {
      metrics.refusals.inc({ reason: admission.why });
      // The limits keep these lines few: what is over one is counted alone.
      if (admission.status !== 429) {
        const { why, caller } = admission;
        const route = request.routeOptions.url;
        log.warn({ address: request.ip, method: request.method, route, why, caller }, 'refused');
      }
      throw refusalProblem(admission);
    }
    if (admission.token !== undefined) callers.set(request, admission.token);
  });
}

/** As RFC 6750 wants it said. */
export function refusalProblem({ why, status, detail, retryAfterMs = 0 }: Refusal): RequestProblem {
  const realm = 'Bearer realm="nightdesk"';
  if (status === 429) {
    const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
    return new RequestProblem(429, detail, { headers: { 'retry-after': String(seconds) } });
  }
  const code = why === 'role' ? 'insufficient_scope' : 'invalid_token';
  const challenge = why === 'no-token' ? realm : `${realm}, error="${code}"`;
  return new RequestProblem(status, detail, { headers: { 'www-authenticate': challenge } });
}
