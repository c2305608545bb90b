import { describe, expect, it } from 'vitest';
import { limitOrder, newOrder, refusal, testFloor } from './floor.fixture.ts';
import type { TestFloor } from './floor.fixture.ts';
import type { ListLeg, NewOrder, NewOrderList } from './trading.ts';

const stop = (fields: Partial<NewOrder>): NewOrder =>
  newOrder({ type: 'STOP_LOSS', side: 'SELL', quantity: '0.1', ...fields });
const iceberg: Partial<NewOrder> = { icebergQty: '0.05' };

const ORDERS: readonly [words: string, order: NewOrder][] = [
  ['-1121 Invalid symbol.', newOrder({ symbol: 'XYZUSDT', quantity: '1' })],
  [
    "-1102 Mandatory parameter 'price' was not sent, was empty/null, or malformed.",
    newOrder({ type: 'LIMIT', timeInForce: 'GTC', quantity: '1' }),
  ],
  [
    "-1102 Mandatory parameter 'timeInForce' was not sent, was empty/null, or malformed.",
    newOrder({ type: 'LIMIT', quantity: '1', price: '99' }),
  ],
  [
    "-1102 Mandatory parameter 'quantity' was not sent, was empty/null, or malformed.",
    newOrder({ type: 'LIMIT_MAKER', price: '99' }),
  ],
  [
    "-1102 Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!",
    newOrder({}),
  ],
  ["-1102 Param 'stopPrice' or 'trailingDelta' must be sent, but both were empty/null!", stop({})],
  ["-1106 Parameter 'price' sent when not required.", newOrder({ quantity: '1', price: '99' })],
  [
    "-1106 Parameter 'timeInForce' sent when not required.",
    newOrder({ quantity: '1', timeInForce: 'GTC' }),
  ],
  ["-1106 Parameter 'stopPrice' sent when not required.", limitOrder({ stopPrice: '98' })],
  ["-1106 Parameter 'quoteOrderQty' sent when not required.", limitOrder({ quoteOrderQty: '98' })],
  [
    '-1128 Combination of optional parameters invalid.',
    newOrder({ quantity: '1', quoteOrderQty: '9' }),
  ],
  [
    "-1100 Illegal characters found in parameter 'newClientOrderId'; legal range is '^[\\.A-Z\\:/a-z0-9_-]{1,36}$'.",
    limitOrder({ newClientOrderId: 'a b' }),
  ],
  [
    "-1100 Illegal characters found in parameter 'price'; legal range is '^([0-9]{1,20})(\\.[0-9]{1,20})?$'.",
    limitOrder({ price: '-99' }),
  ],
  ["-1111 Parameter 'price' has too much precision.", limitOrder({ price: '99.123456789' })],
  ['-2010 Iceberg orders are not supported for this symbol.', limitOrder(iceberg)],
  ['-1013 Filter failure: PRICE_FILTER', limitOrder({ price: '99.001' })],
  ['-1013 Filter failure: PRICE_FILTER', limitOrder({ price: '0' })],
  ['-1013 Filter failure: PRICE_FILTER', limitOrder({ price: '1000000.01' })],
  ['-1013 Filter failure: PRICE_FILTER', stop({ stopPrice: '99.001' })],
  ['-1013 Filter failure: PERCENT_PRICE_BY_SIDE', limitOrder({ price: '19.9' })],
  ['-1013 Filter failure: PERCENT_PRICE_BY_SIDE', limitOrder({ price: '501' })],
  ['-1013 Filter failure: LOT_SIZE', limitOrder({ quantity: '0.1005' })],
  ['-1013 Filter failure: LOT_SIZE', limitOrder({ quantity: '9001' })],
  ['-1013 Filter failure: LOT_SIZE', newOrder({ quantity: '0' })],
  ['-1013 Filter failure: MARKET_LOT_SIZE', newOrder({ quantity: '900.001' })],
  ['-1013 Filter failure: NOTIONAL', limitOrder({ quantity: '0.05' })],
  ['-1013 Filter failure: NOTIONAL', newOrder({ quantity: '0.049' })],
  ['-1013 Filter failure: NOTIONAL', newOrder({ quoteOrderQty: '4.99' })],
  ['-1013 Filter failure: TRAILING_DELTA', stop({ trailingDelta: 9 })],
  ['-1013 Filter failure: TRAILING_DELTA', stop({ trailingDelta: 2001 })],
  ["-1130 Data sent for parameter 'trailingDelta' is not valid.", stop({ trailingDelta: 10.5 })],
  ['-2010 Order would trigger immediately.', stop({ stopPrice: '100' })],
  ['-2010 Order would trigger immediately.', stop({ side: 'BUY', stopPrice: '99' })],
  ['-2010 Order would trigger immediately.', stop({ type: 'TAKE_PROFIT', stopPrice: '99' })],
  [
    '-2010 Order would immediately match and take.',
    newOrder({ type: 'LIMIT_MAKER', quantity: '0.1', price: '100.01' }),
  ],
  [
    '-2010 Account has insufficient balance for requested action.',
    newOrder({ quoteOrderQty: '1000.01' }),
  ],
  [
    '-2010 Account has insufficient balance for requested action.',
    newOrder({ side: 'SELL', quantity: '0.1' }),
  ],
  ['-2010 Account has insufficient balance for requested action.', limitOrder({ quantity: '11' })],
];

