import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Candle } from '#core/model/candle.ts';
import { Instrument } from '#core/model/instrument.ts';
import { Pair } from '#core/model/pair.ts';
import { loadClient, methodOf } from '#exchange/ccxt-client.ts';
import { failureOf, rememberEvidence } from '#exchange/venue-failure.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { ConfigError } from '#platform/errors.ts';
import { silentLog } from '#platform/log/log.ts';
import { startPractice } from '#practice/server/start-practice.ts';
import type { PracticeExchange } from '#practice/server/start-practice.ts';
import { eventually } from '../support/eventually.ts';
import { clearFaults, postFault } from '../support/practice.ts';
import { counted, venueAt } from '../support/venue.ts';

const BTC = Pair.parse('BTC/USDT');
const ETH = Pair.parse('ETH/USDT');

let exchange: PracticeExchange;

beforeAll(async () => {
  exchange = await startPractice({ clock: systemClock(), log: silentLog(), seed: 7, port: 0 });
});

afterAll(() => exchange.close());

beforeEach(() => clearFaults(exchange.url));

describe('reads of a Binance-shaped venue', () => {
  it('give closed candles, oldest first, on the grid, without the forming one', async () => {
    await using opened = await venueAt(exchange.url);
    const candles = await opened.venue.reads.candles({ pair: BTC, timeframe: '1m', limit: 50 });

    expect(candles).toHaveLength(50);
    expect(candles.every((candle) => Candle.safeParse(candle).success)).toBe(true);
    expect(
      candles.every(({ openMs }, i) => openMs === (candles[0]?.openMs ?? 0) + i * 60_000),
    ).toBe(true);
    expect((candles.at(-1)?.openMs ?? 0) + 60_000).toBeLessThanOrEqual(exchange.world.now());
  });

  it('give trades with ids that follow one another, from an id and from a time', async () => {
    await using opened = await venueAt(exchange.url);
    const latest = () => opened.venue.reads.tradesSince({ pair: BTC, limit: 20 });
    await eventually(async () => (await latest()).length >= 10, { withinMs: 20_000 });
    const fromId = (await latest())[0]?.id ?? 0;
    const byId = await opened.venue.reads.tradesSince({ pair: BTC, fromId, limit: 5 });
    const sinceMs = byId[2]?.atMs ?? 0;
    const byTime = await opened.venue.reads.tradesSince({ pair: BTC, sinceMs, limit: 5 });

    expect(byId.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4].map((i) => fromId + i));
    expect(byTime.every(({ atMs }) => atMs >= sinceMs)).toBe(true);
    expect(byTime.length).toBeGreaterThan(0);
  });

  it('give trades of a pair that joined after the venue was opened', async () => {
    await using opened = await venueAt(exchange.url, { pairs: [BTC] });
    const later = () => opened.venue.reads.tradesSince({ pair: ETH, limit: 5 });

    await eventually(async () => (await later()).length === 5, { withinMs: 20_000 });
  });

  it('give quotes and books that fit each other', async () => {
    await using opened = await venueAt(exchange.url);
    const quotes = await opened.venue.reads.quotes([BTC, ETH]);
    const book = await opened.venue.reads.orderBook(BTC, 5);

    expect(quotes.map(({ pair }) => pair).toSorted()).toEqual([BTC, ETH]);
    expect(quotes.every(({ bid, ask }) => Number(bid) < Number(ask))).toBe(true);
    expect(book.bids).toHaveLength(5);
    expect(Number(book.bids[0]?.[0])).toBeLessThan(Number(book.asks[0]?.[0]));
  });

  it('give every instrument with its filters', async () => {
    await using opened = await venueAt(exchange.url, { pairs: 'all' });

    expect(opened.venue.instruments.length).toBeGreaterThanOrEqual(12);
    expect(opened.venue.instruments.every((one) => Instrument.safeParse(one).success)).toBe(true);
  });

  it('see a filter change', async () => {
    await using opened = await venueAt(exchange.url);
    const target = { symbol: 'BTCUSDT' };
    await postFault(exchange.url, { kind: 'filter-change', target, minNotional: '25' });

    const [changed] = await opened.venue.reads.instruments([BTC]);

    expect(Number(changed?.minNotional)).toBe(25);
  });

  it('count the weight the venue counts', async () => {
    await using opened = await venueAt(exchange.url);
    await opened.venue.reads.orderBook(BTC, 500);

    expect(await counted(opened.metrics, 'venue_weight_used')).toBeGreaterThanOrEqual(25);
  });
});

describe('the generic path', () => {
  it('gives the same candles, trades, quotes and books as the Binance-shaped one', async () => {
    await using binance = await venueAt(exchange.url);
    await using generic = await venueAt(exchange.url, { shape: 'generic' });
    const query = { pair: BTC, timeframe: '1m', limit: 20 } as const;

    const candles = await generic.venue.reads.candles(query);
    const trades = await generic.venue.reads.tradesSince({ pair: BTC, limit: 5 });
    const book = await generic.venue.reads.orderBook(BTC, 5);
    const [quote] = await generic.venue.reads.quotes([BTC]);

    const expected = await binance.venue.reads.candles(query);
    const shared = expected.filter(({ openMs }) => candles.some((c) => c.openMs === openMs));
    expect(shared.length).toBeGreaterThan(17);
    expect(candles).toEqual(expect.arrayContaining(shared));
    expect(trades).toHaveLength(5);
    expect(book.bids).toHaveLength(5);
    expect(Number(quote?.bid)).toBeGreaterThan(0);
    expect(generic.venue.instruments.find(({ pair }) => pair === BTC)?.tickSize).toBeDefined();
  });
});

