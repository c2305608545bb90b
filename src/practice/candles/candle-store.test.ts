import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KlineInterval, WorldKline } from '#practice/world.ts';
import { CandleStore } from './candle-store.ts';
import { INTERVAL_MS, LONG_INTERVALS } from './interval.ts';

const DAY = Date.UTC(2026, 0, 5);

interface Closed {
  interval: KlineInterval;
  kline: WorldKline;
}

function storeAt(startMs: number, fillsQuiet = true) {
  const closed: Closed[] = [];
  const store = new CandleStore({
    startMs,
    fillsQuiet,
    onClosed: (interval, kline) => closed.push({ interval, kline }),
  });
  let id = 0;
  const trade = (timeMs: number, ticks: number, lots = 1): void => {
    store.advance(timeMs);
    store.trade({ id: id++, ticks, lots, timeMs, buyerIsMaker: ticks % 2 === 0 });
  };
  return { store, closed, trade };
}

const of = (closed: Closed[], interval: KlineInterval): WorldKline[] =>
  closed.filter((event) => event.interval === interval).map((event) => event.kline);

interface Print {
  timeMs: number;
  ticks: number;
  lots: number;
}

function expectMadeOf(kline: WorldKline, prints: readonly Print[]): void {
  const inside = prints.filter((p) => p.timeMs >= kline.openMs && p.timeMs <= kline.closeMs);
  expect(kline.trades).toBe(inside.length);
  if (inside.length === 0) return;
  const ticks = inside.map((print) => print.ticks);
  expect(kline.openTicks).toBe(ticks[0]);
  expect(kline.closeTicks).toBe(ticks.at(-1));
  expect(kline.highTicks).toBe(Math.max(...ticks));
  expect(kline.lowTicks).toBe(Math.min(...ticks));
  expect(kline.lots).toBe(inside.reduce((sum, print) => sum + print.lots, 0));
}

