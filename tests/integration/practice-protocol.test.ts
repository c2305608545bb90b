/** The venue's rules as a bare client meets them: limits, bans, stream commands, shutdown. */
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#platform/clock/system-clock.ts';
import { createWorld } from '#practice/create-world.ts';
import type { PracticeExchange } from '#practice/server/start-practice.ts';
import { ccxtClient, practice } from '../support/practice.ts';
import { streamClient } from '../support/stream-client.ts';
import type { StreamClient } from '../support/stream-client.ts';

interface Kline {
  readonly s: string;
  readonly x: boolean;
  readonly t: number;
  readonly T: number;
  readonly n: number;
  readonly o: string;
  readonly h: string;
  readonly l: string;
  readonly c: string;
  readonly v: string;
  readonly q: string;
  readonly V: string;
  readonly Q: string;
}

const open: PracticeExchange[] = [];
const clients: StreamClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate();
  await Promise.all(open.splice(0).map((exchange) => exchange.close()));
});

async function start(): Promise<PracticeExchange> {
  const exchange = await practice();
  open.push(exchange);
  return exchange;
}

async function connect(url: string, path: string): Promise<StreamClient> {
  const client = await streamClient(url, path);
  clients.push(client);
  return client;
}

async function get(url: string): Promise<{ status: number; headers: Headers; body: unknown }> {
  const response = await fetch(url);
  const text = await response.text();
  const body: unknown = text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text;
  return { status: response.status, headers: response.headers, body };
}

describe('request limits', () => {
  it('count each route’s weight in the headers', async () => {
    const { url } = await start();
    const used = async (path: string): Promise<string | null> =>
      (await get(`${url}/api/v3/${path}`)).headers.get('x-mbx-used-weight-1m');

    expect(await used('ping')).toBe('1');
    expect(await used('exchangeInfo')).toBe('21');
    expect(await used('depth?symbol=BTCUSDT&limit=1000')).toBe('71');
    expect(await used('ticker/24hr')).toBe('151');
    expect(await used('ticker/24hr?symbols=["BTCUSDT","ETHUSDT"]')).toBe('153');
    expect(await used('ticker/bookTicker')).toBe('157');
    expect(await used('klines?symbol=BTCUSDT&interval=1m')).toBe('159');
  });

  it('answer 429 with Retry-After, then ban who goes on with 418', async () => {
    const { url } = await start();
    await using client = await ccxtClient(url);
    await client.exchange.loadMarkets();
    const statuses: number[] = [];
    for (let request = 0; request < 100 && !statuses.includes(418); request += 1) {
      const { status, headers, body } = await get(`${url}/api/v3/ticker/24hr`);
      statuses.push(status);
      if (status === 200) continue;
      expect(body).toMatchObject({ code: -1003 });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }

    const kinds = [...new Set(statuses)];
    expect(kinds).toEqual([200, 429, 418]);
    await expect(client.exchange.fetchTime()).rejects.toMatchObject({ name: 'DDoSProtection' });
    expect((await get(`${url}/practice/status`)).status, 'the control door stays open').toBe(200);
  });

  it('answer unknown paths with 404 and other methods with 405', async () => {
    const { url } = await start();

    expect((await get(`${url}/api/v3/nothing`)).status).toBe(404);
    expect((await fetch(`${url}/api/v3/ping`, { method: 'POST' })).status).toBe(405);
    expect((await get(`${url}/api/v3/klines?symbol=BTCUSDT&interval=7m`)).body).toEqual({
      code: -1120,
      msg: 'Invalid interval.',
    });
    expect((await get(`${url}/api/v3/aggTrades?symbol=BTCUSDT&fromId=1&startTime=1`)).body).toEqual(
      { code: -1128, msg: 'Combination of optional parameters invalid.' },
    );
  });
});