const gain: ListLeg = { type: 'LIMIT_MAKER', price: '101' };
const loss: ListLeg = { type: 'STOP_LOSS', stopPrice: '99' };
const oco = (above: ListLeg, below: ListLeg, side: 'BUY' | 'SELL' = 'SELL'): NewOrderList => ({
  kind: 'OCO',
  symbol: 'BTCUSDT',
  side,
  quantity: '0.1',
  above,
  below,
});
const bracket = (fields: object): NewOrderList => ({
  kind: 'OPOCO',
  symbol: 'BTCUSDT',
  working: { side: 'BUY', type: 'LIMIT', timeInForce: 'FOK', quantity: '0.1', price: '100.05' },
  pendingSide: 'SELL',
  pendingAbove: gain,
  pendingBelow: loss,
  ...fields,
});

const LISTS: readonly [words: string, list: NewOrderList][] = [
  ['-1158 Order type not supported in OCO.', oco({ type: 'LIMIT', price: '101' }, loss)],
  ['-1158 Order type not supported in OCO.', oco(gain, { type: 'MARKET' })],
  ['-1168 At least one OCO order must be contingent.', oco(gain, { ...gain, price: '99' })],
  ['-1165 A limit order in a buy OCO must be below.', oco(gain, loss, 'BUY')],
  ['-1166 A limit order in a sell OCO must be above.', oco(loss, { ...gain, price: '99' })],
  [
    '-1196 A stop loss order in a buy OCO must be above.',
    oco({ type: 'TAKE_PROFIT', stopPrice: '101' }, loss, 'BUY'),
  ],
  [
    '-1197 A stop loss order in a sell OCO must be below.',
    oco({ ...loss, stopPrice: '101' }, loss),
  ],
  [
    '-1198 A take profit order in a buy OCO must be below.',
    oco({ type: 'TAKE_PROFIT', stopPrice: '101' }, { ...gain, price: '99' }, 'BUY'),
  ],
  [
    '-1199 A take profit order in a sell OCO must be above.',
    oco(gain, { type: 'TAKE_PROFIT', stopPrice: '99' }),
  ],
  [
    '-2010 The relationship of the prices for the orders is not correct.',
    oco({ ...gain, price: '99' }, loss),
  ],
  [
    '-2010 The relationship of the prices for the orders is not correct.',
    oco(gain, { ...loss, stopPrice: '100.5' }),
  ],
  ['-2010 Account has insufficient balance for requested action.', oco(gain, loss)],
  [
    '-1222 Working order in an OPO list must be a bid.',
    bracket({
      working: { side: 'SELL', type: 'LIMIT', timeInForce: 'FOK', quantity: '0.1', price: '99' },
    }),
  ],
  ['-1223 Pending orders in an OPO list must be asks.', bracket({ pendingSide: 'BUY' })],
  [
    "-1225 Pending orders should not include the 'quantity' tag.",
    bracket({ pendingQuantity: '0.1' }),
  ],
  [
    "-1102 Mandatory parameter 'pendingQuantity' was not sent, was empty/null, or malformed.",
    bracket({ kind: 'OTOCO' }),
  ],
  ['-1013 Filter failure: PRICE_FILTER', bracket({ pendingAbove: { ...gain, price: '101.001' } })],
  [
    '-1013 Filter failure: NOTIONAL',
    bracket({
      working: {
        side: 'BUY',
        type: 'LIMIT',
        timeInForce: 'FOK',
        quantity: '0.01',
        price: '100.05',
      },
    }),
  ],
];

