/** The real ccxt client trades words with the practice exchange over loopback. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '#platform/clock/clock.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { createWorld } from '#practice/create-world.ts';
import type { PracticeExchange } from '#practice/server/start-practice.ts';
import type { World } from '#practice/world.ts';
import { fakeWorld } from '../support/fake-world.ts';
import { ccxtClient, practice } from '../support/practice.ts';
import type { Binance, Client } from '../support/practice.ts';

const PAIR = 'BTC/USDT';
const markets = {
  'a fixed market': fakeWorld,
  'the practice market': (clock: Clock): World => createWorld({ clock, seed: 7 }),
};

describe.each(Object.entries(markets))('on %s', (_name, makeWorld) => {
  let exchange: PracticeExchange;
  let client: Client;
  let ccxt: Binance;

  beforeAll(async () => {
    const clock = systemClock();
    exchange = await practice({ clock, world: makeWorld(clock) });
    client = await ccxtClient(exchange.url);
    ccxt = client.exchange;
  });

  afterAll(async () => {
    await client[Symbol.asyncDispose]();
    await exchange.close();
  });

  describe('ccxt over REST', () => {
    it('loads the asked markets with their filters', async () => {
      const markets = await ccxt.loadMarkets(false, { symbols: '["BTCUSDT","ETHUSDT"]' });

      expect(Object.keys(markets).toSorted()).toEqual(['BTC/USDT', 'ETH/USDT']);
      const market = ccxt.market(PAIR);
      expect(market.active).toBe(true);
      expect(market.precision).toMatchObject({ price: 0.01, amount: 0.00001 });
      expect(market.limits.cost?.min).toBe(5);
      expect(market.limits.amount).toMatchObject({ min: 0.00001 });
    });

    it('reads the time', async () => {
      const before = Date.now();
      const time = await ccxt.fetchTime();

      expect(time).toBeGreaterThanOrEqual(before - 5);
      expect(time).toBeLessThanOrEqual(Date.now() + 5);
    });

    it('reads candles by start and limit', async () => {
      const sinceMs = Math.floor(Date.now() / 60_000) * 60_000 - 30 * 60_000;
      const candles = await ccxt.fetchOHLCV(PAIR, '1m', sinceMs, 10);

      expect(candles.map((candle) => candle[0])).toEqual(
        Array.from({ length: 10 }, (_, i) => sinceMs + i * 60_000),
      );
      for (const [, open = 0, high = 0, low = 0, close = 0, volume = 0] of candles) {
        expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
        expect(low).toBeLessThanOrEqual(Math.min(open, close));
        expect(volume).toBeGreaterThanOrEqual(0);
      }
    });

    it('reads tickers, book and trades that agree', async () => {
      const tickers = await ccxt.fetchTickers([PAIR, 'ETH/USDT']);
      const book = await ccxt.fetchOrderBook(PAIR, 5);
      // A market that has just opened has hardly traded.
      await expect
        .poll(() => ccxt.fetchTrades(PAIR, undefined, 3), { timeout: 10_000 })
        .toHaveLength(3);
      const trades = await ccxt.fetchTrades(PAIR, undefined, 3);

      expect(Object.keys(tickers).toSorted()).toEqual([PAIR, 'ETH/USDT']);
      expect(book.bids).toHaveLength(5);
      const [bestBid = 0] = book.bids[0] ?? [];
      const [bestAsk = 0] = book.asks[0] ?? [];
      expect(bestBid).toBeLessThan(bestAsk);
      expect(Math.abs((tickers[PAIR]?.last ?? 0) / bestBid - 1)).toBeLessThan(0.01);
      expect(Math.abs((trades[0]?.price ?? 0) / bestBid - 1)).toBeLessThan(0.01);
    });

    it('maps an unknown symbol to BadSymbol', async () => {
      const asked = ccxt.fetch(`${exchange.url}/api/v3/depth?symbol=NOPEUSDT`);

      await expect(asked).rejects.toMatchObject({ name: 'BadSymbol' });
    });
  });

  describe('ccxt over WebSocket', () => {
    it('watches trades', async () => {
      const trades = await ccxt.watchTrades(PAIR);

      expect(trades[0]).toMatchObject({ symbol: PAIR });
      expect(trades[0]?.price).toBeGreaterThan(0);
      expect(Date.now() - (trades[0]?.timestamp ?? 0)).toBeLessThan(2000);
    });

    it('watches one-second candles', async () => {
      const [first] = await ccxt.watchOHLCV(PAIR, '1s');
      let latest = first;
      while (latest?.[0] === first?.[0]) latest = (await ccxt.watchOHLCV(PAIR, '1s')).at(-1);

      expect((latest?.[0] ?? 0) - (first?.[0] ?? 0)).toBe(1000);
    });

    it('watches best bid and ask of several pairs', async () => {
      // A call resolves on the first pair's event; ccxt keeps the latest of each.
      const quotes = () => ccxt.bidsasks;
      while (Object.keys(quotes()).length < 2) await ccxt.watchBidsAsks([PAIR, 'ETH/USDT']);

      expect(Object.keys(quotes()).toSorted()).toEqual([PAIR, 'ETH/USDT']);
      for (const { bid = 0, ask = 0 } of Object.values(quotes())) {
        expect(bid).toBeGreaterThan(0);
        expect(bid).toBeLessThan(ask);
      }
    });

    it('keeps a book built from the snapshot and diffs equal to the exchange', async () => {
      let equalAt: number | undefined;
      for (let update = 0; update < 30 && equalAt === undefined; update += 1) {
        const mine = await ccxt.watchOrderBook(PAIR);
        const theirs = exchange.world.book('BTCUSDT', 20);
        if (mine.nonce !== theirs.lastUpdateId || update < 5) continue;
        equalAt = mine.nonce;
        const levels = theirs.bids.map(([ticks, lots]) => [ticks / 100, lots / 100_000]);
        expect(mine.bids.slice(0, 20).map(([price, amount]) => [price, amount])).toEqual(levels);
      }

      expect(equalAt, 'both were at the same update once').toBeDefined();
    });
  });
});
