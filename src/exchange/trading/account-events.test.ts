import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { parseAccountEvent, reportedOrder, reportedTrade } from './account-events.ts';

const PAIR = Pair.parse('ETH/BTC');

/** From user-data-stream.md of July 2026. */
const REPORT = {
  e: 'executionReport',
  E: 1499405658658,
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
  i: 4293153,
  l: '0.00000000',
  z: '0.00000000',
  L: '0.00000000',
  n: '0',
  N: null,
  T: 1499405658657,
  t: -1,
  I: 8641984,
  w: true,
  m: false,
  M: false,
  O: 1499405658657,
  Z: '0.00000000',
  Y: '0.00000000',
  Q: '0.00000000',
  W: 1499405658657,
  V: 'NONE',
};

function orderIn(more: object) {
  const event = parseAccountEvent({ subscriptionId: 0, event: { ...REPORT, ...more } });
  if (event === 'bad' || event?.kind !== 'order') throw new Error('no order in it');
  return {
    order: reportedOrder(PAIR, event.report),
    trade: reportedTrade(PAIR, event.report),
  };
}

describe('executionReport', () => {
  it('tells of a new order', () => {
    const { order, trade } = orderIn({});

    expect(trade).toBeUndefined();
    expect(order).toMatchObject({
      venueOrderId: '4293153',
      clientOrderId: 'mUvoqJxFIILMdfAW5iGSOW',
      side: 'buy',
      type: 'limit',
      status: 'open',
      qty: '1',
      price: '0.1026441',
      stopPrice: undefined,
      reason: '',
    });
  });

  it('tells of an execution with the venue’s own amounts', () => {
    const { order, trade } = orderIn({
      x: 'TRADE',
      X: 'PARTIALLY_FILLED',
      l: '0.40000000',
      z: '0.40000000',
      L: '0.10000000',
      Y: '0.04000000',
      Z: '0.04000000',
      n: '0.00040000',
      N: 'ETH',
      t: 99,
      m: true,
    });

    expect(order).toMatchObject({ status: 'partly-filled', filledQty: '0.4', filledQuote: '0.04' });
    expect(trade).toMatchObject({
      kind: 'trade',
      venueTradeId: '99',
      clientOrderId: 'mUvoqJxFIILMdfAW5iGSOW',
      qty: '0.4',
      price: '0.1',
      quoteQty: '0.04',
      fee: '0.0004',
      feeAsset: 'ETH',
      isMaker: true,
    });
  });

  it('takes an execution without a fee', () => {
    const { trade } = orderIn({ x: 'TRADE', X: 'FILLED', l: '1', L: '1', t: 5 });

    expect(trade).toMatchObject({ fee: '0', feeAsset: 'BTC' });
  });

  it('names a cancelled order by the id it had', () => {
    const { order } = orderIn({ x: 'CANCELED', X: 'CANCELED', C: 'nd1', c: 'byhand' });

    expect(order).toMatchObject({ clientOrderId: 'nd1', status: 'cancelled' });
  });

  it.each([
    [{ x: 'EXPIRED', X: 'EXPIRED', eR: 'OCO_TRIGGER' }, 'expired', 'OCO_TRIGGER'],
    [
      { x: 'REJECTED', X: 'REJECTED', r: 'INSUFFICIENT_BALANCES' },
      'rejected',
      'INSUFFICIENT_BALANCES',
    ],
    [{ x: 'TRADE_PREVENTION', X: 'EXPIRED_IN_MATCH' }, 'expired-in-match', ''],
    [{ x: 'NEW', X: 'PENDING_NEW' }, 'pending-new', ''],
    [{ x: 'NEW', X: 'SOMETHING_NEW' }, 'other', ''],
  ])('reads the end %j', (more, status, reason) => {
    expect(orderIn(more).order).toMatchObject({ status, reason });
  });

  it('sees that a stop has met its price', () => {
    const stop = { o: 'STOP_LOSS', P: '0.1' };

    expect(orderIn({ ...stop, w: false, W: undefined }).order.status).toBe('open');
    expect(orderIn({ ...stop, w: true }).order.status).toBe('triggered');
  });

  it('keeps allocations apart from trades', () => {
    const { trade } = orderIn({ x: 'TRADE', X: 'FILLED', t: -1, a: 1234, l: '1', L: '1' });

    expect(trade).toMatchObject({ kind: 'allocation', venueTradeId: '1234' });
  });
});

describe('parseAccountEvent', () => {
  it('reads balances and flows', () => {
    const balances = { e: 'outboundAccountPosition', B: [{ a: 'ETH', f: '10000.0', l: '0.00' }] };
    const flow = { e: 'balanceUpdate', a: 'BTC', d: '-100.00000000', T: 1573200697068 };

    expect(parseAccountEvent({ event: balances })).toEqual({
      kind: 'balances',
      balances: [{ asset: 'ETH', free: '10000', locked: '0' }],
    });
    expect(parseAccountEvent({ event: flow })).toEqual({
      kind: 'flow',
      asset: 'BTC',
      amount: '-100',
      atMs: 1573200697068,
    });
  });

  it.each([
    ['serverShutdown', 'shutdown'],
    ['eventStreamTerminated', 'terminated'],
    ['listStatus', 'list'],
  ])('knows %s', (e, kind) => {
    expect(parseAccountEvent({ event: { e } })).toEqual({ kind });
  });

  it.each([
    { ...REPORT, S: 'SHORT' },
    { ...REPORT, l: 'NaN' },
    { ...REPORT, i: undefined },
    { e: 'outboundAccountPosition', B: 'none' },
    { e: 'balanceUpdate', a: 'BTC' },
  ])('calls an event that it cannot read bad', (event) => {
    expect(parseAccountEvent({ event })).toBe('bad');
  });

  it.each([undefined, 'text', { id: 1, status: 200 }, { event: { e: 'somethingNew' } }])(
    'leaves out what is no event of the account',
    (message) => {
      expect(parseAccountEvent(message)).toBeUndefined();
    },
  );
});
