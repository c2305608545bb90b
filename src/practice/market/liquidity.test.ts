import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { createWorld } from '../create-world.ts';
import type { BookSnapshot } from '../world.ts';

const [BTC, ETH] = ['BTCUSDT', 'ETHUSDT'];
/** Makers look every second slice of 50 ms. */
const QUOTED_MS = 200;

function start() {
  const clock = fakeClock(Date.UTC(2026, 5, 3));
  const world = createWorld({ clock, seed: 7, pairs: [BTC, ETH] });
  const quoted = async (): Promise<void> => {
    await clock.advance(QUOTED_MS);
    world.step();
  };
  const spreadOf = (symbol: string): number => {
    const { bids, asks } = world.book(symbol, 1);
    return 1 - (bids[0]?.[0] ?? 0) / (asks[0]?.[0] ?? 1);
  };
  const sizeOf = (symbol: string): number => sides(world.book(symbol, 100));
  return { liquidity: world.liquidity, quoted, spreadOf, sizeOf };
}

function sides({ bids, asks }: BookSnapshot): number {
  return [...bids, ...asks].reduce((sum, [ticks, lots]) => sum + ticks * lots, 0);
}

describe('liquidity to order', () => {
  it('holds best bid and ask apart for one symbol, and no longer when taken back', async () => {
    const { liquidity, quoted, spreadOf } = start();
    const usual = spreadOf(BTC);

    liquidity?.put(BTC, { spreadFraction: 0.01, depthShare: 1 });
    await quoted();
    expect(spreadOf(BTC)).toBeCloseTo(0.01, 3);
    expect(spreadOf(ETH)).toBeLessThan(0.001);

    liquidity?.clear();
    await quoted();
    expect(spreadOf(BTC)).toBeLessThan(Math.max(usual * 3, 0.001));
  });

  it('thins the levels that stand already, and fills them again', async () => {
    const { liquidity, quoted, sizeOf } = start();
    const [usual, usualOfOther] = [sizeOf(BTC), sizeOf(ETH)];

    liquidity?.put(BTC, { spreadFraction: 0, depthShare: 0.05 });
    await quoted();
    expect(sizeOf(BTC)).toBeLessThan(usual * 0.1);
    expect(sizeOf(BTC)).toBeGreaterThan(0);
    expect(sizeOf(ETH)).toBeGreaterThan(usualOfOther * 0.5);

    liquidity?.clear();
    for (let i = 0; i < 20; i += 1) await quoted();
    expect(sizeOf(BTC)).toBeGreaterThan(usual * 0.5);
  });
});
