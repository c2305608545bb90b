import { describe, expect, it } from 'vitest';
import { balanceOf, limitOrder, newOrder, testFloor } from './floor.fixture.ts';
import type { StpMode } from './trading.ts';

/** The scenarios of the venue's STP FAQ: three own bids, then an own sell of 3 that meets them. */
function meet(mode: StpMode, sell = {}) {
  const balances = [
    { asset: 'USDT', amount: '10000' },
    { asset: 'BTC', amount: '10' },
  ];
  const test = testFloor({ start: { balances } });
  const { account, btc } = test;
  btc.moveTo(98);
  // Nobody else bids above 97: the account meets itself.
  const bids = [
    ['1.2', '97.90'],
    ['1.3', '97.80'],
    ['8.1', '97.70'],
  ].map(([quantity = '', price = '']) => account.place(limitOrder({ quantity, price })).order);
  const taker = account.place(
    limitOrder({
      side: 'SELL',
      quantity: '3',
      price: '97.70',
      selfTradePreventionMode: mode,
      ...sell,
    }),
  );
  const makers = bids.map((bid) => account.order(bid));
  return { ...test, taker, makers };
}

describe('an account that would trade with itself', () => {
  it('does so with NONE', () => {
    const { taker, makers, account } = meet('NONE');

    expect(taker.order.status).toBe('FILLED');
    expect(makers.map((order) => order.status)).toEqual(['FILLED', 'FILLED', 'PARTIALLY_FILLED']);
    const own = account.trades({ symbol: 'BTCUSDT', orderId: taker.order.orderId, limit: 10 });
    expect(own.map((trade) => trade.qty)).toEqual(['1.20000000', '1.30000000', '0.50000000']);
  });

  it('loses the makers with EXPIRE_MAKER, and the taker rests', () => {
    const { taker, makers } = meet('EXPIRE_MAKER');

    expect(makers.map((order) => [order.status, order.preventedQty])).toEqual([
      ['EXPIRED_IN_MATCH', '1.20000000'],
      ['EXPIRED_IN_MATCH', '1.30000000'],
      ['EXPIRED_IN_MATCH', '8.10000000'],
    ]);
    expect([taker.order.status, taker.order.executedQty]).toEqual(['NEW', '0.00000000']);
    expect(taker.preventedMatches.map((match) => match.makerQty)).toEqual([
      '1.20000000',
      '1.30000000',
      '8.10000000',
    ]);
  });

  it('loses the taker with EXPIRE_TAKER', () => {
    const { taker, makers, events } = meet('EXPIRE_TAKER');

    expect(makers.map((order) => order.status)).toEqual(['NEW', 'NEW', 'NEW']);
    expect(taker.order).toMatchObject({
      status: 'EXPIRED_IN_MATCH',
      preventedQty: '3.00000000',
      executedQty: '0.00000000',
    });
    const told = events.filter((event) => event.kind === 'execution').at(-1);
    expect([told?.executionType, told?.prevented?.qty]).toEqual(['TRADE_PREVENTION', '3.00000000']);
  });

  it('loses both with EXPIRE_BOTH', () => {
    const { taker, makers } = meet('EXPIRE_BOTH');

    expect(makers.map((order) => order.status)).toEqual(['EXPIRED_IN_MATCH', 'NEW', 'NEW']);
    expect(taker.order.status).toBe('EXPIRED_IN_MATCH');
    expect(taker.preventedMatches).toMatchObject([
      { takerQty: '3.00000000', makerQty: '1.20000000' },
    ]);
  });

  it('loses the smaller of both with DECREMENT', () => {
    const { taker, makers, account } = meet('DECREMENT');

    expect(taker.order).toMatchObject({ status: 'EXPIRED_IN_MATCH', preventedQty: '3.00000000' });
    expect(makers.map((order) => [order.status, order.preventedQty])).toEqual([
      ['EXPIRED_IN_MATCH', '1.20000000'],
      ['EXPIRED_IN_MATCH', '1.30000000'],
      ['NEW', '0.50000000'],
    ]);
    expect(balanceOf(account, 'USDT')[1], 'only what is left is locked').toBe(7.6 * 97.7);
  });

  it('expires a market order for want of others (scenario F)', () => {
    const balances = [
      { asset: 'USDT', amount: '10000' },
      { asset: 'BTC', amount: '10' },
    ];
    const { account, btc } = testFloor({ start: { balances } });
    btc.order('sell', 1000);
    account.place(limitOrder({ quantity: '1', price: '99' }));

    const { order } = account.place(
      newOrder({ side: 'SELL', quantity: '1', selfTradePreventionMode: 'EXPIRE_MAKER' }),
    );

    expect([order.status, order.expiryReason]).toEqual(['EXPIRED', 'INSUFFICIENT_LIQUIDITY']);
  });

  it('lists what was prevented', () => {
    const { account, taker } = meet('EXPIRE_MAKER');
    const all = account.preventedMatches({ symbol: 'BTCUSDT', limit: 10 });
    expect(all).toHaveLength(3);
    const [first] = all;
    const query = { symbol: 'BTCUSDT', limit: 10 };
    expect(account.preventedMatches({ ...query, preventedMatchId: first?.id ?? -1 })).toEqual([
      first,
    ]);
    expect(account.preventedMatches({ ...query, orderId: taker.order.orderId })).toEqual(all);
  });
});
