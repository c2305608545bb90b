import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  answerSchema,
  parseDocument,
  routesOf,
  validator,
} from '#agents/gateway/openapi.fixture.ts';
import { busMetrics } from '#bus/metrics.ts';
import { records } from '#bus/queues.ts';
import type { RedisBus } from '#bus/redis/open-bus.ts';
import * as states from '#bus/states.ts';
import { candles, quotes } from '#bus/topics.ts';
import type { OpenCandleCache } from '#cache/open-candle-cache.ts';
import { Quote } from '#core/model/market.ts';
import { Pair } from '#core/model/pair.ts';
import type { History } from '#history/history.ts';
import { T0, ACCOUNT, text, trade, type TempLedger } from '#ledger/ledger.fixture.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import { ledgerSource } from '#ledger/reader-source.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type GatewayServer } from '../support/gateway-server.ts';
import type { RedisServer } from '../support/redis-server.ts';
import * as sample from '../support/samples.ts';

const pair = Pair.parse('BTC/USDT');
let desk: GatewayServer;
let redis: RedisServer;
let bus: RedisBus;
let cache: OpenCandleCache;
let ledger: TempLedger;
let history: History;
let base: string;
let items: GatewayServer['items'];
let problem: GatewayServer['problem'];

beforeAll(async () => {
  desk = await startGateway();
  ({ redis, bus, cache, ledger, history, base, items, problem } = desk);
});

afterAll(() => desk[Symbol.asyncDispose]());

