import { describe, expect, it } from 'vitest';
import type { SharedCache } from '#cache/shared-cache.ts';
import { silentLog } from '#platform/log/log.ts';
import { pricesIn } from './prices.ts';

const TICKERS = [
  { pair: 'BTC/USDT', last: 100 },
  { pair: 'BTC/EUR', last: 90 },
  { pair: 'ETH/BTC', last: 0.05 },
];

function setUp() {
  const world = { nowMs: 0, isUp: true };
  const getOrLoad = () =>
    world.isUp ? Promise.resolve(TICKERS) : Promise.reject(new Error('no cache'));
  const prices = pricesIn('USDT', {
    cache: { getOrLoad } as unknown as Pick<SharedCache, 'getOrLoad'>,
    clock: { now: () => world.nowMs },
    log: silentLog(),
  });
  return { world, prices };
}

describe('prices to judge by', () => {
  it('are of one quote asset', async () => {
    const { prices } = setUp();
    expect(prices.priceOf('BTC')).toBeUndefined();

    await prices.refresh();

    expect([prices.priceOf('BTC'), prices.priceOf('ETH')]).toEqual([100, undefined]);
  });

  it('outlive a cache that is away, but not for long', async () => {
    const { world, prices } = setUp();
    await prices.refresh();
    world.isUp = false;
    world.nowMs = 60_000;

    await prices.refresh();
    expect(prices.priceOf('BTC')).toBe(100);

    world.nowMs += 1;
    expect(prices.priceOf('BTC')).toBeUndefined();
  });
});
