/** A receiver of webhooks that does what the test says, and keeps all it was sent. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type Behaviour =
  | { readonly kind: 'take' }
  | {
      readonly kind: 'say';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** The message has arrived; the answer never comes. */
  | { readonly kind: 'take-and-hang' }
  | { readonly kind: 'take-and-reset' }
  | { readonly kind: 'take-late'; readonly afterMs: number };

export interface Received {
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly path: string;
}

export interface WebhookReceiver extends AsyncDisposable {
  readonly url: string;
  /** What arrived and was not answered with a refusal. */
  readonly taken: Received[];
  /** All requests. */
  requests(): number;
  /** From the next request on; called with the number of the request, from 0. */
  behave(next: (request: number) => Behaviour): void;
}

export async function startReceiver(): Promise<WebhookReceiver> {
  const taken: Received[] = [];
  let requests = 0;
  let behaviour: (request: number) => Behaviour = () => ({ kind: 'take' });
  const server = createServer((request, response) => {
    void handle(request, response);
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const seen = {
      body: Buffer.concat(chunks).toString(),
      headers: request.headers,
      path: request.url ?? '',
    };
    const next = behaviour(requests);
    requests += 1;
    if (next.kind === 'say') {
      response.writeHead(next.status, next.headers).end(next.body ?? '');
      return;
    }
    taken.push(seen);
    if (next.kind === 'take-and-hang') return;
    if (next.kind === 'take-and-reset') {
      request.socket.resetAndDestroy();
      return;
    }
    if (next.kind === 'take-late') await sleep(next.afterMs);
    response.writeHead(204).end();
  }

  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook/planted-webhook-secret`,
    taken,
    requests: () => requests,
    behave: (next) => {
      const from = requests;
      behaviour = (request) => next(request - from);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
