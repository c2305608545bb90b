import { describe, expect, it } from 'vitest';
import type { Order } from '#core/model/order.ts';
import { compareOrders } from './orders.ts';
import { amount, BTC, OTHER_ID, ownOrder, seenOrder, TAG } from './seen.fixture.ts';
import type { SeenOrder } from './venue-view.ts';

function compare(ledger: readonly Order[], seen: readonly SeenOrder[], inFlight: string[] = []) {
  return compareOrders({
    deskTag: TAG,
    open: ledger.filter(({ status }) => status === 'open' || status === 'created'),
    known: (id) => ledger.find(({ clientOrderId }) => clientOrderId === id),
    inFlight: new Set(ledger.map((o) => o.clientOrderId).filter((id) => inFlight.includes(id))),
    seen,
    askedMs: 10_000,
  });
}

const { clientOrderId } = ownOrder();

describe('orders of ledger and venue', () => {
  it('says nothing about what both have', () => {
    const found = compare([ownOrder()], [seenOrder()]);

    expect(found.events).toEqual([]);
    expect(found.toAsk).toEqual([]);
    expect(found.behind.size + found.stray.length + found.unrecorded.length).toBe(0);
  });

  it('asks for an order that is gone and concludes nothing (1)', () => {
    const found = compare([ownOrder()], []);

    expect(found.toAsk).toEqual([ownOrder()]);
    expect(found.events).toEqual([]);
  });

  it('does not ask while the answer to its command is coming (2)', () => {
    expect(compare([ownOrder()], [], [clientOrderId]).toAsk).toEqual([]);
  });

  it('adopts an order that the ledger holds for created (2)', () => {
    const created = ownOrder({ status: 'created' });

    const found = compare([created], [seenOrder()], [clientOrderId]);

    expect(found.events).toEqual([
      {
        kind: 'accepted',
        clientOrderId,
        pair: BTC,
        atMs: 2_000,
        venueOrderId: '7',
        isPending: false,
        qty: seenOrder().qty,
      },
    ]);
  });

  it('hears of a trigger that the stream lost', () => {
    const found = compare([ownOrder()], [seenOrder({ status: 'triggered' })]);

    expect(found.events.map(({ kind }) => kind)).toEqual(['triggered']);
  });

  it('wants the trades of a pair whose order executed more than the ledger knows', () => {
    const found = compare([ownOrder()], [seenOrder({ filledQty: amount('0.5') })]);

    expect([...found.behind]).toEqual([BTC]);
    expect(found.events, 'a status never books a fill').toEqual([]);
  });

  it('holds an order that has ended and works at the venue for stray (3)', () => {
    const ended = ownOrder({ status: 'rejected' });

    expect(compare([ended], [seenOrder()]).stray).toEqual([ended]);
    expect(compare([ended], [seenOrder()]).events).toEqual([]);
    expect(compare([ended], [seenOrder()], [clientOrderId]).stray, 'being cancelled').toEqual([]);
  });

  it('holds no order for stray that ended while the venue was read (3)', () => {
    const ended = ownOrder({ status: 'filled', updatedMs: 9_990 });

    expect(compare([ended], [seenOrder()]).stray).toEqual([]);
  });

  it('tells apart what has our tag and no record, what another desk has and what a person has (4)', () => {
    const other = seenOrder({ clientOrderId: OTHER_ID });
    const person = seenOrder({ clientOrderId: 'web_1' });

    const found = compare([], [seenOrder(), other, person]);

    expect(found.unrecorded).toEqual([seenOrder()]);
    expect(found.otherDesk).toEqual([other]);
    expect(found.external).toEqual([person]);
    expect(found.stray).toEqual([]);
  });
});
