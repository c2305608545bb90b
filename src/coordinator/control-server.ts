/** Serves the control socket: one JSON request a line, each bounded in size, time and number. */
import { chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { errorText } from '#platform/errors.ts';
import { CONTROL_LINE_BYTES_MAX, ControlRequest } from '#platform/lifecycle/control.ts';
import type { ControlReply } from '#platform/lifecycle/control.ts';
import type { Log } from '#platform/log/log.ts';

export interface ControlServer {
  close(): Promise<void>;
}

export interface ControlOptions {
  readonly path: string;
  readonly log: Log;
  readonly concurrencyMax: () => number;
  readonly handle: (request: ControlRequest) => Promise<unknown>;
}

const IDLE_MS = 20_000;
const REQUESTS = 'status, stop, command, events, reload, rollback, set-config or config-history';

export async function serveControl(options: ControlOptions): Promise<ControlServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => void sockets.delete(socket));
    // A client that goes away in the middle is its own affair.
    socket.on('error', () => socket.destroy());
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    if (sockets.size > options.concurrencyMax()) {
      answer(socket, { isOk: false, message: 'too many requests at once, ask again' });
      socket.end();
    } else readRequests(socket, options);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  // Nobody but the owner may even connect; the folder is checked by the caller.
  const mask = process.umask(0o177);
  server.listen(options.path, resolve);
  process.umask(mask);
  await promise;
  chmodSync(options.path, 0o600);
  server.on('error', (error) => options.log.error({ err: error }, 'control socket failed'));
  return {
    close: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroySoon();
        server.close(() => done());
      }),
  };
}

function readRequests(socket: Socket, options: ControlOptions): void {
  let text = '';
  let isBusy = false;
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    text += chunk;
    if (Buffer.byteLength(text) > CONTROL_LINE_BYTES_MAX) {
      answer(socket, { isOk: false, message: 'the request is too long' });
      socket.end();
      text = '';
      return;
    }
    void next();
  });

  // One at a time per connection, so that answers come in the order of the questions.
  async function next(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      // Some take long, e.g. restarts; whoever asked has a limit of its own.
      socket.setTimeout(0);
      answer(socket, await reply(line, options));
      socket.setTimeout(IDLE_MS);
    }
    isBusy = false;
  }
}

async function reply(line: string, { handle, log }: ControlOptions): Promise<ControlReply> {
  let request: ControlRequest;
  try {
    request = ControlRequest.parse(JSON.parse(line));
  } catch {
    return { isOk: false, message: `expected a request: ${REQUESTS}` };
  }
  try {
    return { isOk: true, body: await handle(request) };
  } catch (error) {
    log.warn({ request: request.kind, err: error }, 'control request failed');
    return { isOk: false, message: errorText(error) };
  }
}

function answer(socket: Socket, body: ControlReply): void {
  if (socket.writable) socket.write(`${JSON.stringify(body)}\n`);
}
