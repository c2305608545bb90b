import { describe, expect, it } from 'vitest';
import { balanceOf, limitOrder, newOrder, testFloor } from './floor.fixture.ts';
import type { TestFloor } from './floor.fixture.ts';
import type { AccountStart, ListLeg, NewOrderList } from './trading.ts';

const RICH: Partial<AccountStart> = {
  balances: [
    { asset: 'USDT', amount: '1000' },
    { asset: 'BTC', amount: '1' },
  ],
};
const gain: ListLeg = { type: 'LIMIT_MAKER', price: '101' };
const loss: ListLeg = { type: 'STOP_LOSS', stopPrice: '99' };
const oco: NewOrderList = {
  kind: 'OCO',
  symbol: 'BTCUSDT',
  side: 'SELL',
  quantity: '0.5',
  above: gain,
  below: loss,
};
const working: ListLeg = {
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.3',
  price: '99.95',
};
const bracket: NewOrderList = {
  kind: 'OPOCO',
  symbol: 'BTCUSDT',
  working,
  pendingSide: 'SELL',
  pendingAbove: gain,
  pendingBelow: loss,
};

const statuses = ({ account }: TestFloor, orderListId: number): string[] => {
  const list = account.list({ orderListId });
  return [list.listOrderStatus, ...list.orders.map((order) => order.status)];
};
const told = ({ events }: TestFloor): string[] =>
  events.flatMap((event) => {
    if (event.kind === 'list') return [`list ${event.list.listStatusType}`];
    return event.kind === 'execution' ? [`${event.executionType} ${event.order.type}`] : [];
  });

describe('an OCO', () => {
  it('locks once for both and tells the list before its orders', () => {
    const test = testFloor({ start: RICH });
    const { list } = test.account.placeList(oco);

    expect(list).toMatchObject({ contingencyType: 'OCO', listStatusType: 'EXEC_STARTED' });
    expect(balanceOf(test.account, 'BTC')).toEqual([0.5, 0.5]);
    expect(told(test)).toEqual(['list EXEC_STARTED', 'NEW LIMIT_MAKER', 'NEW STOP_LOSS']);
  });

  it('of a buyer locks what the dearer order needs', () => {
    const { account } = testFloor();
    account.placeList({
      kind: 'OCO',
      symbol: 'BTCUSDT',
      side: 'BUY',
      quantity: '1',
      above: { type: 'STOP_LOSS_LIMIT', timeInForce: 'GTC', stopPrice: '101', price: '102' },
      below: { type: 'LIMIT_MAKER', price: '99' },
    });
    expect(balanceOf(account, 'USDT')).toEqual([898, 102]);
  });

  it('ends the stop at the first part of the gain, and is done when that is filled', () => {
    const test = testFloor({ start: RICH });
    const { list } = test.account.placeList(oco);
    test.btc.order('buy', 1000 + 200, 101);
    expect(statuses(test, list.orderListId)).toEqual(['EXECUTING', 'PARTIALLY_FILLED', 'EXPIRED']);

    test.btc.order('buy', 300, 101);

    expect(statuses(test, list.orderListId)).toEqual(['ALL_DONE', 'FILLED', 'EXPIRED']);
    expect(told(test).slice(3)).toEqual([
      'EXPIRED STOP_LOSS',
      'TRADE LIMIT_MAKER',
      'TRADE LIMIT_MAKER',
      'list ALL_DONE',
    ]);
    expect(balanceOf(test.account, 'BTC')).toEqual([0.5, 0]);
  });

  it('takes the gain off the book when the stop starts', () => {
    const test = testFloor({ start: RICH });
    const { list, placed } = test.account.placeList(oco);
    test.btc.order('buy', 1000, 98);

    test.btc.moveTo(98.9);

    expect(statuses(test, list.orderListId)).toEqual(['ALL_DONE', 'EXPIRED', 'FILLED']);
    expect(test.btc.market.engine.order(placed[0]?.order.orderId ?? 0)).toBeUndefined();
  });

  it('is cancelled whole when one of its orders is', () => {
    const test = testFloor({ start: RICH });
    const { list, placed } = test.account.placeList(oco);

    const answer = test.account.cancel({
      key: { symbol: 'BTCUSDT', orderId: placed[1]?.order.orderId ?? 0 },
      newClientOrderId: 'away',
    });

    expect(answer.list?.list.listOrderStatus).toBe('ALL_DONE');
    expect(answer.list?.orders.map(({ cancelId }) => cancelId)).toEqual(['away', 'away']);
    expect(statuses(test, list.orderListId)).toEqual(['ALL_DONE', 'CANCELED', 'CANCELED']);
    expect(balanceOf(test.account, 'BTC')).toEqual([1, 0]);
    expect(told(test).slice(3)).toEqual([
      'CANCELED STOP_LOSS',
      'CANCELED LIMIT_MAKER',
      'list ALL_DONE',
    ]);
  });

  it('ends whole when self-trade prevention ends one order', () => {
    const test = testFloor({ start: RICH });
    const { list } = test.account.placeList(oco);

    test.account.place(limitOrder({ quantity: '2', price: '101' }));

    expect(statuses(test, list.orderListId)).toEqual(['ALL_DONE', 'EXPIRED_IN_MATCH', 'EXPIRED']);
    expect(balanceOf(test.account, 'BTC')[1]).toBe(0);
  });
});

