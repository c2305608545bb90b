/** How the gateway answers as a server: errors, bounds, its port. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen } from '#agents/gateway/agent.ts';
import { startGateway, type GatewayServer } from '../support/gateway-server.ts';

let desk: GatewayServer;
let base: string;
let problem: GatewayServer['problem'];

beforeAll(async () => {
  desk = await startGateway();
  ({ base, problem } = desk);
});

afterAll(() => desk[Symbol.asyncDispose]());

describe('problems', () => {
  test('a wrong parameter is a 400 that names it', async () => {
    const wrong = await problem('/api/v1/orders?limit=0&pair=btc&colour=red', 400);

    expect(wrong).toMatchObject({ type: 'about:blank', title: 'Bad Request', status: 400 });
    expect(wrong.instance).toBe('/api/v1/orders');
    expect(wrong.errors?.map(({ parameter }) => parameter).toSorted()).toEqual([
      'colour',
      'limit',
      'pair',
    ]);
    await problem('/api/v1/decisions?cursor=junk', 400);
    await problem('/api/v1/trades?cursor=junk', 400);
    await problem('/healthz?x=1', 400);
  });

  test('an unknown address is a 404, also with another method', async () => {
    expect((await problem('/api/v1/nothing', 404)).title).toBe('Not Found');
    const post = await fetch(`${base}/api/v1/orders`, { method: 'POST', body: '{}' });
    expect(post.status).toBe(404);
    expect(post.headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('limits', () => {
  test('a request that never ends is cut off', async () => {
    const { hostname, port } = new URL(base);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ');
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
    });
    const startMs = performance.now();

    await once(socket, 'close');

    expect(performance.now() - startMs).toBeLessThan(4_500);
    expect(answer).toMatch(/^(HTTP\/1.1 408|$)/);
  });

  test('a name on the web that resolves to this machine reads nothing, and no page may', async () => {
    const { port } = new URL(base);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('GET /api/v1/config HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
    const chunks: Buffer[] = [];
    for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
    const answer = Buffer.concat(chunks).toString();

    expect(answer).toMatch(/^HTTP\/1\.1 421 /);
    expect(answer).not.toContain('shadow');

    const page = await fetch(`${base}/api/v1/config`, {
      headers: { origin: 'http://evil.example' },
    });
    expect(page.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('headers that are too large are refused', async () => {
    const response = await fetch(`${base}/healthz`, { headers: { 'x-big': 'x'.repeat(20_000) } });

    expect(response.status).toBe(431);
  });
});

describe('listening', () => {
  test('a port in use is a config error that names its holder', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;

    const listening = listen(await bare(), { host: '127.0.0.1', port });

    await expect(listening).rejects.toMatchObject({ code: 'config' });
    await expect(listening).rejects.toThrow(`port ${port} is in use by`);
    await expect(listening).rejects.toThrow(`(pid ${process.pid})`);
    holder.close();
  });
});

/** A second server, only to have one that can fail to listen. */
async function bare(): Promise<FastifyInstance> {
  const { fastify } = await import('fastify');
  return fastify();
}
