import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fidelityReport } from './figures.ts';
import { finalOutcome, judgeBook, judgeTrade, type SeenBook, UNDECIDED } from './market-judge.ts';
import {
  AFTER_MS,
  beginWatch,
  isWatchOver,
  type OrderWatch,
  stepWatch,
  watchScore,
  type WatchNews,
} from './order-watch.ts';
import type { WatchedOrder } from './watched-order.ts';

const T0 = 1_000_000;

function orderOf(changed: Partial<WatchedOrder> = {}): WatchedOrder {
  return {
    clientOrderId: 'a',
    account: 'shadow',
    pair: 'BTC/USDT',
    leg: 'entry',
    style: 'taker',
    side: 'buy',
    qty: 2,
    limit: 102,
    stop: undefined,
    createdMs: T0,
    ...changed,
  };
}

function bookAt(atMs: number, mid = 100.5): SeenBook {
  return {
    atMs,
    bids: [
      [mid - 0.5, 1],
      [mid - 1.5, 5],
    ],
    asks: [
      [mid + 0.5, 1],
      [mid + 1.5, 5],
    ],
  };
}

function judged(
  order: WatchedOrder,
  news: readonly (SeenBook | { atMs: number; price: number })[],
) {
  let judgement = UNDECIDED;
  for (const item of news) {
    judgement =
      'price' in item
        ? judgeTrade(judgement, order, item)
        : judgeBook(judgement, order, { book: item, latencyMs: 50 });
  }
  return finalOutcome(judgement, order);
}

describe('the judgement of the market', () => {
  it('gives a taker the first book after its way to the venue, walked', () => {
    expect(judged(orderOf(), [bookAt(T0 + 49, 90), bookAt(T0 + 50), bookAt(T0 + 60, 90)])).toEqual({
      isFilled: true,
      price: 101.5,
    });
    expect(judged(orderOf({ side: 'sell', limit: undefined }), [bookAt(T0 + 50)])).toEqual({
      isFilled: true,
      price: 99.5,
    });
  });

  it('gives it nothing beyond its limit', () => {
    expect(judged(orderOf({ limit: 101.5 }), [bookAt(T0 + 50)])).toMatchObject({ isFilled: false });
    expect(judged(orderOf({ qty: 100 }), [bookAt(T0 + 50)])).toMatchObject({ isFilled: false });
  });

  it('fills a waiting order that is traded through, not one that is missed', () => {
    const target = orderOf({ style: 'maker', side: 'sell', limit: 105 });
    const at = (price: number) => ({ atMs: T0 + 1, price });

    expect(judged(target, [at(104.9), at(105.1)])).toEqual({ isFilled: true, price: 105 });
    expect(judged(target, [at(104.9)])).toMatchObject({ isFilled: false });
    expect(judged(target, [at(105)]).isFilled, 'the queue cannot be seen').toBeUndefined();
    expect(judged(target, [{ atMs: T0 - 1, price: 110 }])).toMatchObject({ isFilled: false });
  });

  it('sets a stop off by the tape and gives it the next book, however bad', () => {
    const stop = orderOf({ style: 'stop', side: 'sell', limit: undefined, stop: 95 });

    expect(
      judged(stop, [{ atMs: T0 + 5, price: 95 }, bookAt(T0 + 4, 96), bookAt(T0 + 6, 80)]),
    ).toEqual({
      isFilled: true,
      price: 79,
    });
    expect(judged(stop, [{ atMs: T0 + 5, price: 95.1 }, bookAt(T0 + 6)])).toMatchObject({
      isFilled: false,
    });
    expect(judged(stop, [{ atMs: T0 + 5, price: 95 }]).isFilled).toBeUndefined();
  });

  it('never pays more than the limit of a taker', () => {
    const limits = fc.double({ min: 90, max: 110, noNaN: true });
    const levels = fc.array(fc.tuple(limits, fc.double({ min: 0.01, max: 5, noNaN: true })));
    fc.assert(
      fc.property(limits, levels, (limit, asks) => {
        const sorted = asks.toSorted(([a], [b]) => a - b);
        const book = { atMs: T0 + 50, bids: [], asks: sorted };
        const { isFilled, price } = judged(orderOf({ limit }), [book]);
        if (isFilled === true) expect(price).toBeLessThanOrEqual(limit + 1e-9);
      }),
    );
  });
});

