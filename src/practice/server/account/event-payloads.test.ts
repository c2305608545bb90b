import { describe, expect, it } from 'vitest';
import type { AccountEvent, OrderState, OwnTrade } from '../../account/trading.ts';
import { eventPayload } from './event-payloads.ts';
import { eight, placedPayload } from './order-payloads.ts';

const order: OrderState = {
  symbol: 'ETHBTC',
  orderId: 4_293_153,
  orderListId: -1,
  clientOrderId: 'mUvoqJxFIILMdfAW5iGSOW',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  status: 'NEW',
  quantity: '1',
  quoteOrderQty: '0',
  price: '0.1026441',
  stopPrice: undefined,
  trailingDelta: undefined,
  icebergQty: undefined,
  executedQty: '0',
  cumulativeQuoteQty: '0',
  preventedQty: '0',
  selfTradePreventionMode: 'NONE',
  isWorking: true,
  timeMs: 1_499_405_658_657,
  updateTimeMs: 1_499_405_658_657,
  workingTimeMs: 1_499_405_658_657,
  trailingTimeMs: undefined,
  expiryReason: undefined,
  preventedMatchId: undefined,
};

const event: Extract<AccountEvent, { kind: 'execution' }> = {
  kind: 'execution',
  executionType: 'NEW',
  order,
  originalClientOrderId: '',
  trade: undefined,
  prevented: undefined,
  rejectReason: 'NONE',
  executionId: 8_641_984,
  timeMs: 1_499_405_658_657,
};

const trade: OwnTrade = {
  symbol: 'ETHBTC',
  id: 56,
  orderId: order.orderId,
  orderListId: -1,
  price: '0.1026441',
  qty: '0.25',
  quoteQty: '0.02566102',
  commission: '0.00025',
  commissionAsset: 'ETH',
  timeMs: 1_499_405_658_700,
  isBuyer: true,
  isMaker: true,
};

describe('events of an account', () => {
  it('are the venue’s example of a new order', () => {
    // user-data-stream.md, "Order Update", less `v`, which only prevented orders have.
    expect(JSON.parse(eventPayload(event, 1_499_405_658_658))).toEqual({
      e: 'executionReport',
      E: 1_499_405_658_658,
      s: 'ETHBTC',
      c: 'mUvoqJxFIILMdfAW5iGSOW',
      S: 'BUY',
      o: 'LIMIT',
      f: 'GTC',
      q: '1.00000000',
      p: '0.10264410',
      P: '0.00000000',
      F: '0.00000000',
      g: -1,
      C: '',
      x: 'NEW',
      X: 'NEW',
      r: 'NONE',
      i: 4_293_153,
      l: '0.00000000',
      z: '0.00000000',
      L: '0.00000000',
      n: '0',
      N: null,
      T: 1_499_405_658_657,
      t: -1,
      I: 8_641_984,
      w: true,
      m: false,
      M: false,
      O: 1_499_405_658_657,
      Z: '0.00000000',
      Y: '0.00000000',
      Q: '0.00000000',
      W: 1_499_405_658_657,
      V: 'NONE',
    });
  });

  it('name the trade, its side of the book and what it cost', () => {
    const traded = { ...event, executionType: 'TRADE' as const, trade };

    expect(JSON.parse(eventPayload(traded, 1))).toMatchObject({
      x: 'TRADE',
      t: 56,
      l: '0.25000000',
      L: '0.10264410',
      n: '0.00025000',
      N: 'ETH',
      m: true,
      M: true,
      Y: '0.02566102',
    });
  });

  it('tell a withdrawal from a deposit by the sign', () => {
    const moved: AccountEvent = { kind: 'balance', asset: 'BTC', delta: '-100', timeMs: 2 };

    expect(JSON.parse(eventPayload(moved, 3))).toEqual({
      e: 'balanceUpdate',
      E: 3,
      a: 'BTC',
      d: '-100.00000000',
      T: 2,
    });
  });
});

describe('answers about an order', () => {
  it('grow from ACK to FULL', () => {
    const placed = { order, trades: [trade], preventedMatches: [] };
    const keys = (type: 'ACK' | 'RESULT' | 'FULL') => Object.keys(placedPayload(placed, type));

    expect(keys('ACK')).toEqual([
      'symbol',
      'orderId',
      'orderListId',
      'clientOrderId',
      'transactTime',
    ]);
    expect(keys('RESULT')).toEqual(expect.arrayContaining(['status', 'workingTime', 'price']));
    expect(keys('RESULT')).not.toContain('fills');
    expect(placedPayload(placed, 'FULL')['fills']).toEqual([
      {
        price: '0.10264410',
        qty: '0.25000000',
        commission: '0.00025000',
        commissionAsset: 'ETH',
        tradeId: 56,
      },
    ]);
  });

  it.each([
    ['5', '5.00000000'],
    ['0.1', '0.10000000'],
    ['-0.00000001', '-0.00000001'],
    ['123456789012345678.12345678', '123456789012345678.12345678'],
  ])('write %s as %s', (text, written) => {
    expect(eight(text)).toBe(written);
  });
});
