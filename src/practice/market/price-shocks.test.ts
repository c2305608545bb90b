import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { createWorld } from '../create-world.ts';
import { PriceShocks } from './price-shocks.ts';

describe('price shocks', () => {
  it('go down over the ramp, stay, and come back', () => {
    const shocks = new PriceShocks();
    shocks.add({ fraction: -0.2, startMs: 1_000, rampMs: 2_000, holdMs: 5_000 });
    const price = (timeMs: number) => Math.exp(shocks.offsetAt('BTCUSDT', timeMs));

    expect(price(1_000)).toBe(1);
    expect(price(2_000)).toBeCloseTo(Math.sqrt(0.8), 12);
    expect(price(3_000)).toBeCloseTo(0.8, 12);
    expect(price(8_000)).toBeCloseTo(0.8, 12);
    expect(price(9_000)).toBeCloseTo(Math.sqrt(0.8), 12);
    expect(price(10_000)).toBe(1);
  });

  it('stay for good without a hold, of one symbol when it is named, and add up', () => {
    const shocks = new PriceShocks();
    shocks.add({ symbol: 'ETHUSDT', fraction: -0.5, startMs: 0, rampMs: 0 });
    shocks.add({ fraction: 1, startMs: 0, rampMs: 0 });

    expect(Math.exp(shocks.offsetAt('ETHUSDT', 1e12))).toBeCloseTo(1, 12);
    expect(Math.exp(shocks.offsetAt('BTCUSDT', 1e12))).toBeCloseTo(2, 12);
    shocks.clear();
    expect(shocks.offsetAt('BTCUSDT', 1e12)).toBe(0);
  });

  it('are bounded, and those that are over make room', () => {
    const shocks = new PriceShocks();
    const at = (startMs: number) => shocks.add({ fraction: 0.1, startMs, rampMs: 1, holdMs: 10 });
    for (let count = 0; count < 20; count += 1) expect(at(0)).toBe(true);

    expect(at(5)).toBe(false);
    expect(at(100)).toBe(true);
    expect(shocks.list()).toHaveLength(1);
  });

  it('take the whole market down with them, and trades go through all the way', async () => {
    const clock = fakeClock(Date.UTC(2026, 0, 7, 12));
    const world = createWorld({
      clock,
      seed: 3,
      pairs: ['BTC/USDT', 'ETH/USDT'],
      volatility: 0.01,
    });
    const lows = new Map<string, number>();
    const mid = (symbol: string) => {
      const { bids, asks } = world.book(symbol, 1);
      return ((bids[0]?.[0] ?? 0) + (asks[0]?.[0] ?? 0)) / 2;
    };
    const before = ['BTCUSDT', 'ETHUSDT'].map(mid);

    expect(world.shock?.({ fraction: -0.3, startMs: world.now(), rampMs: 5_000 })).toBe(true);
    for (let step = 0; step < 140; step += 1) {
      await clock.advance(50);
      world.step();
      for (const symbol of ['BTCUSDT', 'ETHUSDT']) lows.set(symbol, mid(symbol));
    }

    for (const [index, symbol] of ['BTCUSDT', 'ETHUSDT'].entries()) {
      expect((lows.get(symbol) ?? 0) / (before[index] ?? 1)).toBeCloseTo(0.7, 1);
      const traded = world.klines(symbol, '1s', { limit: 7 }).filter(({ trades }) => trades > 0);
      expect(traded.length).toBeGreaterThan(3);
    }
  });
});
