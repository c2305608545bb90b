import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { createWorld } from './create-world.ts';
import type { WorldOptions } from './create-world.ts';
import type { World, WorldEvent, WorldKline } from './world.ts';

const FEW = ['BTC/USDT', 'ETH/USDT', 'TRX/USDT'];
const START = Date.UTC(2026, 5, 3, 12, 34, 56, 789);

function start(options: Partial<WorldOptions> = {}, startMs = START) {
  const clock = fakeClock(startMs);
  const world = createWorld({ clock, seed: 7, ...options });
  const events: WorldEvent[] = [];
  world.subscribe((event) => events.push(event));
  return { clock, world, events };
}

async function run(of: { clock: ReturnType<typeof fakeClock>; world: World }, ms: number, by = 50) {
  for (let passed = 0; passed < ms; passed += by) {
    await of.clock.advance(Math.min(by, ms - passed));
    of.world.step();
  }
}

interface Mirror {
  lastId: number;
  buy: Map<number, number>;
  sell: Map<number, number>;
}

/** Says which candle breaks which rule; one expectation, as a week has ten thousand candles. */
function expectComplete(klines: readonly WorldKline[], intervalMs: number): void {
  const broken = klines.flatMap((kline, i) => {
    const before = klines[i - 1];
    const top = Math.max(kline.openTicks, kline.closeTicks);
    const bottom = Math.min(kline.openTicks, kline.closeTicks);
    const isSound =
      kline.closeMs - kline.openMs === intervalMs - 1 &&
      (before === undefined || kline.openMs - before.openMs === intervalMs) &&
      kline.highTicks >= top &&
      kline.lowTicks <= bottom &&
      kline.lowTicks > 0 &&
      (kline.lots === 0) === (kline.trades === 0);
    const isQuietAtClose =
      kline.trades > 0 || before === undefined || kline.closeTicks === before.closeTicks;
    return isSound && isQuietAtClose ? [] : [{ before, kline }];
  });
  expect(broken.slice(0, 3)).toEqual([]);
}

