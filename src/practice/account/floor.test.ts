import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { createWorld } from '../create-world.ts';
import { openFloor } from './open-floor.ts';
import type { AccountEvent, NewOrder, TradingAccount } from './trading.ts';

/** A quiet world of one symbol; the book moves only when the clock does. */
function make(balances = [{ asset: 'USDT', amount: '10000' }]) {
  const clock = fakeClock(Date.UTC(2026, 10, 24, 12));
  const world = createWorld({ clock, seed: 3, pairs: ['BTC/USDT', 'BNB/USDT'] });
  const rulesOf = (symbol: string) => {
    const spec = world.specs.find((entry) => entry.symbol === symbol);
    return { tickSize: '0.01', stepSize: '0.00001', minNotional: '5', ...spec };
  };
  const floor = openFloor({ world, rulesOf });
  const account = floor.open({ uid: 1001, balances });
  const events: AccountEvent[] = [];
  account.subscribe((event) => events.push(event));
  const price = (side: 'bids' | 'asks', offset = 0): string => {
    const ticks = world.book('BTCUSDT', 1)[side][0]?.[0] ?? 0;
    return ((ticks + offset) / 100).toFixed(2);
  };
  return { clock, world, floor, account, events, price };
}

const order = (fields: Partial<NewOrder>): NewOrder => ({
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'MARKET',
  ...fields,
});

const balance = (account: TradingAccount, asset: string) =>
  account.view().balances.find((entry) => entry.asset === asset);

describe('trading floor', () => {
  it('fills a market order at the book and takes the fee from what it brings', () => {
    const { account, price, world } = make();
    const ask = price('asks');

    const { order: state, trades } = account.place(order({ quantity: '0.001' }));

    expect(state.status).toBe('FILLED');
    expect(trades).toHaveLength(1);
    expect(Number(trades[0]?.price)).toBe(Number(ask));
    expect(balance(account, 'BTC')).toEqual({
      asset: 'BTC',
      free: '0.00099900',
      locked: '0.00000000',
    });
    expect(world.trades('BTCUSDT', { limit: 1 })[0]?.id).toBe(trades[0]?.id);
  });

  it('locks the money of a resting order and frees it when cancelled', () => {
    const { account, events } = make();

    const { order: state } = account.place(
      order({ type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01', price: '50000' }),
    );
    expect(state.status).toBe('NEW');
    expect(balance(account, 'USDT')?.locked).toBe('500.00000000');
    const answer = account.cancel({ key: { symbol: 'BTCUSDT', orderId: state.orderId } });

    expect(answer.cancelled.order.status).toBe('CANCELED');
    expect(balance(account, 'USDT')).toMatchObject({
      free: '10000.00000000',
      locked: '0.00000000',
    });
    expect(events.map((event) => event.kind)).toEqual([
      'execution',
      'position',
      'execution',
      'position',
    ]);
  });

  it('fills a resting order when the market comes to it', async () => {
    const { account, clock, world, price } = make();
    const { order: state } = account.place(
      order({ type: 'LIMIT', timeInForce: 'GTC', quantity: '0.001', price: price('bids', 0) }),
    );
    for (let i = 0; i < 1200 && account.openOrders().length > 0; i += 1) {
      await clock.advance(50);
      world.step();
    }

    const now = account.order({ symbol: 'BTCUSDT', orderId: state.orderId });
    expect(now.status).toBe('FILLED');
    expect(account.trades({ symbol: 'BTCUSDT', limit: 10 }).every((t) => t.isMaker)).toBe(true);
  });

  it('ends one exit when the other starts', async () => {
    const { account, clock, world, price, events } = make();
    account.place(order({ quantity: '0.002' }));
    const placed = account.placeList({
      kind: 'OCO',
      symbol: 'BTCUSDT',
      side: 'SELL',
      quantity: '0.001',
      above: { type: 'LIMIT_MAKER', price: price('asks', 2000) },
      below: { type: 'STOP_LOSS', stopPrice: price('bids', -2000) },
    });
    expect(placed.list.listOrderStatus).toBe('EXECUTING');
    expect(balance(account, 'BTC')?.locked).toBe('0.00100000');
    for (let i = 0; i < 12_000 && account.openLists().length > 0; i += 1) {
      await clock.advance(50);
      world.step();
    }

    const { orders, listOrderStatus } = account.list({ orderListId: placed.list.orderListId });
    expect(listOrderStatus).toBe('ALL_DONE');
    expect(orders.map((entry) => entry.status).toSorted()).toEqual(['EXPIRED', 'FILLED']);
    expect(orders.find((entry) => entry.status === 'EXPIRED')?.expiryReason).toBe('OCO_TRIGGER');
    expect(balance(account, 'BTC')).toMatchObject({ free: '0.00099800', locked: '0.00000000' });
    expect(events.at(-1)?.kind).toBe('list');
  });

  it('sizes the exits of a bracket from what the entry brought', () => {
    const { account, price } = make();
    const { list, placed } = account.placeList({
      kind: 'OPOCO',
      symbol: 'BTCUSDT',
      working: {
        side: 'BUY',
        type: 'LIMIT',
        timeInForce: 'FOK',
        quantity: '0.001',
        price: price('asks', 50),
      },
      pendingSide: 'SELL',
      pendingAbove: { type: 'LIMIT_MAKER', price: price('asks', 20_000) },
      pendingBelow: { type: 'STOP_LOSS', stopPrice: price('bids', -20_000) },
    });

    expect(placed.map((entry) => entry.order.status)).toEqual([
      'FILLED',
      'PENDING_NEW',
      'PENDING_NEW',
    ]);
    const now = account.list({ orderListId: list.orderListId });
    expect(now.orders.map((entry) => [entry.status, entry.quantity])).toEqual([
      ['FILLED', '0.00100000'],
      ['NEW', '0.00099000'],
      ['NEW', '0.00099000'],
    ]);
    expect(balance(account, 'BTC')).toMatchObject({ free: '0.00000900', locked: '0.00099000' });
  });

  it('ends a bracket whose entry cannot fill', () => {
    const { account, price } = make();
    const { list } = account.placeList({
      kind: 'OPOCO',
      symbol: 'BTCUSDT',
      working: {
        side: 'BUY',
        type: 'LIMIT',
        timeInForce: 'FOK',
        quantity: '0.001',
        price: price('bids', -50),
      },
      pendingSide: 'SELL',
      pendingAbove: { type: 'LIMIT_MAKER', price: price('asks', 20_000) },
      pendingBelow: { type: 'STOP_LOSS', stopPrice: price('bids', -20_000) },
    });

    const now = account.list({ orderListId: list.orderListId });
    expect(now.listOrderStatus).toBe('ALL_DONE');
    expect(now.orders.map((entry) => entry.expiryReason)).toEqual([
      'UNFILLED_FOK_ORDER_EXPIRED',
      'OTO_PHASE_ONE_EXPIRED',
      'OTO_PHASE_ONE_EXPIRED',
    ]);
    expect(balance(account, 'USDT')).toMatchObject({
      free: '10000.00000000',
      locked: '0.00000000',
    });
  });
});
