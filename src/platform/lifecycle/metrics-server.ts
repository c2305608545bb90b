/**
 * A process's own figures over HTTP, for setups where Prometheus asks each process by itself: they
 * can be read while the gateway or Redis is down. It must not be able to hurt the process: a port
 * that cannot be had is said once and tried again, and connections are few and short.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Clock, Timer } from '../clock/clock.ts';
import { createServer } from '../http/node-http.ts';
import type { Log } from '../log/log.ts';
import type { MetricsConfig } from '../metrics/config.ts';
import { ownMetricsPort } from '../metrics/own-port.ts';

interface MetricsSource {
  readonly instance: string;
  readonly text: () => Promise<string>;
  readonly clock: Clock;
  readonly log: Log;
}

interface MetricsServerOptions extends Omit<MetricsSource, 'instance'> {
  readonly host: string;
  readonly port: number;
}

export interface MetricsServer {
  close(): void;
}

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

// A process before this one may hold the port for as long as it takes to end.
const AGAIN_MS = 5_000;
const CONNECTIONS_MAX = 16;
const REQUEST_WITHIN_MS = 5_000;

/** Undefined when no port is asked for, or this process has none. */
export function openMetricsPort(
  { host, base_port: basePort }: MetricsConfig,
  { instance, ...source }: MetricsSource,
): MetricsServer | undefined {
  const port = basePort === null ? undefined : ownMetricsPort(basePort, instance);
  return port === undefined ? undefined : serveMetrics({ host, port, ...source });
}

function serveMetrics(options: MetricsServerOptions): MetricsServer {
  const { host, port, clock, log } = options;
  const server = createServer((request, response) => void answer(request, response, options));
  server.maxConnections = CONNECTIONS_MAX;
  server.requestTimeout = REQUEST_WITHIN_MS;
  server.headersTimeout = REQUEST_WITHIN_MS;
  let timer: Timer | undefined;
  let isTold = false;
  server.on('listening', () => log.debug({ host, port }, 'serving metrics'));
  server.on('error', (error) => {
    // Without a descriptor left for a client the server goes on listening.
    if (server.listening) return;
    if (!isTold) log.warn({ err: error, host, port }, 'the metrics port cannot be had');
    isTold = true;
    timer = clock.after(AGAIN_MS, () => server.listen({ host, port }));
  });
  server.listen({ host, port });
  return { close: () => close(server, timer) };
}

function close(server: Server, timer: Timer | undefined): void {
  timer?.cancel();
  server.close();
  server.closeAllConnections();
}

async function answer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  { text, log }: MetricsServerOptions,
): Promise<void> {
  if (url?.split('?')[0] !== '/metrics') {
    reply(response, { status: 404, body: 'only /metrics is here\n' });
  } else if (method !== 'GET') {
    reply(response, { status: 405, body: 'only GET is answered\n' });
  } else {
    try {
      reply(response, { status: 200, body: await text(), type: METRICS_TYPE });
    } catch (error) {
      log.warn({ err: error }, 'metrics cannot be written');
      reply(response, { status: 500, body: 'no metrics: the log of this process says why\n' });
    }
  }
}

function reply(
  response: ServerResponse,
  { status, body, type = 'text/plain' }: { status: number; body: string; type?: string },
): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}
