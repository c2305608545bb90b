/** Every fault of the catalogue, by name, as a client sees it come and go. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DATA_FAULT_KINDS } from '#practice/faults/fault.ts';
import type { DataFaultKind } from '#practice/faults/fault.ts';
import type { PracticeExchange } from '#practice/server/start-practice.ts';
import { ccxtClient, clearFaults, postFault, practice } from '../support/practice.ts';
import type { Binance, Client } from '../support/practice.ts';
import { streamClient } from '../support/stream-client.ts';
import type { StreamClient, StreamEvent } from '../support/stream-client.ts';

const PAIR = 'BTC/USDT';
const TRADES = '/ws/btcusdt@trade';
let exchange: PracticeExchange;
let client: Client;
let ccxt: Binance;
const streams: StreamClient[] = [];

beforeAll(async () => {
  exchange = await practice();
  client = await ccxtClient(exchange.url);
  ccxt = client.exchange;
  ccxt.timeout = 700;
  await ccxt.loadMarkets();
});

afterEach(async () => {
  await clearFaults(exchange.url);
  for (const stream of streams.splice(0)) stream.socket.terminate();
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await exchange.close();
});

async function listen(path = TRADES): Promise<StreamClient> {
  const stream = await streamClient(exchange.url, path);
  streams.push(stream);
  return stream;
}

const fault = (kind: DataFaultKind, more: object = {}): Promise<string> =>
  postFault(exchange.url, { kind, ...more });

const isTrade = (event: StreamEvent): boolean => event['e'] === 'trade';
const idOf = (event: StreamEvent): number => Number(event['t']);
const ids = (stream: StreamClient): number[] => stream.heard.filter(isTrade).map(idOf);

/** Trade ids of one stream after `count` more events. */
async function idsAfter(stream: StreamClient, count: number): Promise<number[]> {
  const from = stream.heard.length;
  while (stream.heard.length < from + count) await stream.next(isTrade);
  return ids(stream).slice(from);
}

async function restFails(name: string): Promise<void> {
  await expect(ccxt.fetchTime()).rejects.toMatchObject({ name });
  await clearFaults(exchange.url);
  await expect(ccxt.fetchTime(), 'and recovers').resolves.toBeGreaterThan(0);
}

