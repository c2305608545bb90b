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
const ID = ClientOrderId.parse('ndmodel01');
const ABOUT = { clientOrderId: ID, pair: PAIR };
const dec = (value: number): DecimalText => DecimalText.parse(String(value));

/** What an order is at the venue, from its first to its last moment. */
interface Life {
  /** Quantity that was sent; the venue may work with less. */
  readonly sentQty: number;
  readonly venueQty: number;
  readonly isBracketExit: boolean;
  readonly isStop: boolean;
  readonly fills: readonly number[];
  readonly end: 'none' | 'cancelled' | 'expired' | 'expired-in-match' | 'rejected';
}

const life: fc.Arbitrary<Life> = fc
  .record({
    venueQty: fc.integer({ min: 1, max: 9 }),
    shaved: fc.integer({ min: 0, max: 3 }),
    isBracketExit: fc.boolean(),
    isStop: fc.boolean(),
    cuts: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }),
    end: fc.constantFrom('none', 'cancelled', 'expired', 'expired-in-match', 'rejected'),
  })
  .map(({ venueQty, shaved, isBracketExit, isStop, cuts, end }) => {
    const fills: number[] = [];
    let left = end === 'rejected' ? 0 : venueQty;
    for (const cut of cuts) {
      if (left === 0) break;
      fills.push(Math.min(cut, left));
      left -= Math.min(cut, left);
    }
    const sentQty = isBracketExit ? venueQty + shaved : venueQty;
    return { sentQty, venueQty, isBracketExit, isStop, fills, end };
  });

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The status that the venue would report now. */
function truth({ fills, venueQty, end, isStop }: Life): OrderStatus {
  if (end === 'rejected') return 'rejected';
  if (sum(fills) === venueQty) return 'filled';
  if (end !== 'none') return end;
  if (fills.length > 0) return 'partly-filled';
  return isStop ? 'triggered' : 'open';
}

function fillOf(qty: number, index: number): Fill {
  return {
    account: 'live',
    pair: PAIR,
    kind: 'trade',
    venueTradeId: `${index}`,
    clientOrderId: ID,
    side: 'sell',
    price: dec(100),
    qty: dec(qty),
    quoteQty: dec(100 * qty),
    fee: dec(0),
    feeAsset: 'USDT',
    liquidity: 'taker',
    atMs: index,
  };
}

/** All that the venue says about a life, in its order. */
function story(of: Life): OrderEvent[] {
  const { fills, end, isStop, isBracketExit, sentQty, venueQty } = of;
  const accepted = { ...ABOUT, kind: 'accepted', venueOrderId: 'v', atMs: 0 } as const;
  if (end === 'rejected') return [{ ...ABOUT, kind: 'rejected', code: 'x', reason: '', atMs: 9 }];
  const events: OrderEvent[] = [];
  if (isBracketExit) events.push({ ...accepted, isPending: true, qty: dec(sentQty) });
  events.push({ ...accepted, isPending: false, qty: dec(venueQty) });
  if (isStop) events.push({ ...ABOUT, kind: 'triggered', atMs: 1 });
  events.push(...fills.map((qty, index) => fillEvent(qty, index)));
  if (end !== 'none' && truth(of) !== 'filled') {
    events.push({ ...ABOUT, kind: end, reason: '', atMs: 9 });
  }
  return events;
}

function fillEvent(qty: number, index: number): OrderEvent {
  return { ...ABOUT, kind: 'fill', fill: fillOf(qty, index), atMs: index };
}

/** Said twice, late, in any order, or never. */
function badChannel(events: readonly OrderEvent[]): fc.Arbitrary<OrderEvent[]> {
  const twice = [...events, ...events];
  return fc.shuffledSubarray(twice, { minLength: 0, maxLength: twice.length });
}

class Desk {
  order: Order;
  illegal = 0;
  readonly path: OrderStatus[] = ['created'];
  readonly #booked = new Set<string>();

  constructor({ sentQty }: Life) {
    this.order = {
      clientOrderId: ID,
      intentId: IntentId.parse('abcdefgh01234567'),
      account: 'live',
      pair: PAIR,
      side: 'sell',
      type: 'stop-loss',
      leg: 'stop',
      attempt: 0,
      timeInForce: 'gtc',
      qty: dec(sentQty),
      status: 'created',
      filledQty: dec(0),
      filledQuote: dec(0),
      createdMs: 0,
      updatedMs: 0,
    };
  }

  hear(events: readonly OrderEvent[]): void {
    for (const event of events) {
      if (event.kind === 'fill') {
        // The ledger books a fill once.
        if (this.#booked.has(fillKey(event.fill))) continue;
        this.#booked.add(fillKey(event.fill));
      }
      const step = stepOrder(this.order, event);
      this.order = step.order;
      if (step.kind === 'illegal') this.illegal += 1;
      else this.path.push(step.order.status);
    }
  }
}

describe('an order whose news comes in any order, twice or never', () => {
  const heard = life.chain((of) => fc.tuple(fc.constant(of), badChannel(story(of))));

  it('never says more than the venue did', () => {
    fc.assert(
      fc.property(heard, ([of, events]) => {
        const desk = new Desk(of);

        desk.hear(events);

        const { order } = desk;
        expect(desk.illegal).toBe(0);
        expect(isLegalPath(desk.path)).toBe(true);
        expect(Number(order.filledQty)).toBeLessThanOrEqual(sum(of.fills));
        if (order.status === 'filled') expect(truth(of)).toBe('filled');
        if (isEnded(order.status)) expect(isEnded(truth(of))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is what the venue has once the venue was asked', () => {
    fc.assert(
      fc.property(heard, ([of, events]) => {
        const desk = new Desk(of);
        desk.hear(events);

        // The answer names the quantity, every fill and the end.
        desk.hear(story(of));

        const { order } = desk;
        expect(order.status).toBe(truth(of));
        expect(Number(order.filledQty)).toBe(sum(of.fills));
        expect(Number(order.filledQuote)).toBe(sum(of.fills) * 100);
        if (!isEnded(order.status)) expect(Number(order.qty)).toBe(of.venueQty);
        expect(desk.illegal).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('stays as it is when everything is said again', () => {
    fc.assert(
      fc.property(heard, ([of, events]) => {
        const desk = new Desk(of);
        desk.hear(story(of));
        const before = desk.order;

        desk.hear(events);

        expect(desk.order.status).toBe(before.status);
        expect(desk.order.filledQty).toBe(before.filledQty);
        expect(desk.order.qty).toBe(before.qty);
      }),
    );
  });
});
