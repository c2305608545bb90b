/** The HTTP server: limits, problem documents, counters and the OpenAPI page. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { fastify, type FastifyInstance } from 'fastify';
import type { Clock } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import type { Access } from '../access/access.ts';
import { guard } from '../access/guard.ts';
import type { GatewayConfig } from '../config.ts';
import type { GatewayMetrics } from '../metrics.ts';
import { allowOrigins } from './cors.ts';
import { documentOptions } from './openapi.ts';
import { isOwnHost } from './own-host.ts';
import { answerProblems, RequestProblem } from './problem.ts';
import { addSecurityHeaders, ownPagePolicy } from './security-headers.ts';

export interface ServerPorts {
  readonly config: GatewayConfig;
  /** The same as it is now: who may use the API changes while it runs. */
  readonly settings: () => Pick<GatewayConfig, 'cors_origins'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: GatewayMetrics;
  readonly access: Access;
}

// What acts has small bodies; reads have none, and short addresses.
const BODY_BYTES_MAX = 16_384;
const HEADER_BYTES_MAX = 16_384;
const KEEP_ALIVE_MS = 15_000;
// A command waits for execution, whose answer says what came of it (see `askDesk`).
const DESK_ANSWERS_WITHIN_MS = 15_000;
// How often Node looks for requests over their time; its default would let them live 30 s longer.
const CHECK_MS = 1_000;

export async function createServer(ports: ServerPorts): Promise<FastifyInstance> {
  const timeoutMs = ports.config.request_timeout_seconds * 1_000;
  const server = fastify({
    logger: false,
    bodyLimit: BODY_BYTES_MAX,
    connectionTimeout: timeoutMs + DESK_ANSWERS_WITHIN_MS,
    requestTimeout: timeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    http: { maxHeaderSize: HEADER_BYTES_MAX, connectionsCheckingInterval: CHECK_MS },
    routerOptions: { maxParamLength: 200 },
  });
  // Bodies are JSON; whatever else comes is answered 415.
  server.removeContentTypeParser('text/plain');
  server.server.maxConnections = ports.config.max_connections;
  answerProblems(server, ports.log);
  count(server, ports);
  addSecurityHeaders(server);
  server.addHook('onRequest', async ({ headers }) => {
    if (isOwnHost(headers.host, ports.config.host)) return;
    throw new RequestProblem(421, 'this name is not the desk’s: use its address or localhost');
  });
  allowOrigins(server, () => ports.settings().cors_origins);
  guard(server, ports);
  await server.register(swagger, documentOptions);
  await server.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    transformStaticCSP: ownPagePolicy,
  });
  return server;
}

function count(server: FastifyInstance, { clock, metrics }: ServerPorts): void {
  const startedMs = new WeakMap<object, number>();
  server.addHook('onRequest', async (request) => {
    startedMs.set(request, clock.monotonic());
  });
  server.addHook('onResponse', async (request, reply) => {
    // The route's pattern, not the address: the set of labels stays closed.
    const route = request.routeOptions.url ?? 'unknown';
    const startMs = startedMs.get(request) ?? clock.monotonic();
    metrics.seconds.observe({ route }, (clock.monotonic() - startMs) / 1_000);
    metrics.requests.inc({ route, status: String(reply.statusCode) });
  });
}
