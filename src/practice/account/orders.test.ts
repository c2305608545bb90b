import { describe, expect, it } from 'vitest';
import { ApiError } from '../server/api-error.ts';
import { balanceOf, limitOrder, newOrder, testFloor } from './floor.fixture.ts';
import type { AccountEvent } from './trading.ts';

const BOTH = {
  balances: [
    { asset: 'USDT', amount: '1000' },
    { asset: 'BTC', amount: '1' },
  ],
};

const told = (events: readonly AccountEvent[]): string[] =>
  events.map((event) => (event.kind === 'execution' ? event.executionType : event.kind));

describe('an order', () => {
  it('at the market takes level by level and tells each trade with its balances', () => {
    const { account, events } = testFloor();

    const { order, trades } = account.place(newOrder({ quantity: '0.25' }));

    expect(order).toMatchObject({
      status: 'FILLED',
      executedQty: '0.25000000',
      cumulativeQuoteQty: '25.00450000',
    });
    expect(trades.map(({ price, qty, commission }) => [price, qty, commission])).toEqual([
      ['100.01000000', '0.10000000', '0.00010000'],
      ['100.02000000', '0.10000000', '0.00010000'],
      ['100.03000000', '0.05000000', '0.00005000'],
    ]);
    expect(told(events)).toEqual([
      'NEW',
      'TRADE',
      'position',
      'TRADE',
      'position',
      'TRADE',
      'position',
    ]);
    const executions = events.flatMap((event) => (event.kind === 'execution' ? event : []));
    expect(executions.map(({ order: { status, executedQty } }) => [status, executedQty])).toEqual([
      ['NEW', '0.00000000'],
      ['PARTIALLY_FILLED', '0.10000000'],
      ['PARTIALLY_FILLED', '0.20000000'],
      ['FILLED', '0.25000000'],
    ]);
  });

  it('for a value buys as much as that pays for', () => {
    const { account } = testFloor();

    const { order } = account.place(newOrder({ quoteOrderQty: '25' }));

    expect(order).toMatchObject({
      status: 'FILLED',
      quantity: '0.24900000',
      quoteOrderQty: '25.00000000',
    });
    expect(Number(order.cumulativeQuoteQty)).toBeLessThanOrEqual(25);
  });

  it('at the market expires with what the book cannot fill', () => {
    const { account } = testFloor({ start: BOTH });

    const { order } = account.place(newOrder({ quantity: '2' }));

    expect(order).toMatchObject({
      status: 'EXPIRED',
      executedQty: '1.00000000',
      expiryReason: 'INSUFFICIENT_LIQUIDITY',
    });
  });

  it('with IOC trades what it can, with FOK all or nothing', () => {
    const { account } = testFloor();
    const of = { quantity: '0.2', price: '100.01' };

    const ioc = account.place(limitOrder({ ...of, timeInForce: 'IOC' })).order;
    const fok = account.place(limitOrder({ ...of, timeInForce: 'FOK' })).order;

    expect(ioc).toMatchObject({
      status: 'EXPIRED',
      executedQty: '0.10000000',
      expiryReason: 'UNFILLED_IOC_QUANTITY_EXPIRED',
    });
    expect(fok).toMatchObject({
      status: 'EXPIRED',
      executedQty: '0.00000000',
      expiryReason: 'UNFILLED_FOK_ORDER_EXPIRED',
    });
    expect(balanceOf(account, 'USDT')[1]).toBe(0);
  });

  it('that crosses trades at the better price, rests with the rest, and locks only that', () => {
    const { account, btc } = testFloor();

    const { order } = account.place(limitOrder({ quantity: '0.3', price: '100.01' }));

    expect([order.status, order.executedQty]).toEqual(['PARTIALLY_FILLED', '0.10000000']);
    expect(balanceOf(account, 'USDT')).toEqual([969.997, 20.002]);
    expect(btc.market.best('buy')).toBe(10_001);
  });

  it('keeps its place: who came first at a price trades first', () => {
    const { account, floor, btc } = testFloor();
    const other = floor.open({ uid: 2, balances: [{ asset: 'USDT', amount: '1000' }] });
    const mine = account.place(limitOrder({ quantity: '0.1', price: '100' })).order;
    const theirs = other.place(limitOrder({ quantity: '0.1', price: '100' })).order;

    btc.order('sell', 150, 100);

    expect(account.order(mine).executedQty).toBe('0.10000000');
    expect(other.order(theirs).executedQty).toBe('0.05000000');
    expect(balanceOf(account, 'BTC'), 'a maker pays from what it receives too').toEqual([
      0.0999, 0,
    ]);
  });

  it('trades between two accounts, each with its own side and commission', () => {
    const { account, floor } = testFloor({ start: BOTH });
    const other = floor.open({
      uid: 2,
      balances: [{ asset: 'USDT', amount: '1000' }],
      takerFraction: '0.002',
    });
    account.place(limitOrder({ side: 'SELL', price: '100' }));

    const { trades } = other.place(limitOrder({ price: '100' }));

    const [sold] = account.trades({ symbol: 'BTCUSDT', limit: 5 });
    expect(trades).toMatchObject([
      {
        id: sold?.id,
        isBuyer: true,
        isMaker: false,
        commission: '0.00020000',
        commissionAsset: 'BTC',
      },
    ]);
    expect(sold).toMatchObject({
      isBuyer: false,
      isMaker: true,
      commission: '0.01000000',
      commissionAsset: 'USDT',
    });
  });

  it('is paid in BNB for three quarters while there is enough, then from what it brings', () => {
    const balances = [
      { asset: 'USDT', amount: '1000' },
      { asset: 'BNB', amount: '0.001' },
    ];
    const { account, bnb } = testFloor({ start: { balances, paysInBnb: true } });
    expect(bnb.market.candles.lastTicks).toBe(1000);

    const [first] = account.place(newOrder({ quantity: '0.1' })).trades;
    const [second] = account.place(newOrder({ quantity: '0.1' })).trades;

    // 0.0001 BTC at 100.01 the last trade before: 0.01 USDT is 0.001 BNB.
    expect([first?.commissionAsset, second?.commissionAsset]).toEqual(['BNB', 'BTC']);
    expect(Number(first?.commission)).toBeCloseTo(0.00075, 6);
    expect(second?.commission).toBe('0.00010000');
  });

  it('does not trade beyond the price range where the symbol has that rule', () => {
    const { account, rules } = testFloor();
    rules.priceRange = { up: '1.0002', down: '0.9998' };

    const { order } = account.place(newOrder({ quantity: '0.5' }));

    expect(order).toMatchObject({
      status: 'EXPIRED',
      executedQty: '0.20000000',
      expiryReason: 'EXECUTION_RULE_PRICE_RANGE_EXCEEDED',
    });
  });

  it('has ids of its own and is found by each', () => {
    const { account } = testFloor();
    const { order } = account.place(limitOrder({}));
    expect(order.clientOrderId).toMatch(/^\w{22}$/);
    expect(account.order({ symbol: 'BTCUSDT', origClientOrderId: order.clientOrderId })).toEqual(
      order,
    );
    expect(account.openOrders('BNBUSDT')).toEqual([]);
    const query = { symbol: 'BTCUSDT', orderId: order.orderId + 1, limit: 5 };
    expect(account.allOrders(query)).toEqual([]);
    expect(account.allOrders({ ...query, orderId: order.orderId })).toEqual([order]);
  });
});