describe('routes', () => {
  test('health tells score, mode, redis, ledger and each agent', async () => {
    await bus.set(states.desk, 'current', {
      healthScore: 97,
      pid: 1,
      sinceMs: 5,
      mode: 'shadow',
      exchange: 'practice',
    });
    await bus.set(states.agents, 'data', sample.agentSample());
    await bus.set(states.account, 'shadow', sample.accountSample());

    const response = await fetch(`${base}/api/v1/health`);

    expect(await response.json()).toEqual({
      status: 'ok',
      healthScore: 97,
      mode: 'shadow',
      exchange: 'practice',
      sinceMs: 5,
      redis: true,
      ledger: true,
      halts: [],
      agents: [{ instance: 'data', state: 'ready', healthScore: 100 }],
    });
    expect((await fetch(`${base}/healthz`)).status).toBe(200);
    expect((await fetch(`${base}/readyz`)).status).toBe(200);
  });

  test('states are shown as they are', async () => {
    await bus.set(states.agents, 'data', sample.agentSample());
    await bus.set(states.agents, 'a-10', sample.agentSample({ instance: 'a-10' }));
    await bus.set(states.agents, 'a-9', sample.agentSample({ instance: 'a-9' }));
    await bus.set(states.account, 'shadow', sample.accountSample());
    await bus.set(states.positions, pair, sample.positionSample());

    expect((await items('/api/v1/agents')).items.map((one) => one['instance'])).toEqual([
      'a-9',
      'a-10',
      'data',
    ]);
    expect((await items('/api/v1/account')).items).toEqual([sample.accountSample()]);
    expect((await items('/api/v1/positions')).items).toEqual([sample.positionSample()]);
  });

  test('symbols join rules, freshness, quote and last candle', async () => {
    const quote = Quote.parse({
      pair,
      bid: '1',
      bidQty: '1',
      ask: '2',
      askQty: '1',
      atMs: 1,
      receivedMs: 1,
    });
    const candle = { openMs: 0, open: 1, high: 1, low: 1, close: 1, volume: 0 };
    await bus.set(states.instruments, pair, sample.instrumentSample());
    await bus.set(states.feeds, pair, sample.feedSample());
    await bus.publish(quotes, [quote]);
    await bus.publish(candles, { pair, timeframe: '1m', candle });

    await eventually(
      async () => (await items('/api/v1/symbols')).items[0]?.['lastCandle'] !== undefined,
      { withinMs: 2_000 },
    );

    expect((await items('/api/v1/symbols')).items).toEqual([
      {
        pair,
        instrument: sample.instrumentSample(),
        feed: sample.feedSample(),
        quote,
        lastCandle: { timeframe: '1m', candle },
      },
    ]);
  });

  test('candles come oldest first, limited and before a time', async () => {
    const rows = Array.from({ length: 10 }, (_, i) => ({
      openMs: i * 60_000,
      open: 1,
      high: 2,
      low: 1,
      close: 2,
      volume: i,
    }));
    await cache.put({ pair, timeframe: '1m', candles: rows });

    const path = '/api/v1/candles?pair=BTC/USDT&timeframe=1m';

    expect((await items(path)).items).toEqual(rows);
    expect((await items(`${path}&limit=2`)).items).toEqual(rows.slice(8));
    expect((await items(`${path}&limit=2&beforeMs=300000`)).items).toEqual(rows.slice(3, 5));
    expect((await problem('/api/v1/candles?pair=XX/YY&timeframe=1m', 404)).detail).toContain(
      'XX/YY',
    );
  });

  test('decisions come newest close first with their rationale, by page and filter', async () => {
    const all = [0, 1, 2, 3, 4].map((i) =>
      sample.decisionSample({
        closeMs: sample.SAMPLE_MS + i * 60_000,
        action: i === 2 ? 'buy' : 'hold',
      }),
    );
    expect(await history.record(all)).toBe(5);
    expect(await history.record(all), 'recorded before').toBe(0);

    const first = await items('/api/v1/decisions?limit=2');
    const second = await items(`/api/v1/decisions?limit=2&cursor=${first.nextCursor}`);
    const third = await items(`/api/v1/decisions?limit=2&cursor=${second.nextCursor}`);

    expect([...first.items, ...second.items, ...third.items]).toEqual(all.toReversed());
    expect(third.nextCursor).toBeUndefined();
    expect((await items('/api/v1/decisions?action=buy&pair=BTC/USDT')).items).toEqual([all[2]]);
    const range = `sinceMs=${all[1]?.closeMs}&untilMs=${all[3]?.closeMs}`;
    expect((await items(`/api/v1/decisions?${range}`)).items).toEqual([all[2], all[1]]);
  });

  test('queues show what waits', async () => {
    await bus.send(records, sample.decisionSample());

    expect((await items('/api/v1/queues')).items).toMatchObject([
      { queue: 'evaluations.v1', waiting: 0 },
      { queue: 'intents.v1', waiting: 0 },
      { queue: 'records.v1', waiting: 1, waitingMax: 100_000, dead: 0 },
    ]);
  });

  test('the config is shown as it was given', async () => {
    const response = await fetch(`${base}/api/v1/config`);

    expect(await response.json()).toEqual({ mode: 'shadow', exchange: { api_key: '********' } });
  });
});

describe('the ledger', () => {
  test('orders, trades, round trips and equity are read while the desk writes', async () => {
    await trade(ledger.ledger, { id: 'buy1', trade: '1', side: 'buy' });
    await trade(ledger.ledger, { id: 'sell1', trade: '2', side: 'sell', price: '51000' });
    await ledger.ledger.transaction(async (tx) => {
      for (const [place, equityQuote] of ['10000', '10005', '10010'].entries()) {
        await tx.recordEquity({
          account: ACCOUNT,
          atMs: T0 + place * 60_000,
          equityQuote: text(equityQuote),
          cashQuote: text(equityQuote),
          positionsQuote: text('0'),
          cause: 'minute',
        });
      }
    });

    const orders = await items('/api/v1/orders');
    const trades = await items('/api/v1/trades?limit=1');
    const older = await items(`/api/v1/trades?limit=1&cursor=${trades.nextCursor}`);

    expect(orders.items.map((order) => order['status'])).toEqual(['filled', 'filled']);
    expect((await items('/api/v1/orders?isOpen=true')).items).toEqual([]);
    expect(trades.items[0]).toMatchObject({ side: 'sell' });
    expect(older.items[0]).toMatchObject({ side: 'buy' });
    expect((await items('/api/v1/round-trips')).items).toHaveLength(1);
    expect((await items('/api/v1/intents')).items).toHaveLength(2);
    expect((await items('/api/v1/halts')).items).toEqual([]);
    expect((await items('/api/v1/actions')).items).toEqual([]);
    expect((await items('/api/v1/equity')).items.length).toBeGreaterThan(0);
    const figures: unknown = await (await fetch(`${base}/api/v1/performance`)).json();
    expect(figures).toMatchObject({ account: ACCOUNT, trades: 1, winRate: 1, profitFactor: null });
    expect(figures).toHaveProperty('returnFraction', expect.closeTo(0.001));
    expect((await problem('/api/v1/performance?account=none', 404)).detail).toContain('none');
  });
});