describe('candle store', () => {
  it('closes a second once, with the figures of its trades', () => {
    const { store, closed, trade } = storeAt(DAY);
    trade(DAY + 10, 100, 2);
    trade(DAY + 500, 103, 1);
    trade(DAY + 900, 99, 4);

    store.advance(DAY + 1000);
    store.advance(DAY + 1000);

    expect(of(closed, '1s')).toEqual([
      {
        openMs: DAY,
        closeMs: DAY + 999,
        openTicks: 100,
        highTicks: 103,
        lowTicks: 99,
        closeTicks: 99,
        lots: 7,
        quoteTickLots: 699,
        trades: 3,
        takerBuyLots: 5,
        takerBuyQuoteTickLots: 103 + 396,
        firstTradeId: 0,
        lastTradeId: 2,
      },
    ]);
  });

  it('fills a quiet second with the last close and volume 0', () => {
    const { store, closed, trade } = storeAt(DAY);
    trade(DAY, 100);

    store.advance(DAY + 3000);

    const [, second, third] = of(closed, '1s');
    expect(second).toMatchObject({ openMs: DAY + 1000, closeTicks: 100, lots: 0, trades: 0 });
    expect(third).toMatchObject({ openMs: DAY + 2000, openTicks: 100, firstTradeId: -1 });
  });

  it('leaves a gap a gap when quiet seconds are not to be filled', () => {
    const { store, closed, trade } = storeAt(DAY, false);
    trade(DAY, 100);
    trade(DAY + 61_000, 101);

    store.advance(DAY + 180_000);

    expect(of(closed, '1s').map((kline) => kline.openMs)).toEqual([DAY, DAY + 61_000]);
    expect(of(closed, '1m').map((kline) => kline.openMs)).toEqual([DAY, DAY + 60_000]);
    expect(store.current('1m')).toBeUndefined();
  });

  it('opens a minute at its first trade and not at a quiet second before it', () => {
    const { store, closed, trade } = storeAt(DAY);
    trade(DAY, 100);
    trade(DAY + 65_000, 150);
    trade(DAY + 66_000, 151);

    store.advance(DAY + 120_000);

    expect(of(closed, '1m')[1]).toMatchObject({ openTicks: 150, lowTicks: 150, highTicks: 151 });
  });

  it('makes every longer candle equal to its minutes, whatever the trades', () => {
    const trades = fc.array(
      fc.record({
        gapMs: fc.integer({ min: 0, max: 1_200_000 }),
        ticks: fc.integer({ min: 90, max: 110 }),
        lots: fc.integer({ min: 1, max: 9 }),
      }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(trades, fc.boolean(), (steps, fillsQuiet) => {
        const { store, closed, trade } = storeAt(DAY + 5 * 3_600_000, fillsQuiet);
        const prints: Print[] = [];
        let timeMs = DAY + 5 * 3_600_000;
        for (const step of steps) {
          timeMs += step.gapMs;
          trade(timeMs, step.ticks, step.lots);
          prints.push({ timeMs, ...step });
        }
        for (const interval of ['1s', '1m', ...LONG_INTERVALS] as const) {
          for (const kline of [...of(closed, interval), store.current(interval)]) {
            if (kline !== undefined) expectMadeOf(kline, prints);
          }
        }
        for (const interval of ['1m', ...LONG_INTERVALS] as const) {
          const served = store.range(interval, { startMs: 0, limit: 5000 }).slice(0, -1);
          expect(served).toEqual(of(closed, interval));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('answers ranges as Binance does: newest without a start, oldest first from one', () => {
    const { store, trade } = storeAt(DAY);
    for (let s = 0; s < 600; s += 1) trade(DAY + s * 1000, 100 + s);

    const opens = (klines: readonly WorldKline[]): number[] =>
      klines.map((kline) => (kline.openMs - DAY) / 1000);
    expect(opens(store.range('1s', { limit: 3 }))).toEqual([597, 598, 599]);
    expect(opens(store.range('1s', { startMs: DAY + 5500, limit: 2 }))).toEqual([6, 7]);
    expect(opens(store.range('1s', { endMs: DAY + 9000, limit: 2 }))).toEqual([8, 9]);
    expect(opens(store.range('1m', { limit: 2 }))).toEqual([480, 540]);
    expect(opens(store.range('3m', { limit: 2 }))).toEqual([360, 540]);
    expect(opens(store.range('3m', { startMs: DAY + 1, limit: 9 }))).toEqual([180, 360, 540]);
    expect(opens(store.range('5m', { startMs: DAY, endMs: DAY + 299_000, limit: 9 }))).toEqual([0]);
    expect(opens(store.range('1d', { limit: 9 }))).toEqual([0]);
  });

  it('keeps a bounded number of candles and drops a period whose start is gone', () => {
    const { store } = storeAt(DAY);
    const minute = (index: number): WorldKline => ({
      openMs: DAY + index * 60_000,
      closeMs: DAY + index * 60_000 + 59_999,
      openTicks: 100,
      highTicks: 100,
      lowTicks: 100,
      closeTicks: 100,
      lots: 1,
      quoteTickLots: 100,
      trades: 1,
      takerBuyLots: 0,
      takerBuyQuoteTickLots: 0,
      firstTradeId: index,
      lastTradeId: index,
    });

    store.silently(() => {
      for (let i = 0; i < 9 * 1440 + 30; i += 1) store.addMinute(minute(i));
    });

    const minutes = store.range('1m', { startMs: 0, limit: 99_999 });
    expect(minutes.filter((kline) => kline.trades > 0)).toHaveLength(9 * 1440);
    const days = store.range('1d', { startMs: 0, limit: 99 });
    expect(days[0]?.openMs).toBe(DAY + INTERVAL_MS['1d']);
    expect(store.stats24h(DAY + (9 * 1440 + 30) * 60_000)).toMatchObject({ trades: 1439 });
  });
});