const observed: Record<DataFaultKind, () => Promise<void>> = {
  'socket-drop': async () => {
    const stream = await listen();
    const other = await listen('/ws/ethusdt@trade');
    await fault('socket-drop', { target: { stream: 'btcusdt@trade' } });

    expect(await stream.closed).toBe(1006);
    await other.next(isTrade);
    await fault('socket-drop', { everyMs: 100 });
    expect(await other.closed).toBe(1006);
    const again = await listen();
    expect(await again.closed, 'a repeated drop takes new connections too').toBe(1006);
  },
  'socket-mute': async () => {
    const stream = await listen();
    await stream.next(isTrade);
    await fault('socket-mute', { durationMs: 1500 });
    await expect(stream.next(isTrade, 700)).rejects.toThrow('no such event');
    const pong = new Promise((resolve) => {
      stream.socket.once('pong', resolve);
    });
    stream.socket.ping();
    await pong;

    const fresh = await listen();
    await fresh.next(isTrade);
    await stream.next(isTrade);
    await fault('socket-mute', { newConnections: true });
    const later = await listen();
    await expect(later.next(isTrade, 700)).rejects.toThrow('no such event');
  },
  'socket-delay': async () => {
    const stream = await listen();
    await fault('socket-delay', { delayMs: 600 });
    await stream.next((event) => isTrade(event) && Date.now() - Number(event['E']) >= 550);
    const seen = await idsAfter(stream, 4);

    expect(seen, 'order is kept').toEqual(seen.toSorted((a, b) => a - b));
  },
  'socket-throttle': async () => {
    const stream = await listen('/ws/btcusdt@trade/ethusdt@trade/solusdt@trade');
    await stream.next(isTrade);
    await fault('socket-throttle', { messagesPerSecond: 2 });
    await stream.next(isTrade);
    const before = stream.heard.length;
    await stream.next((event) => Date.now() - Number(event['E']) > 900);

    expect(stream.heard.length - before, 'a trickle of what was said').toBeLessThanOrEqual(5);
    await clearFaults(exchange.url);
    await stream.next((event) => Date.now() - Number(event['E']) < 200, 1000);
  },
  'socket-refuse': async () => {
    await fault('socket-refuse');
    await expect(listen()).rejects.toThrow('HTTP 503');
    await clearFaults(exchange.url);
    await listen();
  },
  'rest-refuse': async () => {
    await fault('rest-refuse');
    await restFails('NetworkError');
  },
  'rest-hang': async () => {
    await fault('rest-hang');
    await restFails('RequestTimeout');
  },
  'rest-delay': async () => {
    await fault('rest-delay', { delayMs: 300 });
    const startedMs = Date.now();
    await ccxt.fetchTime();

    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(295);
  },
  'rest-5xx': async () => {
    await fault('rest-5xx', { status: 503 });
    const page = await fetch(`${exchange.url}/api/v3/ping`);

    expect(page.status).toBe(503);
    expect(await page.text()).toContain('<html>');
    await restFails('ExchangeNotAvailable');
  },
  'rest-reset': async () => {
    await fault('rest-reset');
    await expect(ccxt.fetchTime()).rejects.toThrow();
    await clearFaults(exchange.url);
    await ccxt.fetchTime();
  },
  'rest-garbage': async () => {
    await fault('rest-garbage', { target: { route: '/api/v3/ticker/*' } });
    const answer = await fetch(`${exchange.url}/api/v3/ticker/price`);

    expect(answer.status).toBe(200);
    await expect(answer.json()).rejects.toThrow(SyntaxError);
    await expect(ccxt.fetchTime(), 'other routes are well').resolves.toBeGreaterThan(0);
  },
  'rest-empty': async () => {
    await fault('rest-empty');
    const answer = await fetch(`${exchange.url}/api/v3/time`);

    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
  },
  'event-duplicate': async () => {
    const stream = await listen();
    await fault('event-duplicate');
    await stream.next(isTrade);
    const seen = await idsAfter(stream, 4);

    expect(new Set(seen).size).toBeLessThan(seen.length);
  },
  'event-late': async () => {
    const stream = await listen();
    await fault('event-late', { delayMs: 600 });

    await stream.next((event) => isTrade(event) && Date.now() - Number(event['E']) >= 550);
  },
  'event-reorder': async () => {
    const stream = await listen();
    await fault('event-reorder');
    const seen = await idsAfter(stream, 4);

    expect(seen).not.toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen).size, 'none is lost').toBe(seen.length);
  },
  'event-missing': async () => {
    const stream = await listen();
    await fault('event-missing', { probability: 0.5 });
    const seen = await idsAfter(stream, 6);

    expect((seen.at(-1) ?? 0) - (seen[0] ?? 0)).toBeGreaterThan(5);
  },
  'rate-limit': async () => {
    await fault('rate-limit', { retryAfterS: 7 });
    await expect(ccxt.fetchTime()).rejects.toMatchObject({ name: 'DDoSProtection' });

    const headers = ccxt.last_response_headers as Record<string, string>;
    expect(headers['Retry-After'] ?? headers['retry-after']).toBe('7');
    await restFails('DDoSProtection');
  },
  'ip-ban': async () => {
    await fault('ip-ban', { banMs: 400 });
    const answer = await fetch(`${exchange.url}/api/v3/time`);

    expect(answer.status).toBe(418);
    expect(await answer.json()).toMatchObject({
      code: -1003,
      msg: expect.stringMatching(
        /^Way too much request weight used; IP banned until \d+\./,
      ) as string,
    });
    await clearFaults(exchange.url);
    await expect.poll(() => ccxt.fetchTime().catch(() => 0), { timeout: 3000 }).toBeGreaterThan(0);
  },
  'clock-offset': async () => {
    await fault('clock-offset', { offsetMs: -4000 });
    const stream = await listen();
    const event = await stream.next(isTrade);

    const says = (await ccxt.fetchTime()) ?? Number.NaN;
    expect(Date.now() - says).toBeGreaterThanOrEqual(4000);
    expect(Date.now() - Number(event['E'])).toBeGreaterThanOrEqual(4000);
  },
  'filter-change': async () => {
    await fault('filter-change', {
      target: { symbol: 'BTCUSDT' },
      tickSize: '0.5',
      minNotional: '25',
    });
    await ccxt.loadMarkets(true);

    expect(ccxt.market(PAIR).precision.price).toBe(0.5);
    expect(ccxt.market(PAIR).limits.cost?.min).toBe(25);
    expect(ccxt.market('ETH/USDT').precision.price).toBe(0.01);
    await fault('filter-change', { priceRange: { up: '1.01', down: '0.99' } });
    const rules = await fetch(`${exchange.url}/api/v3/executionRules?symbol=BTCUSDT`);
    expect(await rules.json()).toMatchObject({
      symbolRules: [
        { symbol: 'BTCUSDT', rules: [{ ruleType: 'PRICE_RANGE', bidLimitMultUp: '1.01' }] },
      ],
    });
  },
  maintenance: async () => {
    await fault('maintenance', { target: { symbol: 'BTCUSDT' } });
    await ccxt.loadMarkets(true);
    expect(ccxt.market(PAIR).active).toBe(false);
    expect(ccxt.market('ETH/USDT').active).toBe(true);
    await clearFaults(exchange.url);

    const stream = await listen();
    await fault('maintenance', { mode: 'closed' });
    expect(await stream.closed).toBe(1001);
    expect(stream.heard.some((event) => event['e'] === 'serverShutdown')).toBe(true);
    await restFails('OnMaintenance');
    await ccxt.loadMarkets(true);
    expect(ccxt.market(PAIR).active, 'and opens again').toBe(true);
  },
};

describe('faults', () => {
  it.each(DATA_FAULT_KINDS.map((kind) => [kind] as const))(
    '%s is seen by the client',
    async (kind) => {
      await observed[kind]();
    },
  );

  it('are listed, counted, aimed and taken back', async () => {
    const id = await fault('rest-5xx', { target: { route: '/api/v3/ping' } });
    await fetch(`${exchange.url}/api/v3/ping`);
    const list = async (): Promise<{ active: { id: string; hits: number }[] }> => {
      const answer = await fetch(`${exchange.url}/practice/faults`);
      return (await answer.json()) as { active: { id: string; hits: number }[] };
    };

    expect((await list()).active).toMatchObject([{ id, hits: 1, isActive: true }]);
    const gone = await fetch(`${exchange.url}/practice/faults/${id}`, { method: 'DELETE' });
    expect(gone.status).toBe(200);
    expect((await list()).active).toEqual([]);
  });

  it('refuse a name that is not in the catalogue', async () => {
    await expect(postFault(exchange.url, { kind: 'earthquake' })).rejects.toThrow(/kind/);
    await expect(postFault(exchange.url, { kind: 'rest-hang', depth: 3 })).rejects.toThrow(/depth/);
  });
});