function watched(order: WatchedOrder, hasTwin: boolean, news: readonly WatchNews[]): OrderWatch {
  return news.reduce(stepWatch, beginWatch(order, { bid: 100, ask: 101 }, hasTwin));
}

const book = (atMs: number, mid?: number): WatchNews => ({
  kind: 'book',
  book: bookAt(atMs, mid),
  latencyMs: 50,
});
const fill = (side: 'paper' | 'venue', price: number, atMs = T0 + 50): WatchNews => ({
  kind: 'fill',
  side,
  qty: 2,
  price,
  atMs,
});

describe('the score of an order', () => {
  it('has the arrival, both prices and what the market did afterwards', () => {
    const watch = watched(orderOf(), false, [
      book(T0 + 50),
      fill('paper', 101),
      { kind: 'ended', side: 'paper', atMs: T0 + 50 },
      book(T0 + 1_050, 103),
      book(T0 + 5_050, 99),
      book(T0 + 60_050, 110),
    ]);

    expect(isWatchOver(watch, T0 + 50 + AFTER_MS)).toBe(false);
    expect(isWatchOver(watch, T0 + 51 + AFTER_MS)).toBe(true);
    expect(watchScore(watch)).toMatchObject({
      arrivalBid: 100,
      arrivalAsk: 101,
      isPaperFilled: true,
      paperPrice: 101,
      isTrulyFilled: true,
      truePrice: 101.5,
      markouts: [1.5, -2.5, 8.5],
    });
  });

  it('leaves out a cancelled order that was passed only later, and finds one that paper missed', () => {
    const target = orderOf({ style: 'maker', side: 'sell', limit: 105 });
    const cancelled: WatchNews = { kind: 'ended', side: 'paper', atMs: T0 + 10 };
    const worked: WatchNews = { kind: 'worked', side: 'paper', atMs: T0 + 1 };
    const trade = (atMs: number): WatchNews => ({ kind: 'trade', trade: { atMs, price: 106 } });

    expect(watchScore(watched(target, false, [worked, cancelled, trade(T0 + 11)]))).toMatchObject({
      isPaperFilled: false,
      isTrulyFilled: false,
    });
    expect(watchScore(watched(target, false, [worked, trade(T0 + 9), cancelled]))).toMatchObject({
      isPaperFilled: false,
      isTrulyFilled: true,
    });
    expect(
      watchScore(watched(target, false, [trade(T0), worked, cancelled])),
      'it did not work yet',
    ).toMatchObject({ isTrulyFilled: false });
  });

  it('holds the twin against the venue where there is one', () => {
    const both = [fill('venue', 101.5), fill('paper', 101)];

    expect(watchScore(watched(orderOf(), true, both))).toMatchObject({
      paperPrice: 101,
      isTrulyFilled: true,
      truePrice: 101.5,
    });
    expect(
      watchScore(watched(orderOf(), true, [fill('venue', 101)])),
      'the twin never had it',
    ).toBeUndefined();
  });
});

describe('fidelityReport', () => {
  it('counts disagreement about fills and the distance of prices in spreads', () => {
    const score = (
      paper: number | null,
      truth: number | null,
      isTrulyFilled: boolean | null = truth !== null,
    ) => ({
      clientOrderId: 'a',
      account: 'shadow',
      pair: 'BTC/USDT',
      leg: 'entry',
      style: 'taker' as const,
      side: 'buy' as const,
      createdMs: T0,
      arrivalBid: 100,
      arrivalAsk: 102,
      isPaperFilled: paper !== null,
      paperPrice: paper,
      isTrulyFilled,
      truePrice: truth,
      markouts: [1, null, null],
    });
    const report = fidelityReport([
      score(102, 103),
      score(102, 101),
      score(102, null),
      score(null, 101),
      score(null, null, null),
    ]);

    expect(report).toMatchObject({
      orders: 4,
      unknown: 1,
      fillRateError: 0.5,
      slippageError: 0.5,
      slippageBias: 0,
      markouts: [1, undefined, undefined],
    });
    expect(report.byStyle.maker).toMatchObject({ orders: 0, slippageError: undefined });
  });
});
