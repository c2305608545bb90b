import { describe, expect, it } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import { Pair } from '#core/model/pair.ts';
import { createBinanceWrites } from './binance-writes.ts';
import type { OrderTicket } from './trading-venue.ts';
import type { WriteCall, WriteReply } from './write-wire.ts';

const PAIR = Pair.parse('BTC/USDT');
const dec = (text: string): DecimalText => DecimalText.parse(text);

function ticket(more: Partial<OrderTicket> = {}): OrderTicket {
  const common = { pair: PAIR, side: 'sell', type: 'market', timeInForce: 'gtc' } as const;
  return { ...common, clientOrderId: 'nd2', qty: dec('1'), ...more };
}

function payload(more: object = {}) {
  return {
    symbol: 'BTCUSDT',
    orderId: 3,
    orderListId: -1,
    clientOrderId: 'nd2',
    transactTime: 5,
    price: '0.00000000',
    origQty: '1.00000000',
    executedQty: '0.00000000',
    cummulativeQuoteQty: '0.00000000',
    status: 'NEW',
    type: 'MARKET',
    side: 'SELL',
    ...more,
  };
}
const CANCELLED = payload({
  orderId: 2,
  clientOrderId: 'cancel1',
  origClientOrderId: 'nd1',
  status: 'CANCELED',
});
const REFUSED = { code: -2010, msg: 'Account has insufficient balance for requested action.' };

function venue(reply: WriteReply) {
  const calls: WriteCall[] = [];
  const writes = createBinanceWrites({
    send: (call) => {
      calls.push(call);
      return Promise.resolve(reply);
    },
    symbolOf: () => 'BTCUSDT',
  });
  return { writes, calls };
}
const answered = (body: unknown) => venue({ kind: 'answer', body });
const OLD = { pair: PAIR, clientOrderId: 'nd1' };

function failed(httpStatus: number, venueCode: number, venueData?: unknown) {
  const failure = { classes: [], message: '', httpStatus, venueCode, venueMessage: '', venueData };
  return venue({ kind: 'failed', failure });
}

describe('place', () => {
  it('says which order is there', async () => {
    const { writes, calls } = answered(payload());

    const answer = await writes.place(ticket());

    expect(answer).toMatchObject({ outcome: 'accepted', orders: [{ clientOrderId: 'nd2' }] });
    expect(calls).toMatchObject([{ method: 'privatePostOrder', orders: 1, isUrgent: true }]);
  });

  it.each([
    ['a page', '<html>'],
    ['nothing', ''],
    ['another order', payload({ clientOrderId: 'nd9' })],
    ['an order without a side', payload({ side: 'BOTH' })],
  ])('does not know what became of it when the answer is %s', async (_, body) => {
    const answer = await answered(body).writes.place(ticket());

    expect(answer.outcome).toBe('unknown');
  });

  it('takes no reserve for an entry', async () => {
    const { writes, calls } = answered(payload({ side: 'BUY' }));

    await writes.place(ticket({ side: 'buy' }));

    expect(calls).toMatchObject([{ isUrgent: false }]);
  });
});

describe('order lists', () => {
  it('needs every order of the list in the answer', async () => {
    const legs = {
      listClientOrderId: 'L',
      above: ticket(),
      below: ticket({ clientOrderId: 'nd3' }),
    };
    const one = { orderListId: 1, orderReports: [payload()] };
    const both = { ...one, orderReports: [payload(), payload({ clientOrderId: 'nd3' })] };

    expect(await answered(one).writes.placeExits(legs)).toMatchObject({ outcome: 'unknown' });
    expect(await answered(both).writes.placeExits(legs)).toMatchObject({
      outcome: 'accepted',
      orders: [{ clientOrderId: 'nd2' }, { clientOrderId: 'nd3' }],
    });
  });
});

describe('cancel', () => {
  it('tells of one order, or of the whole list', async () => {
    const list = { orderListId: 1, orderReports: [CANCELLED, payload({ status: 'CANCELED' })] };

    expect(await answered(CANCELLED).writes.cancel(OLD)).toMatchObject({
      orders: [{ clientOrderId: 'nd1', status: 'cancelled' }],
    });
    expect(await answered(list).writes.cancel(OLD)).toMatchObject({
      orders: [{ clientOrderId: 'nd1' }, { clientOrderId: 'nd2' }],
    });
  });

  it('is refused for an order that is not there', async () => {
    expect(await failed(400, -2011).writes.cancel(OLD)).toMatchObject({ outcome: 'refused' });
  });
});

describe('cancelReplace', () => {
  it('tells of both', async () => {
    const body = { cancelResponse: CANCELLED, newOrderResponse: payload() };

    expect(await answered(body).writes.cancelReplace(OLD, ticket())).toMatchObject({
      outcome: 'accepted',
      orders: [{ clientOrderId: 'nd1', status: 'cancelled' }, { clientOrderId: 'nd2' }],
    });
  });

  it('is refused when the old order could not be cancelled', async () => {
    const data = {
      cancelResult: 'FAILURE',
      newOrderResult: 'NOT_ATTEMPTED',
      cancelResponse: { code: -2011, msg: 'Unknown order sent.' },
      newOrderResponse: null,
    };

    expect(await failed(400, -2022, data).writes.cancelReplace(OLD, ticket())).toEqual({
      outcome: 'refused',
      code: -2011,
      reason: 'Unknown order sent.',
    });
  });

  it('tells of the end of the old order and of the refusal of the new one', async () => {
    const data = {
      cancelResult: 'SUCCESS',
      newOrderResult: 'FAILURE',
      cancelResponse: CANCELLED,
      newOrderResponse: REFUSED,
    };

    expect(await failed(409, -2021, data).writes.cancelReplace(OLD, ticket())).toMatchObject({
      outcome: 'accepted',
      orders: [{ clientOrderId: 'nd1', status: 'cancelled' }],
      refused: { clientOrderId: 'nd2', code: -2010 },
    });
  });

  it.each([
    ['no halves', 409, -2021, undefined],
    [
      'a new order that timed out inside the venue',
      409,
      -2021,
      {
        cancelResult: 'SUCCESS',
        newOrderResult: 'FAILURE',
        cancelResponse: CANCELLED,
        newOrderResponse: { code: -1007, msg: 'Timeout' },
      },
    ],
    [
      'a cancel that timed out inside the venue',
      400,
      -2022,
      {
        cancelResult: 'FAILURE',
        newOrderResult: 'NOT_ATTEMPTED',
        cancelResponse: { code: -1007, msg: 'Timeout' },
        newOrderResponse: null,
      },
    ],
    [
      'an order placed although the cancel failed',
      409,
      -2021,
      {
        cancelResult: 'FAILURE',
        newOrderResult: 'SUCCESS',
        cancelResponse: { code: -2011, msg: 'Unknown order sent.' },
        newOrderResponse: payload(),
      },
    ],
    ['an overloaded venue', 503, -1008, undefined],
  ])('is unknown after %s', async (_, status, code, data) => {
    const answer = await failed(status, code, data).writes.cancelReplace(OLD, ticket());

    expect(answer.outcome).toBe('unknown');
  });
});