describe('a failing venue', () => {
  it('is asked again after errors, resets and refusals, and answers in the end', async () => {
    await using opened = await venueAt(exchange.url);
    for (const kind of ['rest-5xx', 'rest-reset', 'rest-refuse']) {
      await clearFaults(exchange.url);
      await postFault(exchange.url, { kind, durationMs: 250 });

      const ms = await opened.venue.reads.serverTimeMs();

      expect(Math.abs(ms - exchange.world.now()), kind).toBeLessThan(500);
    }
    expect(
      await counted(opened.metrics, 'venue_requests_total', { outcome: 'venue-unreachable' }),
    ).toBeGreaterThanOrEqual(3);
  });

  it.each(['rest-garbage', 'rest-empty'])(
    'that says HTTP 200 and nothing of sense (%s) is no answer',
    async (kind) => {
      await using opened = await venueAt(exchange.url, { readBudgetMs: 1_000 });
      await postFault(exchange.url, { kind });

      const reading = opened.venue.reads.candles({ pair: BTC, timeframe: '1m', limit: 5 });

      await expect(reading).rejects.toMatchObject({ code: 'venue-garbled' });
    },
  );

  it('that hangs is given up within the time limit', async () => {
    await using opened = await venueAt(exchange.url, { readBudgetMs: 1_500 });
    await postFault(exchange.url, { kind: 'rest-hang' });
    const startMs = performance.now();

    await expect(opened.venue.reads.serverTimeMs()).rejects.toMatchObject({
      code: 'venue-unreachable',
    });

    expect(performance.now() - startMs).toBeLessThan(4_000);
  });

  it('that limits our rate is left alone for as long as it asks', async () => {
    await using opened = await venueAt(exchange.url, { readBudgetMs: 1_000 });
    await postFault(exchange.url, { kind: 'rate-limit', retryAfterS: 30 });
    await expect(opened.venue.reads.serverTimeMs()).rejects.toMatchObject({
      code: 'venue-rate-limited',
      details: { retryAfterMs: 30_000 },
    });
    await clearFaults(exchange.url);
    const before = await counted(opened.metrics, 'venue_requests_total');

    await expect(opened.venue.reads.serverTimeMs()).rejects.toMatchObject({
      code: 'venue-rate-limited',
    });

    expect(await counted(opened.metrics, 'venue_requests_total')).toBe(before);
  });

  it('keeps its own clock, never ahead of the venue’s', async () => {
    await using opened = await venueAt(exchange.url);
    const ours = opened.venue.clock.now();

    expect(ours).toBeLessThanOrEqual(exchange.world.now());
    expect(exchange.world.now() - ours).toBeLessThan(200);
  });
});

describe('opening a venue', () => {
  it('names the venue that was probably meant', async () => {
    await expect(
      venueAt(exchange.url, { name: 'krakn' }).then(() => undefined),
    ).rejects.toBeInstanceOf(ConfigError);
    await expect(
      loadClient({ exchangeId: 'krakn', requestTimeoutMs: 1_000 }).then(() => undefined),
    ).rejects.toThrow('did you mean "kraken"?');
  });

  it('refuses a timeframe the venue does not have, before it asks for anything', async () => {
    const config = {
      name: 'kraken',
      base_url: null,
      ws_url: null,
      request_timeout_ms: 1_000,
      weight_per_minute: 6_000,
      weight_reserve_fraction: 0.2,
      read_budget_ms: 1_000,
    };

    await expect(
      venueAt(exchange.url, { config, timeframe: '1s' }).then(() => undefined),
    ).rejects.toThrow(
      'timeframe: kraken has no candles of 1s; it has 1m, 5m, 15m, 30m, 1h, 4h, 1d',
    );
  });

  it('refuses a pair the venue does not trade', async () => {
    const pairs = [BTC, Pair.parse('NOPE/USDT')];

    await expect(venueAt(exchange.url, { pairs }).then(() => undefined)).rejects.toBeInstanceOf(
      ConfigError,
    );
  });

  it('says that nobody answers', async () => {
    await expect(
      venueAt('http://127.0.0.1:9', { readBudgetMs: 1_000 }).then(() => undefined),
    ).rejects.toMatchObject({ code: 'venue-unreachable' });
  });
});

describe('what ccxt does by itself', () => {
  it('repeats nothing', async () => {
    const client = await loadClient({
      exchangeId: 'practice',
      baseUrl: exchange.url,
      requestTimeoutMs: 1_000,
    });
    await postFault(exchange.url, { kind: 'rest-5xx', target: { route: '/api/v3/time' } });
    const seen: number[] = [];
    const onRestResponse = client.onRestResponse.bind(client);
    client.onRestResponse = (...args) => {
      seen.push(args[0] as number);
      return onRestResponse(...args);
    };

    await expect(methodOf(client, 'fetchTime')?.()).rejects.toThrow();

    expect(seen).toEqual([502]);
    await client.close();
  });

  it('gives the class of the spot table also on another base URL', async () => {
    const client = await loadClient({
      exchangeId: 'practice',
      baseUrl: exchange.url,
      requestTimeoutMs: 1_000,
    });
    rememberEvidence(client);
    const caught: unknown[] = [];
    const body = '{"code":-1008,"msg":"Server is currently overloaded."}';
    try {
      const response = JSON.parse(body) as unknown;
      client.handleErrors(
        400,
        'Bad Request',
        `${exchange.url}/api/v3/order`,
        'POST',
        {},
        body,
        response,
        {},
        {},
      );
    } catch (error: unknown) {
      caught.push(error);
    }

    expect(failureOf(caught[0])).toMatchObject({ httpStatus: 400, venueCode: -1008 });
    expect(failureOf(caught[0]).classes).toContain('OperationFailed');
    await client.close();
  });
});
