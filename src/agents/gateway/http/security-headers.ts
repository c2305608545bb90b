/**
 * What browsers are told with every answer. Answers are data: nothing in them may run, be framed or
 * be read by another page. HTTPS, and the header that insists on it, are the reverse proxy's.
 */
import type { FastifyInstance } from 'fastify';

const HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // What the desk holds changes by the second and is nobody else's to keep.
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
};

export function addSecurityHeaders(server: FastifyInstance): void {
  // First of all hooks, so that refusals have them too; a page of /docs sets its own policy later.
  server.addHook('onRequest', async (_request, reply) => {
    reply.headers(HEADERS);
  });
}

/** The policy of /docs without its leave for other hosts, and without a wish for HTTPS. */
export function ownPagePolicy(policy: string): string {
  return policy
    .replace(/ ?upgrade-insecure-requests;?/, '')
    .replaceAll(/ (https:|validator\.swagger\.io)(?=[ ;])/g, '')
    .replace("frame-ancestors 'self'", "frame-ancestors 'none'");
}
