import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import type { Fill } from '#core/model/fill.ts';
import { IntentId } from '#core/model/intent.ts';
import { ClientOrderId, type Order, type OrderStatus } from '#core/model/order.ts';
import { Pair } from '#core/model/pair.ts';
import type { OrderEvent } from './order-event.ts';
import { fillKey, stepOrder } from './order-step.ts';
import { isEnded, isLegalPath } from './transitions.ts';

const PAIR = Pair.parse('BTC/USDT');
const ID = ClientOrderId.parse('ndtest01');
const dec = (text: string): DecimalText => DecimalText.parse(text);

const ORDER: Order = {
  clientOrderId: ID,
  intentId: IntentId.parse('abcdefgh01234567'),
  account: 'shadow',
  pair: PAIR,
  side: 'buy',
  type: 'limit',
  leg: 'entry',
  attempt: 0,
  timeInForce: 'gtc',
  qty: dec('3'),
  price: dec('100'),
  status: 'created',
  filledQty: dec('0'),
  filledQuote: dec('0'),
  createdMs: 0,
  updatedMs: 0,
};

function fill(venueTradeId: string, qty: string): Fill {
  return {
    account: 'shadow',
    pair: PAIR,
    kind: 'trade',
    venueTradeId,
    clientOrderId: ID,
    side: 'buy',
    price: dec('100'),
    qty: dec(qty),
    quoteQty: dec(String(100 * Number(qty))),
    fee: dec('0'),
    feeAsset: 'BTC',
    liquidity: 'taker',
    atMs: 1,
  };
}

const about = { clientOrderId: ID, pair: PAIR, atMs: 1 };
const event = {
  accepted: { ...about, kind: 'accepted', venueOrderId: 'v1', isPending: false },
  pending: { ...about, kind: 'accepted', venueOrderId: 'v1', isPending: true },
  triggered: { ...about, kind: 'triggered' },
  trailed: { ...about, kind: 'trailed', stopPrice: dec('90') },
  cancelled: { ...about, kind: 'cancelled', reason: '' },
  rejected: { ...about, kind: 'rejected', code: '-2010', reason: '' },
  expired: { ...about, kind: 'expired', reason: '' },
  expiredInMatch: { ...about, kind: 'expired-in-match', reason: '' },
  fill1: { ...about, kind: 'fill', fill: fill('1', '1') },
  fill2: { ...about, kind: 'fill', fill: fill('2', '2') },
} as const satisfies Record<string, OrderEvent>;

interface Run {
  order: Order;
  path: OrderStatus[];
  illegal: number;
  fills: Set<string>;
}

function run(events: readonly OrderEvent[], start?: Run): Run {
  const state: Run = start ?? { order: ORDER, path: ['created'], illegal: 0, fills: new Set() };
  for (const next of events) {
    if (next.kind === 'fill') {
      if (state.fills.has(fillKey(next.fill))) continue;
      state.fills.add(fillKey(next.fill));
    }
    const step = stepOrder(state.order, next);
    state.order = step.order;
    if (step.kind === 'illegal') state.illegal += 1;
    if (step.kind === 'moved') state.path.push(step.order.status);
  }
  return state;
}

const anyEvents = fc.array(fc.constantFrom<OrderEvent>(...Object.values(event)), {
  maxLength: 14,
});

describe('stepOrder', () => {
  it('never leaves the table, whatever events come in whatever order', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        expect(isLegalPath(run(events).path)).toBe(true);
      }),
    );
  });

  it('books every fill once whatever the status, and nothing else', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const { order, fills } = run(events);

        const booked =
          (fills.size === 2 ? 3 : 0) || ([...fills][0]?.includes('|1|') ? 1 : fills.size * 2);
        expect(Number(order.filledQty)).toBe(booked);
        expect(Number(order.filledQuote)).toBe(booked * 100);
      }),
    );
  });

  it('takes the quantity that the venue chose, whichever comes first, that or the fills', () => {
    const said: OrderEvent[] = [
      { ...event.pending, qty: dec('3') },
      { ...event.accepted, qty: dec('2') },
      { ...about, kind: 'fill', fill: fill('1', '1') },
      { ...about, kind: 'fill', fill: fill('2', '1') },
    ];
    const all = fc.shuffledSubarray(said, { minLength: said.length, maxLength: said.length });
    fc.assert(
      fc.property(all, fc.shuffledSubarray(said), (once, again) => {
        const { order, illegal } = run([...once, ...again]);

        expect(order).toMatchObject({ status: 'filled', qty: '2', filledQty: '2' });
        expect(illegal).toBe(0);
      }),
    );
  });

  it('gives the same state when everything is said again', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const once = run(events);
        const status = once.order.status;
        fc.pre(isEnded(status));
        const before = { ...once.order };

        expect(run(events, once).order).toMatchObject({
          status: before.status,
          filledQty: before.filledQty,
          filledQuote: before.filledQuote,
        });
      }),
    );
  });

  it('becomes filled when the last fill comes after the cancel report', () => {
    const { order, illegal } = run([event.accepted, event.fill1, event.cancelled, event.fill2]);

    expect(order.status).toBe('filled');
    expect(illegal).toBe(0);
  });

  it('stays cancelled when a late fill does not complete it', () => {
    const { order } = run([event.accepted, event.cancelled, event.fill2]);

    expect(order).toMatchObject({ status: 'cancelled', filledQty: '2' });
  });

  it('books a fill of a rejected order and calls it illegal', () => {
    const { order, illegal } = run([event.rejected, event.fill1]);

    expect(order).toMatchObject({ status: 'rejected', filledQty: '1' });
    expect(illegal).toBe(1);
  });

  it('books more than was ordered and calls it illegal', () => {
    const { order, illegal } = run([
      event.fill2,
      { ...about, kind: 'fill', fill: fill('3', '1.5') },
    ]);

    expect(order).toMatchObject({ filledQty: '3.5', status: 'partly-filled' });
    expect(illegal).toBe(1);
  });

  it('calls a cancel after the last fill illegal and stays filled', () => {
    const { order, illegal } = run([event.fill1, event.fill2, event.cancelled]);

    expect(order.status).toBe('filled');
    expect(illegal).toBe(1);
  });

  it('takes late news of acceptance and trigger as nothing new', () => {
    const { order, path } = run([event.fill1, event.accepted, event.pending, event.triggered]);

    expect(order.status).toBe('partly-filled');
    expect(path).toEqual(['created', 'partly-filled']);
  });

  it('keeps a trailing stop level until the order has ended', () => {
    expect(run([event.accepted, event.trailed]).order.stopPrice).toBe('90');
    expect(run([event.cancelled, event.trailed]).order.stopPrice).toBeUndefined();
  });
});
