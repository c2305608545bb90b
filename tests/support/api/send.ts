import { Agent, request } from 'node:http';
import type { StrangeRequest } from './strange-request.ts';

export interface RawAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

export interface Sender {
  /** `undefined`: the connection was closed without an answer. */
  readonly send: (strange: StrangeRequest) => Promise<RawAnswer | undefined>;
  readonly close: () => void;
}

const WITHIN_MS = 30_000;

/** Node's own client: it sends what a browser's would refuse to. */
export function sender(url: string, connections: number): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port } = new URL(url);
  return {
    send: ({ method, target, headers, body }) =>
      new Promise((resolve, reject) => {
        // Said for every method: Node leaves it out for those that should have no body.
        const length = { 'content-length': String(Buffer.byteLength(body ?? '')) };
        const asked = request(
          {
            agent,
            hostname,
            port,
            method,
            path: target,
            headers: { ...headers, ...(body === undefined ? {} : length) },
            timeout: WITHIN_MS,
          },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.once('end', () => {
              const text = Buffer.concat(chunks).toString();
              const type = response.headers['content-type'] ?? '';
              resolve({ status: response.statusCode ?? 0, type, text });
            });
          },
        );
        asked.once('timeout', () => asked.destroy(new Error(`no answer: ${method} ${target}`)));
        asked.once('error', (error) => {
          // The server may close while a body that it refused is still on its way.
          if ('code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) {
            resolve(undefined);
          } else reject(error);
        });
        asked.end(body);
      }),
    close: () => agent.destroy(),
  };
}