describe('what happened', () => {
  test('events are read after a number, oldest first, with the range that is kept', async () => {
    const pausedEvent = { kind: 'halt.lifted', halt: 'paused' } as const;
    await ledger.ledger.transaction(async (tx) => {
      await tx.recordEvents([pausedEvent, { ...pausedEvent, halt: 'drawdown' }], T0);
      await tx.recordOperatorAction({
        id: 'one-action',
        by: 'api:phone',
        origin: '10.0.0.1',
        kind: 'resume',
        reason: '',
        result: 'lifted',
        atMs: T0,
      });
    });
    const read = async (query: string) => (await fetch(`${base}/api/v1/events${query}`)).json();

    const all = z
      .strictObject({
        items: z.array(z.looseObject({ seq: z.int() })),
        oldestSeq: z.int(),
        newestSeq: z.int(),
      })
      .parse(await read(''));

    const first = all.newestSeq - 1;
    expect(all.items.slice(-2)).toMatchObject([
      { seq: first, event: { halt: 'paused' } },
      { seq: first + 1, event: { halt: 'drawdown' } },
    ]);
    expect(await read(`?afterSeq=${first}`)).toMatchObject({ items: [{ seq: first + 1 }] });
    expect(await read('?limit=1')).toMatchObject({ items: [{ seq: first + 1 }] });
    expect(await read(`?afterSeq=${first - 1}&limit=1`)).toMatchObject({ items: [{ seq: first }] });
    expect(await read(`?afterSeq=${all.newestSeq}`)).toMatchObject({ items: [] });
    expect((await items('/api/v1/actions')).items).toMatchObject([
      { by: 'api:phone', kind: 'resume', result: 'lifted' },
    ]);
    expect((await items('/api/v1/audit?kind=operator')).items).toMatchObject([
      { who: 'api:phone', origin: '10.0.0.1', ref: 'one-action' },
    ]);
  });
});

