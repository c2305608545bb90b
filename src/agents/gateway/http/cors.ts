/**
 * Leave for pages of chosen origins to use the API from a browser; none by default. Tokens travel in
 * a header that only the page's own code can set, never in cookies, so no credentials are allowed.
 */
import type { FastifyInstance } from 'fastify';

const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'authorization, content-type, idempotency-key',
  'access-control-max-age': '600',
};

/** `origins` may change while it runs. */
export function allowOrigins(server: FastifyInstance, origins: () => readonly string[]): void {
  server.addHook('onRequest', async (request, reply) => {
    const allowed = origins();
    if (allowed.length === 0) return;
    reply.header('vary', 'origin');
    const { origin } = request.headers;
    if (origin === undefined || !allowed.includes(origin)) return;
    reply.headers({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'retry-after, www-authenticate',
      'cross-origin-resource-policy': 'cross-origin',
    });
    const isPreflight = request.headers['access-control-request-method'] !== undefined;
    if (request.method !== 'OPTIONS' || !isPreflight) return;
    // It carries no token, and tells nothing that the answer would not.
    await reply.headers(PREFLIGHT).status(204).send();
  });
}