describe('a list with a working order', () => {
  it('places the pending order when the working one has filled, not before', () => {
    const test = testFloor({ start: RICH });
    const { list } = test.account.placeList({
      kind: 'OTO',
      symbol: 'BTCUSDT',
      working,
      pending: { ...gain, side: 'SELL', quantity: '0.4' },
    });
    test.btc.order('sell', 500 + 100, 99.95);
    expect(statuses(test, list.orderListId)).toEqual([
      'EXECUTING',
      'PARTIALLY_FILLED',
      'PENDING_NEW',
    ]);

    test.btc.order('sell', 200, 99.95);

    expect(statuses(test, list.orderListId)).toEqual(['EXECUTING', 'FILLED', 'NEW']);
    expect(balanceOf(test.account, 'BTC')[1], 'of an OTO the whole account pays').toBe(0.4);
  });

  it('holds what an OPO receives, and frees it when cancelled', () => {
    const test = testFloor();
    const { list } = test.account.placeList(bracket);
    test.btc.order('sell', 500 + 100, 99.95);
    expect(balanceOf(test.account, 'BTC'), 'nothing else could pay the commission').toEqual([
      0, 0.0999,
    ]);

    test.account.cancelList({ symbol: 'BTCUSDT', orderListId: list.orderListId });

    expect(statuses(test, list.orderListId)).toEqual([
      'ALL_DONE',
      'CANCELED',
      'CANCELED',
      'CANCELED',
    ]);
    expect(balanceOf(test.account, 'BTC')).toEqual([0.0999, 0]);
    expect(balanceOf(test.account, 'USDT')[1]).toBe(0);
  });

  it('sells the whole received amount where the account can pay the commission', () => {
    const { account } = testFloor({ start: RICH });
    const { list } = account.placeList({ ...bracket, working: { ...working, price: '100.05' } });

    const { orders } = account.list({ orderListId: list.orderListId });

    expect(orders.map((order) => order.quantity)).toEqual([
      '0.30000000',
      '0.30000000',
      '0.30000000',
    ]);
    expect(balanceOf(account, 'BTC')).toEqual([0.9997, 0.3]);
  });

  it('expires its exits when they cannot be placed any more', () => {
    const test = testFloor();
    const { list } = test.account.placeList({
      ...bracket,
      pendingBelow: { ...loss, stopPrice: '99.94' },
    });
    test.btc.order('sell', 500, 99.95);
    test.btc.order('sell', 100, 99.94);
    // The last trade is below the stop price now, and then the working order fills.
    const before = test.account.list({ orderListId: list.orderListId });
    expect(before.orders[0]?.status).toBe('PARTIALLY_FILLED');

    test.btc.order('sell', 400, 99.9);

    const { orders, listOrderStatus } = test.account.list({ orderListId: list.orderListId });
    expect(listOrderStatus).toBe('ALL_DONE');
    expect(orders.map((order) => [order.status, order.expiryReason])).toEqual([
      ['FILLED', undefined],
      ['EXPIRED', 'REJECTED'],
      ['EXPIRED', 'REJECTED'],
    ]);
    expect(balanceOf(test.account, 'BTC')[1]).toBe(0);
  });

  it('expires exits that the account cannot pay any more', () => {
    const test = testFloor();
    const { list } = test.account.placeList({
      ...bracket,
      kind: 'OTOCO',
      pendingQuantity: '0.3',
      working: { ...working, price: '100.05', timeInForce: 'FOK' },
    });
    // 0.3 came, less the commission.
    expect(statuses(test, list.orderListId)).toEqual(['ALL_DONE', 'FILLED', 'EXPIRED', 'EXPIRED']);
    expect(balanceOf(test.account, 'BTC')).toEqual([0.2997, 0]);
  });

  it('expires exits whose quantity is too small for the filters', () => {
    const test = testFloor();
    const { list } = test.account.placeList({
      ...bracket,
      working: { ...working, quantity: '0.051', price: '100.05', timeInForce: 'FOK' },
      pendingBelow: { type: 'STOP_LOSS_LIMIT', timeInForce: 'GTC', stopPrice: '99', price: '99' },
    });
    expect(statuses(test, list.orderListId)).toEqual(['ALL_DONE', 'FILLED', 'EXPIRED', 'EXPIRED']);
    expect(balanceOf(test.account, 'BTC')).toEqual([0.050949, 0]);
  });

  it('is found by its own client id and listed while open', () => {
    const { account } = testFloor({ start: RICH });
    account.placeList({ ...oco, listClientOrderId: 'mine' });
    account.place(newOrder({ quantity: '0.1' }));

    expect(account.list({ origClientOrderId: 'mine' }).orders).toHaveLength(2);
    expect(account.openLists()).toHaveLength(1);
    const { lists, orders } = account.cancelAll('BTCUSDT');
    expect([lists.length, orders.length]).toEqual([1, 0]);
    expect(account.openLists()).toEqual([]);
    const [known] = account.allLists({ limit: 5 });
    expect(known?.listClientOrderId).toBe('mine');
    const after = { fromId: (known?.orderListId ?? 0) + 1, limit: 5 };
    expect(account.allLists(after)).toEqual([]);
    expect(account.allLists({ ...after, fromId: known?.orderListId ?? 0 })).toEqual([known]);
  });
});