describe('documents', () => {
  test('the OpenAPI document describes every route and the page needs no network', async () => {
    const response = await fetch(`${base}/docs/json`);
    const document = parseDocument(await response.json());
    for (const name of 'health agents symbols candles positions orders trades decisions performance equity config halts events actions audit'.split(
      ' ',
    )) {
      expect(Object.keys(document.paths)).toContain(`/api/v1/${name}`);
    }
    const page = await (await fetch(`${base}/docs/`)).text();
    const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) {
      expect(link, 'no other host').not.toMatch(/^(https?:)?\/\//);
      expect((await fetch(new URL(link, `${base}/docs/`))).status, link).toBe(200);
    }
  });

  test('every read answers as its schema says', async () => {
    const document = parseDocument(await (await fetch(`${base}/docs/json`)).json());
    const check = await validator(document);
    const NEEDED: Readonly<Record<string, string>> = {
      '/api/v1/candles': '?pair=BTC/USDT&timeframe=1m',
      '/api/v1/sentiment/texts': '?coin=BTC',
    };
    const refused: string[] = [];
    // Before they have been told anything these answer 404.
    const said = { atMs: 1, pairs: [] };
    await bus.set(states.universe, 'current', { ...said, version: 1, chain: [] });
    await bus.set(states.risk, 'current', {
      ...said,
      level: 'normal',
      reasons: [],
      accountScaler: 1,
      correlations: [],
      limits: [],
      figures: {},
    });
    await bus.set(states.sentimentTexts, 'BTC', { coin: 'BTC', texts: [] });

    for (const route of routesOf(document).filter(({ method }) => method === 'get')) {
      const response = await fetch(`${base}${route.path}${NEEDED[route.path] ?? ''}`);
      if (!response.ok) refused.push(`${response.status} ${route.path}`);
      const isJson = response.headers.get('content-type')?.includes('json') === true;
      const told: unknown = isJson ? await response.json() : await response.text();
      const schema = answerSchema(document, route, response.status) ?? { not: {} };
      expect(check(schema, told), route.path).toBe('');
    }

    // Tokens are for admins alone.
    expect(refused).toEqual(['401 /api/v1/tokens']);
  });

  test('metrics of all processes are merged and promtool finds nothing wrong', async (context) => {
    const other = createMetrics({ agent: 'data', instance: 'data', withNodeMetrics: true });
    other.gauge({ name: 'data_age_seconds', help: 'Age.', labels: ['pair'] }).set({ pair }, 1.5);
    busMetrics(other).received('quotes.v1', 3);
    await bus.set(states.metrics, 'data', {
      instance: 'data',
      agent: 'data',
      atMs: 1,
      families: JSON.parse(JSON.stringify(await other.families())) as unknown[],
    });
    await bus.set(states.metrics, 'bad', {
      instance: 'bad',
      agent: 'data',
      atMs: 1,
      families: [{ name: 'not a name' }],
    });

    const response = await fetch(`${base}/metrics`);
    const text = await response.text();

    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(text).toMatch(/nightdesk_data_age_seconds\{[^}]*pair="BTC\/USDT"[^}]*\} 1.5/);
    expect(text).toMatch(/nightdesk_http_requests_total\{[^}]*agent="gateway"/);
    expect(text).toMatch(/nightdesk_process_resident_memory_bytes\{[^}]*instance="data"/);
    expect(text).toMatch(/nightdesk_process_resident_memory_bytes\{[^}]*instance="gateway"/);
    const promtool = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    if (promtool.error !== undefined) return context.skip('promtool is not installed');
    expect(promtool.stdout + promtool.stderr).toBe('');
    expect(promtool.status).toBe(0);
  });
});

describe('while something is away', () => {
  test('without redis the routes that need it say so and the others answer', async () => {
    await redis.kill();
    await eventually(() => !bus.isConnected(), { withinMs: 2_000 });

    const away = await problem('/api/v1/agents', 503);

    expect(away.type).toBe('urn:nightdesk:problem:redis-unavailable');
    await problem('/api/v1/candles?pair=BTC/USDT&timeframe=1m', 503);
    await problem('/readyz', 503);
    expect((await fetch(`${base}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${base}/api/v1/health`)).json()).toMatchObject({
      status: 'down',
      redis: false,
      ledger: true,
    });
    expect((await items('/api/v1/orders')).items.length).toBeGreaterThan(0);
    expect(await (await fetch(`${base}/metrics`)).text()).toMatch(
      /nightdesk_redis_connected\{[^}]*\} 0/,
    );
    await redis.start();
    await eventually(async () => (await fetch(`${base}/api/v1/agents`)).status === 200, {
      withinMs: 3_000,
    });
  });

  test('without a ledger its routes say so until there is one', async () => {
    let path = `${ledger.path}.none`;
    const source = ledgerSource(
      () => openLedgerReader(path),
      () => undefined,
    );
    await expect(source.read((reader) => reader.meta())).rejects.toMatchObject({
      code: 'ledger-unavailable',
    });

    path = ledger.path;

    expect(await source.read((reader) => reader.meta())).toMatchObject({ deskId: 'desk' });
    await source.close();
  });
});
