import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { assert } from '#platform/errors.ts';
import { createWorld } from '../create-world.ts';
import { openFloor } from './open-floor.ts';

const RECORDED_MS = Date.UTC(2021, 3, 1);
const MINUTE_MS = 60_000;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-floor-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A price that falls from 100 to 96 and comes back, over and over, in candles of a minute. */
function recording(): string {
  const lines = ['timestamp,open,high,low,close,volume'];
  const at = (index: number): number => 100 - 4 * Math.abs(Math.sin(index / 20));
  for (let i = 0; i < 1200; i += 1) {
    const [open, close] = [at(i), at(i + 1)];
    const row = [open, Math.max(open, close), Math.min(open, close), close, 40];
    lines.push([RECORDED_MS + i * MINUTE_MS, ...row.map((value) => value.toFixed(2))].join(','));
  }
  const file = join(folder, 'BTCUSDT-1m-2021.csv');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

async function make() {
  const clock = fakeClock(Date.UTC(2026, 5, 3, 12, 34, 56, 789));
  const world = createWorld({ clock, seed: 7, replay: { files: [recording()], speed: 60 } });
  const [spec] = world.specs;
  assert(spec !== undefined, 'the recording has one symbol');
  const floor = openFloor({ world, rulesOf: () => spec });
  const balances = [
    { asset: 'USDT', amount: '1000' },
    { asset: 'BTC', amount: '1' },
  ];
  const account = floor.open({ uid: 1, balances });
  const run = async (ms: number, isOver: () => boolean): Promise<void> => {
    for (let passed = 0; passed < ms && !isOver(); passed += 50) {
      await clock.advance(50);
      world.step();
    }
  };
  await run(1000, () => false);
  const last = (): number => (world.trades('BTCUSDT', { limit: 1 })[0]?.ticks ?? 0) / 100;
  return { account, world, run, last };
}

describe('an account in a recorded market', () => {
  it('trades at the book around the recorded price, on the tape', async () => {
    const { account, world, last } = await make();
    const before = last();

    const { order, trades } = account.place({
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: '0.1',
    });

    expect(order.status).toBe('FILLED');
    expect(Math.abs(Number(trades[0]?.price) - before)).toBeLessThan(0.1);
    expect(world.trades('BTCUSDT', { limit: 1 })[0]?.id).toBe(trades.at(-1)?.id);
  });

  it('is filled at its own price when the recording comes to it', async () => {
    const { account, run } = await make();
    const { order } = account.place({
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.1',
      price: '97.00',
    });

    await run(100_000, () => account.openOrders().length === 0);

    expect(account.order({ symbol: 'BTCUSDT', orderId: order.orderId })).toMatchObject({
      status: 'FILLED',
      cumulativeQuoteQty: '9.70000000',
    });
    const trades = account.trades({ symbol: 'BTCUSDT', limit: 9 });
    expect(trades.every((trade) => trade.isMaker)).toBe(true);
  });

  it('is stopped out when the recording falls to its stop', async () => {
    const { account, run, last } = await make();
    const stopPrice = (last() - 1).toFixed(2);
    const { order } = account.place({
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'STOP_LOSS',
      quantity: '0.1',
      stopPrice,
    });

    await run(100_000, () => account.openOrders().length === 0);

    expect(account.order({ symbol: 'BTCUSDT', orderId: order.orderId }).status).toBe('FILLED');
    const [trade] = account.trades({ symbol: 'BTCUSDT', limit: 1 });
    expect(Math.abs(Number(trade?.price) - Number(stopPrice))).toBeLessThan(0.2);
  });
});
