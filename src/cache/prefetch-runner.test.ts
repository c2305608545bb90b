import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { TransientError } from '#platform/errors.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { candleKey } from './candle-key.ts';
import { idOf } from './kind.ts';
import { ALL, candleHistory, depthSnapshot, marketTickers } from './kinds.ts';
import { createPrefetchRunner, PREFETCH_EVERY_MS } from './prefetch-runner.ts';
import type { SeenRead } from './shared-cache.ts';
import { prefetchMetrics } from './prefetch-metrics.ts';
import { Pair } from '#core/model/pair.ts';

function setUp(options: { weightPerMinute?: number; fail?: boolean; loadMs?: number } = {}) {
  // A whole minute, so that candles close where they seem to.
  const clock = fakeClock(1_700_000_040_000);
  const registry = createMetrics({ agent: 'test', instance: 'test' });
  const loads: { key: string; atMs: number }[] = [];
  let tell = (_reads: readonly SeenRead[]): void => undefined;
  let underWay = 0;
  let most = 0;
  const runner = createPrefetchRunner({
    cache: {
      onReads: (listen) => {
        tell = listen;
      },
      prefetch: async (_kind, key) => {
        loads.push({ key, atMs: clock.monotonic() });
        if (options.fail === true) throw new TransientError('venue-budget', 'no');
        underWay += 1;
        most = Math.max(most, underWay);
        if (options.loadMs !== undefined) await clock.sleep(options.loadMs);
        underWay -= 1;
        return true;
      },
    },
    clock,
    now: () => clock.now(),
    weightPerMinute: options.weightPerMinute ?? 600,
    log: silentLog(),
    metrics: prefetchMetrics(registry),
  });

  return {
    clock,
    loads,
    underWayMost: () => most,
    select: (pairs: string[]) => runner.select(pairs),
    read: (...ids: string[]) => tell(ids.map((id) => ({ id, count: 1, atMs: clock.monotonic() }))),
    pass: async (ms: number) => {
      for (let left = ms; left > 0; left -= PREFETCH_EVERY_MS) {
        await clock.advance(PREFETCH_EVERY_MS);
        runner.run();
      }
    },
    counted: async (outcome: string) => {
      const family = (await registry.families()).find(({ name }) =>
        name.endsWith('prefetch_total'),
      );
      return family?.values.find(({ labels }) => labels['outcome'] === outcome)?.value;
    },
  };
}

const book = (pair: string): string => idOf(depthSnapshot, pair);

describe('loading ahead', () => {
  it('loads just before a read that comes in a rhythm', async () => {
    const { read, pass, loads, counted, clock } = setUp();
    for (let i = 0; i < 8; i += 1) {
      read(book('BTC/USDT'));
      await pass(30_000);
    }

    expect(loads.length).toBeGreaterThanOrEqual(4);
    for (const { key, atMs } of loads) {
      expect(key).toBe('BTC/USDT');
      expect(atMs % 30_000).toBeGreaterThan(28_000);
    }
    read(book('BTC/USDT'));
    await pass(PREFETCH_EVERY_MS);
    expect(await counted('used')).toBe(loads.filter(({ atMs }) => atMs < clock.monotonic()).length);
    expect(await counted('wasted')).toBe(0);
  });

  it('loads candles when they have closed', async () => {
    const { read, pass, loads } = setUp();
    const id = idOf(candleHistory, candleKey(Pair.parse('ETH/USDT'), '1m', 50));
    for (let i = 0; i < 8; i += 1) {
      await pass(2_000);
      read(id);
      await pass(58_000);
    }
    await pass(1_000);

    expect(loads.length).toBeGreaterThanOrEqual(3);
    for (const { atMs } of loads) expect(atMs % 60_000).toBe(500);
  });

  it('loads for a pair just selected what is read of the others', async () => {
    const { read, pass, loads, select } = setUp();
    read(book('BTC/USDT'), book('ETH/USDT'));
    select(['SOL/USDT']);
    await pass(500);

    expect(loads.map(({ key }) => key)).toEqual(['SOL/USDT']);
  });

  it('keeps to its share of the weight and goes on after a failure', async () => {
    const { read, pass, loads, select, counted } = setUp({ weightPerMinute: 60, fail: true });
    read(book('A/USDT'), book('B/USDT'));
    select(Array.from({ length: 9 }, (_, i) => `X${i}/USDT`));
    await pass(500);

    // Ten seconds of 60 a minute are two books of weight five.
    expect(loads).toHaveLength(2);
    expect(await counted('failed')).toBe(2);

    await pass(12_000);
    // A pair just selected is worth loading for two minutes.
    expect(loads).toHaveLength(4);
    expect(await counted('skipped')).toBe(0);
  });

  it('leaves out what was read or is too late, and what no weight will ever do for', async () => {
    const { read, pass, loads, counted } = setUp({ weightPerMinute: 60 });
    const books = ['A/USDT', 'B/USDT', 'C/USDT', 'D/USDT'].map(book);
    for (let i = 0; i < 8; i += 1) {
      read(idOf(marketTickers, ALL), ...books);
      await pass(30_000);
    }

    // Ten seconds of the share are ten; a list of tickers weighs eighty, four books twenty.
    expect(loads.some(({ key }) => key === ALL)).toBe(false);
    expect(loads.some(({ key }) => key === 'B/USDT')).toBe(true);
    expect(await counted('skipped')).toBeGreaterThan(4);
  });

  it('loads the candles of many pairs that close at once, a few at a time', async () => {
    const { read, pass, loads, underWayMost } = setUp({ loadMs: 100 });
    const ids = Array.from({ length: 20 }, (_, i) =>
      idOf(candleHistory, candleKey(Pair.parse(`C${i}/USDT`), '1m', 50)),
    );
    for (let i = 0; i < 8; i += 1) {
      await pass(2_000);
      read(...ids);
      await pass(58_000);
    }
    const before = loads.length;
    await pass(2_000);

    expect(loads.length - before).toBe(20);
    expect(underWayMost()).toBe(4);
  });

  it('learns nothing from ids that are none', async () => {
    const { read, pass, loads } = setUp();
    for (let i = 0; i < 8; i += 1) {
      read('candleHistory.v1:junk', 'nothing', 'depthSnapshot.v9:A/B');
      await pass(30_000);
    }

    expect(loads.filter(({ key }) => key !== 'junk')).toEqual([]);
  });
});