describe('stream sockets', () => {
  it('open at every address the venue has', async () => {
    const { url } = await start();
    const raw = await connect(url, '/ws/btcusdt@trade/ethusdt@trade');
    const combined = await connect(url, '/stream?streams=btcusdt@trade/ethusdt@aggTrade');

    await raw.next((event) => event['e'] === 'trade' && event['s'] === 'ETHUSDT');
    expect(await combined.next((event) => event['stream'] === 'ethusdt@aggTrade')).toMatchObject({
      data: { e: 'aggTrade', s: 'ETHUSDT', M: true },
    });
    await expect(connect(url, '/elsewhere')).rejects.toThrow('HTTP 404');
  });

  it('subscribe, list, change form and unsubscribe', async () => {
    const { url } = await start();
    const client = await connect(url, '/ws/0');
    const ask = (id: number, method: string, ...params: unknown[]): Promise<unknown> => {
      const answer = client.next((event) => event['id'] === id);
      client.send({ method, params, id });
      return answer;
    };

    expect(await ask(1, 'SUBSCRIBE', 'btcusdt@trade', 'nopeusdt@trade')).toEqual({
      result: null,
      id: 1,
    });
    await client.next((event) => event['e'] === 'trade');
    expect(await ask(2, 'LIST_SUBSCRIPTIONS')).toEqual({
      result: ['btcusdt@trade', 'nopeusdt@trade'],
      id: 2,
    });
    expect(await ask(3, 'SET_PROPERTY', 'combined', true)).toEqual({ result: null, id: 3 });
    await client.next((event) => event['stream'] === 'btcusdt@trade');
    expect(await ask(4, 'UNSUBSCRIBE', 'btcusdt@trade')).toEqual({ result: null, id: 4 });
    await expect(client.next((event) => 'stream' in event, 600)).rejects.toThrow('no such event');
  });

  it('carry the same trade as REST', async () => {
    const { url } = await start();
    const client = await connect(url, '/ws/btcusdt@trade');
    const event = await client.next(() => true);
    const { body } = await get(
      `${url}/api/v3/historicalTrades?symbol=BTCUSDT&fromId=${Number(event['t'])}&limit=1`,
    );

    expect(body).toMatchObject([
      { id: event['t'], price: event['p'], qty: event['q'], time: event['T'] },
    ]);
  });

  it('end with 1008 for a client that talks too much', async () => {
    const { url } = await start();
    const client = await connect(url, '/ws');
    for (let id = 1; id <= 6; id += 1) client.send({ method: 'LIST_SUBSCRIPTIONS', id });

    expect(await client.closed).toBe(1008);
  });

  it('say serverShutdown before the exchange closes', async () => {
    const exchange = await start();
    const raw = await connect(exchange.url, '/ws/btcusdt@trade');
    const combined = await connect(exchange.url, '/stream?streams=btcusdt@trade');
    await exchange.close();

    expect(await raw.closed).toBe(1001);
    expect(raw.heard.at(-1)).toMatchObject({ e: 'serverShutdown' });
    await combined.closed;
    expect(combined.heard.at(-1)).toMatchObject({
      stream: '!serverShutdown',
      data: { e: 'serverShutdown' },
    });
  });

  it('refuse the 301st connection within five minutes', async () => {
    const { url } = await start();
    let refusal: unknown;
    for (let i = 0; i < 301 && refusal === undefined; i += 1) {
      const client = await streamClient(url, '/ws').catch((error: unknown) => {
        refusal = { i, error };
      });
      client?.socket.terminate();
    }

    expect(refusal).toMatchObject({ i: 300, error: { message: 'HTTP 429' } });
  });
});

describe('the practice market', () => {
  it('closes each candle of every pair once, and REST tells the same', async () => {
    const clock = systemClock();
    const exchange = await practice({ clock, world: createWorld({ clock, seed: 7 }) });
    open.push(exchange);
    const symbols = exchange.world.specs.map(({ symbol }) => symbol);
    const names = symbols.map((symbol) => `${symbol.toLowerCase()}@kline_1s`);
    const client = await connect(exchange.url, `/ws/${names.join('/')}`);
    const closed = (): Kline[] => client.heard.map((event) => event['k'] as Kline);
    while (closed().length < symbols.length * 4) await client.next(() => true);

    for (const symbol of symbols) {
      const own = closed().filter(({ s }) => s === symbol);
      const opens = own.map(({ t }) => t);
      expect(own.every(({ x }) => x)).toBe(true);
      expect(opens).toEqual(opens.map((_, i) => (opens[0] ?? 0) + i * 1000));
      const { body } = await get(
        `${exchange.url}/api/v3/klines?symbol=${symbol}&interval=1s&startTime=${opens[0]}&limit=${own.length}`,
      );
      expect(body).toEqual(
        own.map((k) => [k.t, k.o, k.h, k.l, k.c, k.v, k.T, k.q, k.n, k.V, k.Q, '0']),
      );
    }
  });
});

describe('control endpoint', () => {
  it('shows clients, weights and time', async () => {
    const { url } = await start();
    await connect(url, '/ws/btcusdt@trade/ethusdt@trade');
    await get(`${url}/api/v3/ping`);

    expect((await get(`${url}/practice/status`)).body).toMatchObject({
      worldTimeMs: expect.any(Number) as number,
      sockets: { clients: 1, subscriptions: 2, cut: { slow: 0, chatty: 0, silent: 0, old: 0 } },
      weights: [{ usedWeight: 1, bannedUntilMs: 0, refusedTotal: 0 }],
      replay: null,
    });
    expect((await get(`${url}/practice/replay-map?served=5,6`)).body).toEqual({
      isReplay: false,
      map: [
        { servedMs: 5, recordedMs: 5 },
        { servedMs: 6, recordedMs: 6 },
      ],
    });
    expect((await get(`${url}/practice/replay-map?served=soon`)).status).toBe(400);
    const page = await fetch(`${url}/practice/status`, { headers: { origin: 'http://evil' } });
    expect(page.status, 'a web page is turned away').toBe(403);
  });
});
