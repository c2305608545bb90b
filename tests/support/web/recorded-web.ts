/**
 * A small web server that gives recorded answers and misbehaves on demand, for tests of whatever
 * fetches from outside sources.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** What the server does with the next request of a path; the last one of a list stays. */
export type Served =
  | {
      readonly kind: 'answer';
      readonly status?: number;
      readonly body?: string;
      readonly type?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly gzip?: boolean;
    }
  /** Answers 304 to whoever has the mark. */
  | {
      readonly kind: 'marked';
      readonly body: string;
      readonly etag?: string;
      readonly lastModified?: string;
      readonly type?: string;
    }
  | { readonly kind: 'redirect'; readonly to: string; readonly status?: number }
  /** Takes the request and says nothing. */
  | { readonly kind: 'mute' }
  /** Sends a byte of the body now and then, for ever. */
  | { readonly kind: 'drip' }
  /** Ends in the middle of the body it promised. */
  | { readonly kind: 'cut' }
  /** Closes the connection without an answer. */
  | { readonly kind: 'reset' }
  /** Chunks without end or length. */
  | { readonly kind: 'endless' }
  /** So many bytes of nothing, packed to a thousandth. */
  | { readonly kind: 'bomb'; readonly bytes: number };

export interface Seen {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly atMs: number;
}

export interface RecordedWeb extends AsyncDisposable {
  readonly origin: string;
  readonly seen: Seen[];
  /** What comes at a path, in turn. */
  serve(path: string, ...answers: readonly Served[]): void;
}

export async function startRecordedWeb(): Promise<RecordedWeb> {
  const routes = new Map<string, Served[]>();
  const seen: Seen[] = [];
  const server = createServer((request, response) => void handle(request, response));
  response404Safe(server);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '/', method = 'GET', headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    seen.push({ path: url, method, headers, body, atMs: performance.now() });
    const answers = routes.get(url.split('?')[0] ?? '') ?? [];
    const next = answers.length > 1 ? answers.shift() : answers[0];
    serveOne(next ?? { kind: 'answer', status: 404 }, request, response);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    seen,
    serve: (path, ...answers) => void routes.set(path, [...answers]),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A client that goes away in the middle is no failure of the server. */
function response404Safe(server: ReturnType<typeof createServer>): void {
  server.on('clientError', (_error, socket) => socket.destroy());
}

function serveOne(served: Served, request: IncomingMessage, response: ServerResponse): void {
  response.on('error', () => undefined);
  switch (served.kind) {
    case 'answer':
      answer(served, response);
      return;
    case 'marked':
      marked(served, request, response);
      return;
    case 'redirect':
      response.writeHead(served.status ?? 302, { location: served.to }).end('moved');
      return;
    case 'mute':
      return;
    case 'drip':
      drip(response);
      return;
    case 'cut':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"half":', () => response.destroy());
      return;
    case 'reset':
      response.destroy();
      return;
    case 'endless':
      endless(response);
      return;
    case 'bomb':
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(Buffer.alloc(served.bytes, 0x20)));
  }
}

function answer(served: Extract<Served, { kind: 'answer' }>, response: ServerResponse): void {
  const { status = 200, body = '', type = 'application/json', headers, gzip = false } = served;
  const packed = gzip ? { 'content-encoding': 'gzip' } : {};
  response.writeHead(status, { 'content-type': type, ...packed, ...headers });
  response.end(gzip ? gzipSync(body) : body);
}

function marked(
  served: Extract<Served, { kind: 'marked' }>,
  { headers }: IncomingMessage,
  response: ServerResponse,
): void {
  const { body, etag, lastModified, type = 'application/json' } = served;
  const isKnown =
    (etag !== undefined && headers['if-none-match'] === etag) ||
    (lastModified !== undefined && headers['if-modified-since'] === lastModified);
  const marks = {
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { 'last-modified': lastModified }),
  };
  response.writeHead(isKnown ? 304 : 200, isKnown ? marks : { 'content-type': type, ...marks });
  response.end(isKnown ? undefined : body);
}

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
}

function endless(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const more = (): void => {
    if (response.destroyed) return;
    if (response.write(' '.repeat(16_384))) setImmediate(more);
    else response.once('drain', more);
  };
  more();
}