describe('cancelling and replacing', () => {
  it('takes the order off the book and keeps its client id for questions', () => {
    const { account, btc, events } = testFloor();
    const { order } = account.place(limitOrder({ newClientOrderId: 'mine', price: '100' }));
    expect(btc.market.best('buy')).toBe(10_000);

    const { cancelled, list } = account.cancel({ key: order, newClientOrderId: 'away' });

    expect(btc.market.best('buy')).toBe(9999);
    expect([cancelled.order.clientOrderId, cancelled.cancelId, list]).toEqual([
      'mine',
      'away',
      undefined,
    ]);
    const event = events.findLast((entry) => entry.kind === 'execution');
    expect(event).toMatchObject({
      executionType: 'CANCELED',
      originalClientOrderId: 'mine',
      order: { clientOrderId: 'away' },
    });
    expect(account.order({ symbol: 'BTCUSDT', origClientOrderId: 'mine' }).status).toBe('CANCELED');
  });

  it('replaces one order by another in one go, with the money of the first', () => {
    const { account } = testFloor({ start: { balances: [{ asset: 'USDT', amount: '10' }] } });
    const { order } = account.place(limitOrder({ newClientOrderId: 'same' }));

    const { cancelled, placed } = account.cancelReplace({
      cancel: { key: order },
      order: limitOrder({ price: '98', newClientOrderId: 'same' }),
      mode: 'STOP_ON_FAILURE',
    });

    expect(cancelled).not.toBeInstanceOf(ApiError);
    expect(placed).toMatchObject({ order: { status: 'NEW', clientOrderId: 'same' } });
    expect(balanceOf(account, 'USDT')).toEqual([0.2, 9.8]);
  });

  it('does not place when the cancel fails, unless told to', () => {
    const { account } = testFloor();
    const gone = { cancel: { key: { symbol: 'BTCUSDT', orderId: 1 } }, order: limitOrder({}) };

    const stopped = account.cancelReplace({ ...gone, mode: 'STOP_ON_FAILURE' });
    const allowed = account.cancelReplace({ ...gone, mode: 'ALLOW_FAILURE' });

    expect(stopped).toMatchObject({ cancelled: { code: -2011 }, placed: undefined });
    expect(allowed).toMatchObject({
      cancelled: { code: -2011 },
      placed: { order: { status: 'NEW' } },
    });
    expect(account.orderCounts().tenSeconds, 'an order not tried counts as well').toBe(2);
  });

  it('tells of a new order that is rejected after the cancel', () => {
    const { account, events } = testFloor();
    const { order } = account.place(limitOrder({}));

    const { cancelled, placed } = account.cancelReplace({
      cancel: { key: order },
      order: limitOrder({ quantity: '50' }),
      mode: 'STOP_ON_FAILURE',
    });

    expect(cancelled).not.toBeInstanceOf(ApiError);
    expect(placed).toMatchObject({ code: -2010 });
    expect(events.findLast((event) => event.kind === 'execution')).toMatchObject({
      executionType: 'REJECTED',
      rejectReason: 'INSUFFICIENT_BALANCES',
      order: { status: 'REJECTED' },
    });
    expect(account.openOrders()).toEqual([]);
  });

  it('tries nothing when the new order breaks a filter', () => {
    const { account } = testFloor();
    const { order } = account.place(limitOrder({}));
    const replace = () =>
      account.cancelReplace({
        cancel: { key: order },
        order: limitOrder({ price: '98.001' }),
        mode: 'ALLOW_FAILURE',
      });

    expect(replace).toThrow('PRICE_FILTER');
    expect(account.openOrders()).toHaveLength(1);
  });
});

describe('money that comes and goes', () => {
  it('is in the history, unless a fault moves it', () => {
    const { account, events } = testFloor();
    account.transfer({ kind: 'deposit', asset: 'BTC', amount: '0.5' });
    account.transfer({ kind: 'withdrawal', asset: 'USDT', amount: '100' });
    account.transfer({
      kind: 'convert',
      asset: 'USDT',
      amount: '50',
      toAsset: 'BNB',
      toAmount: '5',
    });
    account.moveBalance('USDT', '-1');

    expect(balanceOf(account, 'USDT')).toEqual([849, 0]);
    expect([balanceOf(account, 'BTC')[0], balanceOf(account, 'BNB')[0]]).toEqual([0.5, 5]);
    expect(account.transfers({ kind: 'withdrawal' })).toHaveLength(1);
    const deltas = events.flatMap((event) => (event.kind === 'balance' ? event.delta : []));
    expect(deltas).toEqual(['0.50000000', '-100.00000000', '-50.00000000', '5.00000000']);
    expect(() => account.transfer({ kind: 'withdrawal', asset: 'USDT', amount: '900' })).toThrow(
      'insufficient',
    );
  });
});