describe('what the floor refuses', () => {
  it.each(ORDERS)('%s', (words, order) => {
    const { account, events } = testFloor();
    const before = account.view();

    expect(refusal(() => account.place(order))).toBe(words);
    expect(refusal(() => account.test(order))).toBe(words);

    expect(account.view()).toEqual(before);
    expect(events).toEqual([]);
    expect(account.orderCounts().tenSeconds, 'a refused order does not count').toBe(0);
  });

  it.each(LISTS)('of lists: %s', (words, list) => {
    const { account, events } = testFloor();

    expect(refusal(() => account.placeList(list))).toBe(words);

    expect(events).toEqual([]);
    expect(account.openOrders()).toEqual([]);
  });

  it.each(['HALT', 'BREAK', 'CANCEL_ONLY'] as const)('orders in %s, but no cancels', (status) => {
    const { account, btc } = testFloor();
    const { order } = account.place(limitOrder({}));
    btc.market.status = status;

    expect(refusal(() => account.place(limitOrder({})))).toBe('-1013 Market is closed.');
    expect(account.cancel({ key: order }).cancelled.order.status).toBe('CANCELED');
  });

  it('a client id in use, which is free again after the order', () => {
    const { account } = testFloor();
    const order = limitOrder({ newClientOrderId: 'mine' });
    account.place(order);
    expect(refusal(() => account.place(order))).toBe('-2010 Duplicate order sent.');

    account.cancel({ key: { symbol: 'BTCUSDT', origClientOrderId: 'mine' } });

    expect(account.place(order).order.status).toBe('NEW');
  });

  it('more open orders, stop orders and lists than a symbol may have', () => {
    const many = {
      uid: 7,
      balances: [
        { asset: 'USDT', amount: '1000000' },
        { asset: 'BTC', amount: '100' },
      ],
    };
    const test = testFloor();
    const { pass } = test;
    const account = test.floor.open(many);
    const until = (work: () => unknown, most: number): string => {
      for (let i = 0; i < most; i += 1) {
        pass(1000);
        work();
      }
      return refusal(work);
    };
    const list = oco(gain, { type: 'STOP_LOSS', stopPrice: '99' });
    expect(until(() => account.place(stop({ stopPrice: '99' })), 5)).toBe(
      '-1013 Filter failure: MAX_NUM_ALGO_ORDERS',
    );
    expect(refusal(() => account.placeList(list))).toBe(
      '-1013 Filter failure: MAX_NUM_ALGO_ORDERS',
    );
    account.cancelAll('BTCUSDT');
    const oto = (): NewOrderList => ({
      kind: 'OTO',
      symbol: 'BTCUSDT',
      working: { side: 'BUY', type: 'LIMIT_MAKER', quantity: '0.1', price: '90' },
      pending: { side: 'SELL', type: 'LIMIT_MAKER', quantity: '0.1', price: '110' },
    });
    expect(until(() => account.placeList(oto()), 20)).toBe(
      '-1013 Filter failure: MAX_NUM_ORDER_LISTS',
    );
    expect(until(() => account.place(limitOrder({})), 160)).toBe(
      '-1013 Filter failure: MAX_NUM_ORDERS',
    );
  });

  it('more unfilled orders than the account may send in ten seconds', () => {
    const { account, pass } = testFloor();
    const place = () => account.cancel({ key: account.place(limitOrder({})).order });
    for (let i = 0; i < 100; i += 1) place();
    expect(refusal(place)).toBe(
      '-1015 Too many new orders; current limit is 100 orders per 10 SECOND.',
    );

    pass(10_000);
    expect(refusal(place)).toBe('accepted');
    expect(account.orderCounts()).toEqual({ tenSeconds: 1, day: 101 });
  });

  it('counts an order that fills at once for nothing', () => {
    const { account } = testFloor();
    account.place(newOrder({ quantity: '0.1' }));
    expect(account.orderCounts().tenSeconds).toBe(0);
  });

  it('counts an order that fills while it rests for five less', () => {
    const { account, btc } = testFloor();
    for (let i = 0; i < 7; i += 1) account.place(limitOrder({ price: '99.95' }));
    expect(account.orderCounts().tenSeconds).toBe(7);

    btc.order('sell', 500 + 50, 99.95);

    expect(account.orderCounts()).toEqual({ tenSeconds: 2, day: 2 });
  });

  it('cancels of what is not open, or not in the state asked for', () => {
    const { account } = testFloor();
    const filled = account.place(newOrder({ quantity: '0.1' })).order;
    expect(refusal(() => account.cancel({ key: filled }))).toBe('-2011 Unknown order sent.');
    expect(refusal(() => account.cancelAll('BTCUSDT'))).toBe('-2011 Unknown order sent.');
    const key = { symbol: 'BTCUSDT', orderId: 1 };
    expect(refusal(() => account.order(key))).toBe('-2013 Order does not exist.');
    const open = account.place(limitOrder({})).order;
    const only = { key: open, cancelRestrictions: 'ONLY_PARTIALLY_FILLED' as const };
    expect(refusal(() => account.cancel(only))).toBe(
      '-2011 Order was not canceled due to cancel restrictions.',
    );
  });

  it('orders after a rule has changed', () => {
    const test: TestFloor = testFloor();
    test.rules.tickSize = '0.1';
    expect(refusal(() => test.account.place(limitOrder({ price: '99.05' })))).toBe(
      '-1013 Filter failure: PRICE_FILTER',
    );
    test.rules.stepSize = '0.01';
    expect(refusal(() => test.account.place(limitOrder({ quantity: '0.105' })))).toBe(
      '-1013 Filter failure: LOT_SIZE',
    );
  });
});
