/**
 * A Bot API server of ours: real HTTP with long polling, the shapes, limits and refusals of
 * Telegram's own, people who write and press buttons, faults by script, and a record of everything
 * that reached a phone.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { faultList, type FaultOrder } from './bot-faults.ts';
import {
  BotProblem,
  type BotWorld,
  type Button,
  type CallbackAnswer,
  METHODS,
  type Payload,
  type SeenMessage,
} from './bot-methods.ts';
import { floodGate } from './flood-gate.ts';
import { updateQueue } from './update-queue.ts';

export interface Person {
  readonly chatId: number;
  readonly userId: number;
  readonly name?: string;
}

export interface Call {
  readonly atMs: number;
  readonly method: string;
  readonly chatId: number | undefined;
  /** `ok`, the code of a refusal, or the fault. */
  readonly outcome: string;
  readonly detail: string;
}

export interface BotApi extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  readonly calls: readonly Call[];
  readonly messages: readonly SeenMessage[];
  readonly answers: readonly CallbackAnswer[];
  commands(): unknown;
  /** A person writes; gives the message's id, to which answers reply. */
  say(from: Person, text: string, options?: { readonly agoMs: number }): number;
  /** A person presses a button of a message; gives the callback id. */
  press(from: Person, message: SeenMessage, button: Button): string;
  fail(order: FaultOrder): void;
  heal(): void;
  unconfirmed(): readonly number[];
  /** Cuts every connection and refuses new ones, until `up` opens the same port again. */
  down(): Promise<void>;
  up(): Promise<void>;
}

const BODY_BYTES_MAX = 10_485_760;

export async function startBotApi(
  options: { readonly token?: string; readonly isDown?: boolean } = {},
): Promise<BotApi> {
  const token = options.token ?? '4242:planted-bot-token-of-the-test-server';
  const world: BotWorld = {
    messages: [],
    answers: [],
    commands: undefined,
    gate: floodGate(),
    openCallbacks: new Set(),
    nextMessageId: 100,
  };
  const calls: Call[] = [];
  const faults = faultList();
  const updates = updateQueue(700_000);
  const sockets = new Set<Socket>();
  let callbacks = 0;
  let messageIds = 10_000;

  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, given, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
    const payload = await payloadOf(request);
    const chatId = payload['chat_id'] === undefined ? undefined : Number(payload['chat_id']);
    const note = (outcome: string, detail = ''): void => {
      calls.push({ atMs: Date.now(), method, chatId, outcome, detail });
    };
    if (given !== token) {
      note('401');
      return refuse(response, new BotProblem(401, 'Unauthorized'));
    }
    const fault = faults.take(method, chatId);
    if (fault !== undefined && fault.kind !== 'lost-answer') {
      note(fault.kind);
      return misbehave(response, fault);
    }
    try {
      const result = await call(method, payload);
      note(fault === undefined ? 'ok' : fault.kind);
      if (fault === undefined) reply(response, 200, { ok: true, result });
      else response.destroy();
    } catch (error) {
      if (!(error instanceof BotProblem)) throw error;
      note(String(error.code), error.message);
      refuse(response, error);
    }
  }

  async function call(method: string, payload: Payload): Promise<unknown> {
    if (method === 'getUpdates') {
      const waitMs = Number(payload['timeout'] ?? 0) * 1_000;
      const polled = await updates.poll(Number(payload['offset'] ?? 0), waitMs);
      if (polled.kind === 'updates') return polled.updates;
      throw new BotProblem(
        409,
        'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
      );
    }
    const known = METHODS[method];
    if (known === undefined) throw new BotProblem(404, 'Not Found');
    return known(world, payload, Date.now());
  }

  async function up(port: number): Promise<number> {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  async function down(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  const port = await up(0);
  if (options.isDown === true) await down();

  return {
    url: `http://127.0.0.1:${port}`,
    token,
    calls,
    messages: world.messages,
    answers: world.answers,
    commands: () => world.commands,
    say: (from, text, { agoMs } = { agoMs: 0 }) => {
      messageIds += 1;
      updates.push({
        message: personMessage(from, text, { id: messageIds, atMs: Date.now() - agoMs }),
      });
      return messageIds;
    },
    press: (from, message, button) => {
      callbacks += 1;
      const id = `88${String(callbacks).padStart(17, '0')}`;
      world.openCallbacks.add(id);
      updates.push({
        callback_query: {
          id,
          from: user(from),
          chat_instance: '1',
          data: button.callback_data,
          message: {
            message_id: message.messageId,
            date: Math.floor(message.atMs / 1_000),
            chat: chat(message.chatId),
            text: message.text,
          },
        },
      });
      return id;
    },
    fail: (order) => faults.add(order),
    heal: () => faults.clear(),
    unconfirmed: () => updates.unconfirmed(),
    down,
    up: async () => {
      if (!server.listening) await up(port);
    },
    [Symbol.asyncDispose]: async () => {
      updates.close();
      await down();
    },
  };
}

function personMessage(
  from: Person,
  text: string,
  { id, atMs }: { readonly id: number; readonly atMs: number },
) {
  const command = /^\/\w+(@\w+)?/.exec(text);
  return {
    message_id: id,
    date: Math.floor(atMs / 1_000),
    chat: chat(from.chatId),
    from: user(from),
    text,
    ...(command === null
      ? {}
      : { entities: [{ type: 'bot_command', offset: 0, length: command[0].length }] }),
  };
}

function user({ userId, name }: Person) {
  return { id: userId, is_bot: false, first_name: name ?? `user ${userId}` };
}

function chat(id: number) {
  return id < 0 ? { id, type: 'group', title: 'desk' } : { id, type: 'private' };
}

async function payloadOf(request: IncomingMessage): Promise<Payload> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) throw new Error('body too large');
    chunks.push(chunk);
  }
  const type = request.headers['content-type'] ?? '';
  const body = Buffer.concat(chunks);
  if (!type.startsWith('multipart/form-data')) {
    return body.length === 0 ? {} : (JSON.parse(body.toString()) as Payload);
  }
  const form = await new Response(body, { headers: { 'content-type': type } }).formData();
  return Object.fromEntries(form.entries());
}

function misbehave(
  response: ServerResponse,
  fault: Exclude<FaultOrder['fault'], { kind: 'lost-answer' }>,
): void {
  switch (fault.kind) {
    case 'too-many':
      return refuse(
        response,
        new BotProblem(429, `Too Many Requests: retry after ${fault.retryAfter}`, {
          retry_after: fault.retryAfter,
        }),
      );
    case 'conflict':
      return refuse(response, new BotProblem(409, 'Conflict: terminated by other getUpdates'));
    case 'forbidden':
      return refuse(response, new BotProblem(403, 'Forbidden: bot was blocked by the user'));
    case 'status':
      response.writeHead(fault.status, { 'content-type': 'text/html' });
      response.end('<html>Bad Gateway</html>');
      return;
    case 'reset':
      response.destroy();
      return;
    case 'hang':
  }
}

function refuse(response: ServerResponse, problem: BotProblem): void {
  reply(response, problem.code, {
    ok: false,
    error_code: problem.code,
    description: problem.message,
    ...(problem.parameters === undefined ? {} : { parameters: problem.parameters }),
  });
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
