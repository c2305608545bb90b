import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OrderBook, PublicTrade, Quote } from '#core/model/market.ts';
import { Pair } from '#core/model/pair.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { startPractice } from '#practice/server/start-practice.ts';
import type { PracticeExchange } from '#practice/server/start-practice.ts';
import { eventually } from '../support/eventually.ts';
import { clearFaults, postFault } from '../support/practice.ts';
import { counted, recorder, venueAt } from '../support/venue.ts';

const BTC = Pair.parse('BTC/USDT');
const ETH = Pair.parse('ETH/USDT');

let exchange: PracticeExchange;

beforeAll(async () => {
  exchange = await startPractice({ clock: systemClock(), log: silentLog(), seed: 7, port: 0 });
}, 30_000);

afterAll(() => exchange.close());

describe.each([['binance-shaped'], ['generic']] as const)('%s streams', (shape) => {
  const options = shape === 'generic' ? { shape } : {};

  it('deliver candles, quotes, trades and books in our own schemas', async () => {
    await using opened = await venueAt(exchange.url, options);
    const seen = recorder();
    opened.venue.watch({ pairs: [BTC, ETH], timeframe: '1s', listener: seen });

    await eventually(
      () =>
        [seen.candles, seen.quotes, seen.trades, seen.books].every((list) =>
          [BTC, ETH].every((pair) => list.some((item) => item.pair === pair)),
        ),
      { withinMs: 15_000, what: 'one event of each kind and pair' },
    );

    expect(seen.quotes.every((quote) => Quote.safeParse(quote).success)).toBe(true);
    expect(seen.trades.every((trade) => PublicTrade.safeParse(trade).success)).toBe(true);
    expect(seen.books.every((book) => OrderBook.safeParse(book).success)).toBe(true);
    // ccxt's own book on the generic path may take a second snapshot at its start.
    expect(seen.gaps.filter((stream) => stream !== 'book' || shape !== 'generic')).toEqual([]);
  }, 20_000);

  it('open again after the sockets were dropped', async () => {
    await using opened = await venueAt(exchange.url, options);
    const seen = recorder();
    opened.venue.watch({ pairs: [BTC], timeframe: '1s', listener: seen });
    await eventually(() => seen.quotes.length > 3, { withinMs: 10_000 });

    await postFault(exchange.url, { kind: 'socket-drop' });
    await eventually(() => seen.gaps.includes('quote'), { withinMs: 5_000, what: 'gap' });
    await clearFaults(exchange.url);
    const before = seen.quotes.length;

    await eventually(() => seen.quotes.length > before + 3, { withinMs: 10_000 });
    expect(await counted(opened.metrics, 'venue_reconnects_total')).toBeGreaterThan(0);
  }, 30_000);
});

describe('binance-shaped streams', () => {
  it('announce the end of each second exactly once', async () => {
    await using opened = await venueAt(exchange.url);
    const seen = recorder();
    opened.venue.watch({ pairs: [BTC], timeframe: '1s', listener: seen });

    const closed = () => seen.candles.filter(({ isClosed }) => isClosed);
    await eventually(() => closed().length >= 4, { withinMs: 15_000 });

    const opens = closed().map(({ candle }) => candle.openMs);
    expect(new Set(opens).size).toBe(opens.length);
  }, 20_000);

  it('keep a book whose top agrees with the quotes', async () => {
    await using opened = await venueAt(exchange.url);
    const seen = recorder();
    opened.venue.watch({ pairs: [BTC], timeframe: '1s', listener: seen });
    await eventually(() => seen.books.length >= 20, { withinMs: 15_000 });

    const tops = new Set(seen.quotes.map(({ bid, ask }) => `${Number(bid)} ${Number(ask)}`));
    const agreeing = seen.books.filter(({ bids, asks }) =>
      tops.has(`${Number(bids[0]?.[0])} ${Number(asks[0]?.[0])}`),
    );
    expect(agreeing.length / seen.books.length).toBeGreaterThan(0.5);
    expect(await counted(opened.metrics, 'venue_book_resyncs_total')).toBe(0);
  }, 20_000);

  it('open a stream again when asked to, and no other', async () => {
    await using opened = await venueAt(exchange.url);
    const seen = recorder();
    const watch = opened.venue.watch({ pairs: [BTC], timeframe: '1s', listener: seen });
    await eventually(() => seen.subscribed.length === 4, { withinMs: 10_000 });

    watch.restart('trade', 'test');

    await eventually(() => seen.subscribed.length === 5, { withinMs: 5_000 });
    expect(seen.subscribed.at(-1)).toBe('trade');
    expect(seen.gaps).toEqual(['trade']);
  }, 20_000);

  it('give up a socket on which nothing is confirmed, and are whole when the venue speaks', async () => {
    await using opened = await venueAt(exchange.url);
    const seen = recorder();
    opened.venue.watch({ pairs: [BTC], timeframe: '1s', listener: seen });
    await eventually(() => seen.subscribed.length === 4, { withinMs: 10_000 });

    await postFault(exchange.url, { kind: 'socket-mute', newConnections: true });
    await postFault(exchange.url, { kind: 'socket-drop' });
    const isGivenUp = (): boolean => seen.gaps.filter((kind) => kind === 'book').length > 1;
    await eventually(isGivenUp, { withinMs: 12_000, what: 'a second loss of the mute stream' });
    await clearFaults(exchange.url);
    const before = seen.books.length;

    await eventually(() => seen.books.length > before + 3, { withinMs: 10_000, what: 'books' });
  }, 40_000);
});

describe.each([['binance-shaped'], ['generic']] as const)(
  '%s streams of a changing set',
  (shape) => {
    it('take a pair in and let one go without touching the one that stays', async () => {
      const SOL = Pair.parse('SOL/USDT');
      await using opened = await venueAt(exchange.url, shape === 'generic' ? { shape } : {});
      const { venue } = opened;
      const seen = recorder();
      const watch = venue.watch({ pairs: [BTC, ETH], timeframe: '1s', listener: seen });
      const saysOf = (pair: Pair): boolean =>
        [seen.candles, seen.quotes, seen.trades, seen.books].every((list) =>
          list.some((item) => item.pair === pair),
        );
      await eventually(() => saysOf(BTC) && saysOf(ETH), { withinMs: 15_000, what: 'two pairs' });
      const gaps = seen.gaps.length;

      const NONE = Pair.parse('NONE/USDT');
      const learnt = await venue.learn([SOL, NONE]);
      watch.follow([BTC, SOL]);
      await eventually(() => saysOf(SOL), { withinMs: 15_000, what: 'the pair that joined' });
      const before = [seen.trades.length, seen.quotes.length] as const;
      await eventually(() => seen.quotes.length > before[1] + 20, { withinMs: 10_000 });

      // Not before: what comes of a pair that is forgotten is not passed on.
      venue.forget([ETH]);
      expect(learnt.map(({ pair }) => pair)).toEqual([SOL]);
      expect(venue.instruments.map(({ pair }) => pair)).toEqual([BTC, SOL]);
      const later = [...seen.quotes.slice(before[1]), ...seen.trades.slice(before[0])];
      expect(later.some(({ pair }) => pair === ETH)).toBe(false);
      if (shape === 'generic') return;
      expect(seen.gaps).toHaveLength(gaps);
      const ids = seen.trades.filter(({ pair }) => pair === BTC).map(({ id }) => id);
      expect(ids.every((id, i) => i === 0 || id === (ids[i - 1] ?? 0) + 1)).toBe(true);
      expect(await counted(opened.metrics, 'venue_reconnects_total')).toBe(0);
    }, 40_000);
  },
);
