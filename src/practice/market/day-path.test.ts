import { describe, expect, it } from 'vitest';
import { dayPath, MINUTES_PER_DAY } from './day-path.ts';
import type { DayPath, PathModel } from './day-path.ts';
import { FairPath } from './fair-path.ts';
import { chooseCoins } from './symbols.ts';

const DAY = 20_600;
const DAYS = 12;
const model = (seed: number): PathModel => ({ seed, coins: chooseCoins(undefined), volatility: 4 });

/** One-minute returns of a coin over several days in a row. */
function returnsOf(days: readonly DayPath[], coin: number): number[] {
  return days.flatMap((day) => {
    const path = day.coins[coin]?.logPrice ?? new Float64Array(0);
    return Array.from(path.slice(1), (to, i) => to - (path[i] ?? 0));
  });
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = mean(a.map((value, i) => (value - meanA) * ((b[i] ?? 0) - meanB)));
  const spread = (values: readonly number[], m: number): number =>
    Math.sqrt(mean(values.map((value) => (value - m) ** 2)));
  return product / (spread(a, meanA) * spread(b, meanB));
}

function kurtosis(values: readonly number[]): number {
  const m = mean(values);
  const variance = mean(values.map((value) => (value - m) ** 2));
  return mean(values.map((value) => (value - m) ** 4)) / variance ** 2;
}

function autocorrelation(values: readonly number[], lag: number): number {
  return correlation(values.slice(lag), values.slice(0, -lag));
}

describe.each([1, 7, 42])('synthetic prices of seed %i', (seed) => {
  const days = Array.from({ length: DAYS }, (_, i) => dayPath(model(seed), DAY + i));
  const returns = chooseCoins(undefined).map((_, coin) => returnsOf(days, coin));
  const [btc = []] = returns;

  it('move together: every coin with BTC, and less than one to one', () => {
    for (const own of returns.slice(1)) {
      const together = correlation(btc, own);
      expect(together).toBeGreaterThan(0.35);
      expect(together).toBeLessThan(0.97);
    }
  });

  it('have fat tails', () => {
    for (const own of returns) expect(kurtosis(own)).toBeGreaterThan(4);
  });

  it('have volatility that clusters while returns themselves hardly repeat', () => {
    for (const own of returns) {
      const sizes = own.map(Math.abs);
      expect(autocorrelation(sizes, 1)).toBeGreaterThan(0.15);
      expect(autocorrelation(sizes, 30)).toBeGreaterThan(0.05);
      expect(Math.abs(autocorrelation(own, 1))).toBeLessThan(0.2);
    }
  });

  it('meet every regime', () => {
    const regimes = new Set(days.flatMap((day) => day.regimes));
    expect([...regimes].toSorted()).toEqual(['crash', 'fall', 'range', 'rise']);
  });

  it('are busier in the afternoon than before dawn', () => {
    const hour = (from: number): number =>
      mean(days.flatMap((day) => Array.from(day.activity.subarray(from * 60, (from + 4) * 60))));
    expect(hour(13)).toBeGreaterThan(hour(1));
  });

  it('join at midnight and stay near the catalogue price', () => {
    for (let i = 1; i < DAYS; i += 1) {
      for (const [coin, { price }] of chooseCoins(undefined).entries()) {
        const opens = days[i]?.coins[coin]?.logPrice[0] ?? Number.NaN;
        expect(opens).toBeCloseTo(days[i - 1]?.coins[coin]?.logPrice[MINUTES_PER_DAY] ?? 0, 9);
        expect(Math.abs(opens - Math.log(price))).toBeLessThan(1);
      }
    }
  });

  it('are the same again from the same seed and others from another', () => {
    const again = dayPath(model(seed), DAY + 3);
    const other = dayPath(model(seed + 1), DAY + 3);
    expect(again.coins[2]?.logPrice).toEqual(days[3]?.coins[2]?.logPrice);
    expect(other.coins[2]?.logPrice).not.toEqual(days[3]?.coins[2]?.logPrice);
  });
});

describe('fair path', () => {
  it('walks each minute from its beginning to its end, second by second', () => {
    const path = new FairPath(model(7));
    const first = DAY * MINUTES_PER_DAY + 600;
    for (let minute = first; minute < first + 50; minute += 1) {
      const { from, to } = path.minuteEnds(3, minute);
      const seconds = path.minute(minute).logPrices[3];
      expect(seconds).toHaveLength(61);
      expect(seconds?.[0]).toBeCloseTo(from, 12);
      expect(seconds?.[60]).toBeCloseTo(to, 12);
    }
  });

  it('has seconds that are as correlated as minutes are', () => {
    const path = new FairPath(model(7));
    const [btc, eth]: [number[], number[]] = [[], []];
    for (let i = 0; i < 100; i += 1) {
      const { logPrices } = path.minute(DAY * MINUTES_PER_DAY + i);
      for (let s = 0; s < 60; s += 1) {
        btc.push((logPrices[0]?.[s + 1] ?? 0) - (logPrices[0]?.[s] ?? 0));
        eth.push((logPrices[1]?.[s + 1] ?? 0) - (logPrices[1]?.[s] ?? 0));
      }
    }
    expect(correlation(btc, eth)).toBeGreaterThan(0.4);
  });

  it('follows volatility: a market twice as wild moves twice as far', () => {
    const spread = (volatility: number): number =>
      Math.sqrt(
        mean(returnsOf([dayPath({ ...model(7), volatility }, DAY)], 0).map((value) => value ** 2)),
      );
    expect(spread(8) / spread(4)).toBeGreaterThan(1.9);
    expect(spread(8) / spread(4)).toBeLessThan(2.1);
  });
});
