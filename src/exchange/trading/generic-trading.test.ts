import { describe, expect, it } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import { Pair } from '#core/model/pair.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { TransientError } from '#platform/errors.ts';
import type { CcxtClient } from '../ccxt-client.ts';
import { GenericOrder, GenericTrade, orderFrom, tradeFrom } from './generic-trading-shapes.ts';
import { createGenericWrites } from './generic-writes.ts';
import { pollAccount } from './poll-account.ts';
import type { OrderTicket, VenueOrder } from './trading-venue.ts';

const PAIR = Pair.parse('BTC/USDT');
const dec = (text: string): DecimalText => DecimalText.parse(text);

const ORDER = {
  id: '42',
  clientOrderId: 'nd1',
  symbol: 'BTC/USDT',
  timestamp: 5,
  status: 'open',
  type: 'limit',
  side: 'buy',
  price: '100.50',
  amount: '2.00',
  filled: '0',
  cost: '0',
};

describe('orders in unified form', () => {
  it.each([
    [{}, 'open'],
    [{ filled: '0.5' }, 'partly-filled'],
    [{ status: 'closed', filled: '2' }, 'filled'],
    [{ status: 'closed', filled: '0.5' }, 'expired'],
    [{ status: 'canceled' }, 'cancelled'],
    [{ status: 'rejected' }, 'rejected'],
    [{ status: 'expired' }, 'expired'],
    [{ status: undefined }, 'other'],
    [{ status: 'held' }, 'other'],
  ])('%j is %s', (more, status) => {
    expect(orderFrom(GenericOrder.parse({ ...ORDER, ...more })).status).toBe(status);
  });

  it('keeps amounts as text, floats as their shortest', () => {
    const order = orderFrom(GenericOrder.parse({ ...ORDER, price: 1e-7, amount: '0.30' }));

    expect(order).toMatchObject({ price: '0.0000001', qty: '0.3', clientOrderId: 'nd1' });
  });

  it('guesses neither side nor fee', () => {
    const trade = {
      id: '1',
      order: '42',
      symbol: 'BTC/USDT',
      timestamp: 1,
      side: 'buy',
      price: '100',
      amount: '0.1',
    };

    expect(GenericOrder.safeParse({ ...ORDER, side: undefined }).success).toBe(false);
    expect(GenericTrade.safeParse(trade).success).toBe(false);
    const paid = GenericTrade.parse({ ...trade, fee: { cost: '0.01', currency: 'USDT' } });
    expect(tradeFrom(paid)).toMatchObject({ quoteQty: '10', fee: '0.01', feeAsset: 'USDT' });
  });
});

const TICKET: OrderTicket = {
  pair: PAIR,
  clientOrderId: 'nd1',
  side: 'buy',
  type: 'market',
  timeInForce: 'gtc',
  qty: dec('0.5'),
};

class InsufficientFunds extends Error {}
class RequestTimeout extends Error {}
class RateLimitExceeded extends Error {}

function writes(answer: unknown, found: VenueOrder | 'absent' | Error = 'absent') {
  const calls: unknown[][] = [];
  const respond = (...args: unknown[]): Promise<unknown> => {
    calls.push(args);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const client = { createOrder: respond, cancelOrder: respond } as unknown as CcxtClient;
  const made = createGenericWrites({
    client,
    prepare: () => Promise.resolve(),
    take: () => Promise.resolve(),
    order: () => (found instanceof Error ? Promise.reject(found) : Promise.resolve(found)),
  });
  return { ...made, calls };
}

describe('orders of any venue', () => {
  it('are sent once with the desk’s id, a market order without a price', async () => {
    const { place, calls } = writes({ id: '42' });

    await place({ ...TICKET, price: dec('100') });

    expect(calls).toEqual([
      ['BTC/USDT', 'market', 'buy', '0.5', undefined, { clientOrderId: 'nd1' }],
    ]);
  });

  it('are what the venue says of them when it is asked', async () => {
    const found = orderFrom(GenericOrder.parse({ ...ORDER, status: 'closed', filled: '2' }));

    expect(await writes({ id: '42' }, found).place(TICKET)).toMatchObject({
      outcome: 'accepted',
      orders: [{ status: 'filled' }],
    });
    expect(await writes({ id: '42' }, new Error('away')).place(TICKET)).toMatchObject({
      outcome: 'accepted',
      orders: [{ venueOrderId: '42', status: 'open', qty: '0.5' }],
    });
  });

  it.each([
    [new InsufficientFunds('no money'), 'refused'],
    [new RequestTimeout('slow'), 'unknown'],
    [new RateLimitExceeded('busy'), 'unknown'],
    [new TypeError('bug'), 'unknown'],
    ['<html>', 'unknown'],
  ])('%s is %s', async (answer, outcome) => {
    expect(await writes(answer).place(TICKET)).toMatchObject({ outcome });
  });

  it('are not sent while something it needs is missing', async () => {
    const calls: unknown[] = [];
    const client = { createOrder: () => calls.push(1) } as unknown as CcxtClient;
    const { place, placeExits } = createGenericWrites({
      client,
      prepare: () => Promise.reject(new TransientError('venue-unreachable', 'away')),
      take: () => Promise.resolve(),
      order: () => Promise.resolve('absent'),
    });

    expect(await place(TICKET)).toMatchObject({ outcome: 'refused' });
    const list = { listClientOrderId: 'L', above: TICKET, below: TICKET };
    expect(await placeExits(list)).toMatchObject({ outcome: 'refused' });
    expect(calls).toEqual([]);
  });
});

describe('pollAccount', () => {
  it('tells of what changed and of what is gone, and of gaps', async () => {
    const clock = fakeClock();
    const open = orderFrom(GenericOrder.parse(ORDER));
    const told: string[] = [];
    let orders: readonly VenueOrder[] | Error = [open];
    const watch = pollAccount({
      clock,
      venue: {
        openOrders: () =>
          orders instanceof Error ? Promise.reject(orders) : Promise.resolve(orders),
        order: () => Promise.resolve({ ...open, status: 'filled', filledQty: dec('2') }),
      },
      listener: {
        onOrder: ({ status, filledQty }) => told.push(`${status} ${filledQty}`),
        onBalance: () => undefined,
        onFlow: () => undefined,
        onGap: () => told.push('gap'),
        onSubscribed: () => told.push('subscribed'),
      },
    });

    await clock.advance(3_500);
    orders = new Error('away');
    await clock.advance(3_000);
    expect(watch.isCurrent).toBe(false);
    orders = [];
    await clock.advance(3_000);
    await Promise.all([watch.close(), clock.advance(1)]);

    expect(told).toEqual(['open 0', 'subscribed', 'gap', 'filled 2', 'subscribed']);
  });
});
