import { describe, expect, it } from 'vitest';
import { unitsOf } from './amount.ts';
import { newOrder, testFloor } from './floor.fixture.ts';
import { onPrice } from './stops.ts';
import type { OrderRecord } from './order-record.ts';
import type { NewOrder } from './trading.ts';

function trailing(of: Pick<OrderRecord, 'side' | 'type'> & { stop?: number; bips: number }) {
  const { side, type } = of;
  const order = { side, type, trailingDelta: of.bips } as OrderRecord;
  if (of.stop !== undefined) order.stopPrice = unitsOf(String(of.stop));
  return (path: readonly number[]) =>
    path.map((price) => onPrice(order, unitsOf(String(price)), 1));
}

/** Prices in even steps, as the FAQ's "series of linear trades". */
function linear(from: number, ...to: readonly number[]): number[] {
  const path: number[] = [];
  let at = from;
  for (const target of to) {
    const step = target > at ? 100 : -100;
    for (; at !== target; at += Math.abs(target - at) < 100 ? target - at : step) path.push(at);
  }
  return [...path, at];
}

/** The scenarios of the venue's trailing stop FAQ: the last trade of each triggers, none before. */
const SCENARIOS = [
  {
    name: 'A',
    order: { side: 'BUY', type: 'STOP_LOSS_LIMIT', stop: 44_000, bips: 500 },
    path: [40_000, 37_000, 46_000, 42_000, 44_100],
  },
  {
    name: 'B',
    order: { side: 'SELL', type: 'STOP_LOSS_LIMIT', stop: 39_000, bips: 1000 },
    path: [40_000, 41_500, 37_000, 41_000, 36_900],
  },
  {
    name: 'C',
    order: { side: 'BUY', type: 'TAKE_PROFIT_LIMIT', stop: 38_000, bips: 850 },
    path: [40_000, 42_000, 37_000, 39_000, 38_000, 40_145],
  },
  {
    name: 'D',
    order: { side: 'SELL', type: 'TAKE_PROFIT_LIMIT', stop: 42_000, bips: 750 },
    path: [40_000, 41_500, 39_000, 45_000, 44_000, 46_500, 43_012.5],
  },
  {
    name: 'E',
    order: { side: 'SELL', type: 'STOP_LOSS_LIMIT', bips: 700 },
    path: [40_000, 42_000, 39_500, 45_500, 42_315],
  },
] as const;

describe('a trailing stop', () => {
  it.each(SCENARIOS)('triggers as scenario $name of the FAQ says', ({ order, path }) => {
    const [first, ...rest] = path;

    const outcomes = trailing(order)(linear(first, ...rest));

    expect(outcomes.filter((outcome) => outcome === 'triggers')).toHaveLength(1);
    expect(outcomes.at(-1)).toBe('triggers');
  });
});

describe('a stop order', () => {
  const start = {
    balances: [
      { asset: 'USDT', amount: '1000' },
      { asset: 'BTC', amount: '1' },
    ],
  };
  const stop = (fields: Partial<NewOrder>): NewOrder =>
    newOrder({ type: 'STOP_LOSS', side: 'SELL', quantity: '0.1', ...fields });

  it('sells at the market when the last trade comes to it, and not before', () => {
    const { account, btc, events } = testFloor({ start });
    const { order } = account.place(stop({ stopPrice: '99.50' }));
    expect(order).toMatchObject({ status: 'NEW', isWorking: false, workingTimeMs: undefined });
    btc.order('buy', 500, 99);
    btc.order('sell', 400, 99.92);
    expect(account.order(order).status, 'the price is above the stop').toBe('NEW');

    btc.order('sell', 600, 99.9);
    btc.order('sell', 1, 99);

    expect(account.order(order)).toMatchObject({ status: 'FILLED', isWorking: true });
    const told = events.flatMap((event) => (event.kind === 'execution' ? event : []));
    expect(told.map((event) => [event.executionType, event.order.isWorking])).toEqual([
      ['NEW', false],
      ['NEW', true],
      ['TRADE', true],
    ]);
  });

  it('with a limit waits at its price when the market has gone', () => {
    const { account, btc } = testFloor({ start });
    const { order } = account.place(
      stop({ type: 'STOP_LOSS_LIMIT', timeInForce: 'GTC', stopPrice: '99.50', price: '99.45' }),
    );

    btc.moveTo(99.4);

    expect(account.order(order)).toMatchObject({ status: 'NEW', isWorking: true });
    expect(btc.market.engine.order(order.orderId)?.lotsLeft).toBe(100);
  });

  it('takes profit when the price has risen', () => {
    const { account, btc } = testFloor({ start });
    const { order } = account.place(stop({ type: 'TAKE_PROFIT', stopPrice: '101' }));
    btc.order('buy', 500, 100.5);

    btc.moveTo(101);

    expect(account.order(order).status).not.toBe('NEW');
  });

  it('of a buyer expires when the money is gone', () => {
    const { account, btc } = testFloor({ start: { balances: [{ asset: 'USDT', amount: '20' }] } });
    const { order } = account.place(stop({ side: 'BUY', stopPrice: '110' }));
    btc.order('sell', 1000, 250);

    btc.moveTo(111);

    expect(account.order(order)).toMatchObject({ status: 'EXPIRED', expiryReason: 'REJECTED' });
  });

  it('follows the price from the moment it is placed when it has no stop price', () => {
    const { account, btc } = testFloor({ start });
    const { order } = account.place(stop({ trailingDelta: 100 }));
    expect(order.trailingTimeMs).toBe(order.timeMs);
    btc.moveTo(104);
    btc.order('buy', 2000, 102);
    btc.order('sell', 1, 103);
    expect(account.order(order).status).toBe('NEW');

    btc.moveTo(102.9);

    expect(account.order(order).status).toBe('FILLED');
  });
});