describe('synthetic world', () => {
  it('has its history ready: an hour of seconds, a week of minutes, days', () => {
    const { world } = start();
    for (const { symbol } of world.specs) {
      const seconds = world.klines(symbol, '1s', { limit: 3600 });
      const minutes = world.klines(symbol, '1m', { limit: 7 * 1440 });
      expect(seconds).toHaveLength(3600);
      expect(minutes).toHaveLength(7 * 1440);
      expectComplete(seconds, 1000);
      expectComplete(minutes, 60_000);
      expect(world.klines(symbol, '1d', { limit: 100 }).length).toBeGreaterThanOrEqual(8);
      expect(seconds.at(-1)?.openMs).toBe(Math.floor(START / 1000) * 1000);
    }
  });

  it('agrees between intervals: the last hour of minutes is made of its seconds', () => {
    const { world } = start({ pairs: FEW });
    const seconds = world.klines('ETHUSDT', '1s', { limit: 3600 });
    const minutes = world.klines('ETHUSDT', '1m', { limit: 59 });
    for (const minute of minutes) {
      const inside = seconds.filter(
        (second) =>
          second.openMs >= minute.openMs && second.openMs <= minute.closeMs && second.trades > 0,
      );
      expect(minute.openTicks).toBe(inside[0]?.openTicks);
      expect(minute.closeTicks).toBe(inside.at(-1)?.closeTicks);
      expect(minute.lots).toBe(inside.reduce((sum, second) => sum + second.lots, 0));
    }
  });

  it('trades on from its history without a jump', async () => {
    const world = start({ pairs: FEW });
    const before = world.world.klines('BTCUSDT', '1s', { limit: 120 });
    await run(world, 2000);
    const after = world.world.currentKline('BTCUSDT', '1s');
    const largest = Math.max(
      ...before.map((k, i) => Math.abs(k.openTicks / (before[i - 1] ?? k).closeTicks - 1)),
    );
    expect(largest).toBeLessThan(0.01);
    const step = (after?.openTicks ?? 0) / (before.at(-1)?.closeTicks ?? 1);
    expect(Math.abs(step - 1)).toBeLessThan(0.01);
  });

  it('closes every interval of every pair once, on time and in order', async () => {
    const world = start({ pairs: FEW });
    await run(world, 65_000);
    for (const { symbol } of world.world.specs) {
      const closes = world.events.flatMap((event) =>
        event.kind === 'klineClosed' && event.symbol === symbol && event.interval === '1s'
          ? [event.kline]
          : [],
      );
      expect(closes).toHaveLength(65);
      expectComplete(closes, 1000);
      expect(world.world.klines(symbol, '1s', { limit: 66 }).slice(0, -1)).toEqual(closes);
    }
    const minutes = world.events.filter((e) => e.kind === 'klineClosed' && e.interval === '1m');
    expect(minutes, '12:35 and 12:36').toHaveLength(2 * world.world.specs.length);
  });

  it('has trades in most seconds of every pair', async () => {
    const world = start();
    await run(world, 60_000);
    for (const { symbol } of world.world.specs) {
      const seconds = world.world.klines(symbol, '1s', { limit: 60 });
      expect(seconds.filter((kline) => kline.trades > 0).length).toBeGreaterThan(33);
    }
  });

  it('publishes books that rebuild from their changes and are never crossed', async () => {
    const world = start();
    const mirror = new Map(
      world.world.specs.map(({ symbol }) => {
        const { lastUpdateId, bids, asks } = world.world.book(symbol, 5000);
        const book: Mirror = { lastId: lastUpdateId, buy: new Map(bids), sell: new Map(asks) };
        return [symbol, book];
      }),
    );
    await run(world, 20_000);
    for (const event of world.events) {
      if (event.kind !== 'book') continue;
      const book = mirror.get(event.symbol);
      if (book === undefined) throw new Error(event.symbol);
      expect(event.updateId).toBeGreaterThan(book.lastId);
      book.lastId = event.updateId;
      for (const [ticks, lots] of event.bids) book.buy.set(ticks, lots);
      for (const [ticks, lots] of event.asks) book.sell.set(ticks, lots);
      const best = Math.max(...[...book.buy].filter((l) => l[1] > 0).map((l) => l[0]));
      expect(best).toBeLessThan(
        Math.min(...[...book.sell].filter((l) => l[1] > 0).map((l) => l[0])),
      );
    }
    for (const [symbol, book] of mirror) {
      const { bids, asks } = world.world.book(symbol, 5000);
      const held = (side: Map<number, number>) => new Map([...side].filter((l) => l[1] > 0));
      expect(held(book.buy)).toEqual(new Map(bids));
      expect(held(book.sell)).toEqual(new Map(asks));
      expect(bids.length).toBeGreaterThan(8);
      expect(asks.length).toBeGreaterThan(8);
    }
  });

  it('repeats from one seed however often it is stepped, and differs with another', async () => {
    const [often, seldom, other] = [
      start({ pairs: FEW }),
      start({ pairs: FEW }),
      start({ pairs: FEW, seed: 8 }),
    ];
    await run(often, 9000, 50);
    await run(seldom, 9000, 4500);
    await run(other, 9000, 50);

    const sequence = (events: readonly WorldEvent[]): string[] =>
      events.filter((event) => event.kind !== 'klineClosed').map((event) => JSON.stringify(event));
    expect(sequence(seldom.events)).toEqual(sequence(often.events));
    expect(often.events.length).toBeGreaterThan(200);
    expect(sequence(other.events)).not.toEqual(sequence(often.events));
  });

  it('goes on at the same prices when it is started again a minute later', async () => {
    const first = start({ pairs: FEW });
    await run(first, 60_000);
    const second = start({ pairs: FEW }, START + 60_000);
    await run(second, 2000);
    for (const { symbol } of first.world.specs) {
      const before = first.world.currentKline(symbol, '1s')?.closeTicks ?? 0;
      const after = second.world.currentKline(symbol, '1s')?.closeTicks ?? 0;
      expect(Math.abs(after / before - 1)).toBeLessThan(0.003);
      const lastId = first.world.trades(symbol, { limit: 1 })[0]?.id ?? 0;
      const added = second.world.trades(symbol, { limit: 1000 });
      expect(added.every((trade) => trade.id > lastId)).toBe(true);
      expect(added.every((trade) => trade.timeMs > START + 59_000)).toBe(true);
      expect(second.world.book(symbol, 1).lastUpdateId).toBeGreaterThan(
        first.world.book(symbol, 1).lastUpdateId,
      );
    }
  });

  it.each([15_000, 600_000, 3 * 3_600_000])(
    'leaves no candle out after a pause of %i ms and streams no stale one',
    async (pauseMs) => {
      const world = start({ pairs: ['BTC/USDT', 'SOL/USDT'] });
      await run(world, 1000);
      world.events.length = 0;
      await world.clock.advance(pauseMs);
      world.world.step();

      expectComplete(world.world.klines('BTCUSDT', '1s', { limit: 3600 }), 1000);
      expectComplete(world.world.klines('BTCUSDT', '1m', { limit: 10_000 }), 60_000);
      const now = world.clock.now();
      for (const event of world.events) {
        if (event.kind === 'trade') expect(event.trade.timeMs).toBeGreaterThan(now - 2000);
      }
      await run(world, 2000);
      const { bids, asks } = world.world.book('BTCUSDT', 1);
      expect(bids[0]?.[0]).toBeLessThan(asks[0]?.[0] ?? 0);
    },
  );

  it('lets nobody trade against a book from before a pause', async () => {
    const { world, clock, events } = start();
    const farFrom = (event: WorldEvent): unknown[] => {
      if (event.kind !== 'trade') return [];
      const { symbol, ticks, timeMs } = event.trade;
      const beforeMs = Math.floor(timeMs / 1000) * 1000 - 1000;
      const [before] = world.klines(symbol, '1s', { startMs: beforeMs, limit: 1 });
      return Math.abs(ticks / (before?.closeTicks ?? 0) - 1) > 0.008 ? [event.trade] : [];
    };
    let trades = 0;
    for (let pause = 0; pause < 6; pause += 1) {
      events.length = 0;
      await clock.advance(2 * 3_600_000);
      world.step();
      await run({ world, clock }, 1000);
      trades += events.filter((event) => event.kind === 'trade').length;
      expect(events.flatMap(farFrom)).toEqual([]);
    }
    expect(trades).toBeGreaterThan(100);
  });

  it('does not trade a symbol in BREAK and closes its candles quietly', async () => {
    const world = start({ pairs: ['BTCUSDT', 'ETHUSDT'] });
    await run(world, 1000);
    world.world.setStatus('BTCUSDT', 'BREAK');
    world.events.length = 0;
    await run(world, 5000);

    const traded = new Set(
      world.events.flatMap((e) => (e.kind === 'trade' ? [e.trade.symbol] : [])),
    );
    expect([...traded]).toEqual(['ETHUSDT']);
    expect(world.world.klines('BTCUSDT', '1s', { limit: 4 }).every((k) => k.trades === 0)).toBe(
      true,
    );
  });

  it('refuses a pair it does not list and says which there are', () => {
    expect(() => start({ pairs: ['BTC/USDT', 'BTX/USDT'] })).toThrow(/does not list BTXUSDT/);
  });

  it('keeps counting 24 h statistics from minutes', async () => {
    const world = start({ pairs: ['BTCUSDT'] });
    await run(world, 3000);
    const day = world.world.stats24h('BTCUSDT');
    const minutes = world.world.klines('BTCUSDT', '1m', { limit: 1440 });
    expect(day.highTicks).toBe(Math.max(...minutes.map((k) => k.highTicks)));
    expect(day.lowTicks).toBe(Math.min(...minutes.map((k) => k.lowTicks)));
    expect(day.lots).toBe(minutes.reduce((sum, k) => sum + k.lots, 0));
    expect(day.closeTicks).toBe(world.world.currentKline('BTCUSDT', '1s')?.closeTicks);
  });
});
