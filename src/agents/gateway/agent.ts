/** The gateway's shell: all routes on one server. What acts goes by the coordinator. */
import type { FastifyInstance } from 'fastify';
import { ConfigError } from '#platform/errors.ts';
import { onceByKey } from './control/once-by-key.ts';
import type { ControlPorts } from './control/ports.ts';
import { portHolder } from './http/port-holder.ts';
import { createServer, type ServerPorts } from './http/server.ts';
import type { GatewayPorts } from './ports.ts';
import { accessRoutes } from './routes/access-routes.ts';
import { controlRoutes } from './routes/control-routes.ts';
import { decisionRoutes } from './routes/decision-routes.ts';
import { deskRoutes } from './routes/desk-routes.ts';
import { healthRoutes } from './routes/health-routes.ts';
import { reconciliationRoute } from './routes/reconciliation-route.ts';
import { fidelityRoute } from './routes/fidelity-route.ts';
import { journalRoutes } from './routes/journal-routes.ts';
import { ledgerRoutes } from './routes/ledger-routes.ts';
import { agentStateRoutes } from './routes/agent-state-routes.ts';
import { marketRoutes } from './routes/market-routes.ts';
import { performanceRoute } from './routes/performance-route.ts';
import { reloadRoutes } from './routes/reload-routes.ts';
import { sentimentRoutes } from './routes/sentiment-routes.ts';
import { streamRoute } from './stream/stream-route.ts';

export async function gateway(
  ports: GatewayPorts & ServerPorts & Omit<ControlPorts, 'once'>,
): Promise<FastifyInstance> {
  const server = await createServer(ports);
  healthRoutes(server, ports);
  accessRoutes(server, ports);
  marketRoutes(server, ports);
  agentStateRoutes(server, ports);
  sentimentRoutes(server, ports);
  deskRoutes(server, ports);
  ledgerRoutes(server, ports);
  journalRoutes(server, ports);
  reconciliationRoute(server, ports);
  fidelityRoute(server, ports);
  performanceRoute(server, ports);
  decisionRoutes(server, ports);
  streamRoute(server);
  const control = { ...ports, once: onceByKey() };
  controlRoutes(server, control);
  reloadRoutes(server, control);
  await server.ready();
  return server;
}

/** Listens and gives the port, or says who has it. */
export async function listen(
  server: FastifyInstance,
  at: { readonly host: string; readonly port: number },
): Promise<number> {
  try {
    await server.listen({ host: at.host, port: at.port });
  } catch (error) {
    throw await listenProblem(error, at);
  }
  const address = server.server.address();
  return typeof address === 'object' && address !== null ? address.port : at.port;
}

async function listenProblem(
  error: unknown,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<unknown> {
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case 'EADDRINUSE': {
      const holder = (await portHolder(port)) ?? 'another process';
      return new ConfigError(
        `port ${port} is in use by ${holder}: end it, or choose another with gateway.port`,
        { port },
      );
    }
    case 'EACCES':
      return new ConfigError(`port ${port} needs root: choose one above 1023 with gateway.port`, {
        port,
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ConfigError(`${host} is no address of this machine: check gateway.host`, { host });
    default:
      return error;
  }
}
