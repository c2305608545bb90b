import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { seededRandom } from '#platform/random.ts';
import { openSocketSession, type SocketSession } from './socket-session.ts';

interface Venue {
  readonly session: SocketSession;
  readonly heard: unknown[];
  readonly downs: string[];
  readonly clock: ReturnType<typeof fakeClock>;
  /** Connections so far, newest last. */
  readonly sockets: WebSocket[];
  readonly requests: { id: string; method: string }[];
  isAnswering: boolean;
  readonly blocked: { forMs: number };
}

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function venue(): Promise<Venue> {
  const server = new WebSocketServer({ port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clock = fakeClock();
  const heard: unknown[] = [];
  const downs: string[] = [];
  const sockets: WebSocket[] = [];
  const requests: { id: string; method: string }[] = [];
  const blocked = { forMs: 0 };
  const session = openSocketSession({
    url: `ws://127.0.0.1:${port}`,
    name: 'test',
    clock,
    random: seededRandom(1),
    log: silentLog(),
    blockedMs: () => blocked.forMs,
    onUp: () => undefined,
    onDown: (cause) => downs.push(cause),
    onMessage: (message) => heard.push(message),
  });
  const made: Venue = {
    session,
    heard,
    downs,
    clock,
    sockets,
    requests,
    isAnswering: true,
    blocked,
  };
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('message', (data: Buffer) => {
      const request = JSON.parse(data.toString()) as { id: string; method: string };
      requests.push(request);
      if (made.isAnswering) socket.send(JSON.stringify({ id: request.id, status: 200, result: 1 }));
    });
  });
  closers.push(async () => {
    await session.close();
    server.close();
  });
  await expect.poll(() => session.isUp).toBe(true);
  return made;
}

describe('openSocketSession', () => {
  it('matches answers to requests', async () => {
    const { session, sockets, requests, ...state } = await venue();
    state.isAnswering = true;

    const both = await Promise.all([session.request('a', {}, 100), session.request('b', {}, 100)]);

    expect(both).toMatchObject([{ kind: 'reply' }, { kind: 'reply' }]);
    expect(requests.map(({ method }) => method)).toEqual(['a', 'b']);
    expect(sockets).toHaveLength(1);
  });

  it('hands on what the venue says by itself', async () => {
    const { sockets, heard } = await venue();

    sockets[0]?.send('{"event":{"e":"executionReport"}}');
    sockets[0]?.send('no json');

    await expect.poll(() => heard).toEqual([{ event: { e: 'executionReport' } }, undefined]);
  });

  it('does not know what became of a request whose connection died, and dials again', async () => {
    const state = await venue();
    state.isAnswering = false;
    const asked = state.session.request('order.place', {}, 60_000);
    await expect.poll(() => state.requests.length).toBe(1);

    state.sockets[0]?.terminate();

    expect(await asked).toMatchObject({ kind: 'lost' });
    expect(state.session.isUp).toBe(false);
    expect(await state.session.request('x', {}, 1)).toEqual({ kind: 'not-sent' });
    expect(state.downs).toHaveLength(1);
    await state.clock.advance(200);
    await expect.poll(() => state.session.isUp).toBe(true);
  });

  it('gives a connection up on which an answer is overdue', async () => {
    const state = await venue();
    state.isAnswering = false;

    const asked = state.session.request('order.place', {}, 1_000);
    await state.clock.advance(1_000);

    expect(await asked).toEqual({ kind: 'lost', cause: 'no answer within 1000 ms' });
    expect(state.downs).toEqual(['an answer is overdue']);
  });

  it('finds a mute connection by its pings', async () => {
    const state = await venue();
    await state.clock.advance(4_000);
    await expect.poll(() => state.requests.map(({ method }) => method)).toEqual(['ping']);
    await expect.poll(() => state.clock.pending()).toBe(1);

    state.isAnswering = false;
    await state.clock.advance(7_000);

    expect(state.downs).toHaveLength(1);
  });

  it('asks nothing while the venue wants to be left alone', async () => {
    const state = await venue();
    state.blocked.forMs = 60_000;

    await state.clock.advance(20_000);

    expect(state.requests).toEqual([]);
    expect(state.session.isUp).toBe(true);
  });

  it('keeps what is under way when the venue is about to close, on a new connection for the rest', async () => {
    const state = await venue();
    state.isAnswering = false;
    const asked = state.session.request('order.place', {}, 60_000);
    await expect.poll(() => state.requests.length).toBe(1);

    state.sockets[0]?.send('{"event":{"e":"serverShutdown","E":1}}');
    await expect.poll(() => state.sockets.length).toBe(2);
    const [{ id } = { id: '' }] = state.requests;
    state.sockets[0]?.send(JSON.stringify({ id, status: 200, result: 'late' }));

    expect(await asked).toMatchObject({ kind: 'reply', reply: { result: 'late' } });
    expect(state.downs).toEqual(['serverShutdown']);
    await expect.poll(() => state.session.isUp).toBe(true);
  });
});
