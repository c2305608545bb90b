import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import { IntentId } from '#core/model/intent.ts';
import { Pair } from '#core/model/pair.ts';
import type { Order } from '#core/model/order.ts';
import { whileInDoubt } from './doubt-plan.ts';
import type { PairStep } from './pair-view.ts';

const dec = (text: string): DecimalText => DecimalText.parse(text);
const thousandths = (n: number): DecimalText => dec(String(n / 1_000));
const intentId = IntentId.parse('entry00000000000');
const protection = {
  intentId,
  stopPrice: dec('98'),
  targetPrice: dec('106'),
  trailingFraction: undefined,
};
const WAIT = { kind: 'wait', for: 'command' };

const stop = (qty: DecimalText): Order =>
  ({ leg: 'stop', pair: Pair.parse('BTC/USDT'), qty, status: 'created' }) as Order;

function viewOf(position: string, other: string, guards: readonly string[]) {
  const doubtfulGuards = guards.map((qty) => stop(dec(qty)));
  return { positionQty: dec(position), otherQty: dec(other), doubtfulGuards };
}

const protect = (qty: string): PairStep => ({
  kind: 'protect',
  qty: dec(qty),
  protection,
  withTarget: true,
});
const sell = (qty: string): PairStep => ({
  kind: 'sell',
  qty: dec(qty),
  intentId,
  leg: 'exit',
  reason: 'the stop is passed',
  limitPrice: undefined,
  replaces: undefined,
});

describe('while a stop is in doubt', () => {
  it('places another one, or sells, where the account has the coins only once', () => {
    const view = viewOf('1.0004', '0.0009', ['1']);

    expect(whileInDoubt(view, protect('1'))).toEqual(protect('1'));
    expect(whileInDoubt(view, sell('1'))).toEqual(sell('1'));
    expect(whileInDoubt(view, sell('0.4'))).toEqual(sell('0.4'));
  });

  it('waits where coins of others could feed both', () => {
    const view = viewOf('1.0004', '0.9996', ['1']);

    expect(whileInDoubt(view, protect('1'))).toEqual(WAIT);
    expect(whileInDoubt(view, sell('1'))).toEqual(WAIT);
    const smaller = viewOf('1', '0.5', ['1', '0.5']);
    expect(whileInDoubt(smaller, protect('1')), 'any of them').toEqual(WAIT);
  });

  it('sends no more of them than can be lost by chance', () => {
    expect(whileInDoubt(viewOf('1', '0', ['1', '1']), protect('1'))).toEqual(protect('1'));
    const three = viewOf('1', '0', ['1', '1', '1']);
    expect(whileInDoubt(three, protect('1'))).toEqual(WAIT);
    expect(whileInDoubt(three, sell('1')), 'a passed stop is sold all the same').toEqual(sell('1'));
  });

  it('ends orders, but moves nothing in the ledger', () => {
    const view = viewOf('1', '0', ['1']);
    const cancel: PairStep = { kind: 'cancel', order: stop(dec('1')), reason: 'stops do not fit' };

    expect(whileInDoubt(view, cancel)).toEqual(cancel);
    expect(whileInDoubt(view, { kind: 'rest' })).toEqual({ kind: 'rest' });
    expect(whileInDoubt(view, { kind: 'write-off' }), 'it may sell this').toEqual(WAIT);
    const sold = viewOf('0.0004', '0.1', ['1']);
    expect(whileInDoubt(sold, { kind: 'write-off' })).toEqual({ kind: 'write-off' });
    expect(whileInDoubt(view, { kind: 'trail', stopPrice: dec('99') })).toEqual(WAIT);
  });

  // A venue that holds the coins of what it takes, in whichever order things arrive.
  it('lets a venue never sell more than the desk owns, nor anything twice', () => {
    const qty = fc.integer({ min: 1, max: 3_000 });
    const world = fc.record({
      position: qty,
      other: fc.oneof(fc.constant(0), fc.nat({ max: 3_000 })),
      guards: fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), {
        minLength: 1,
        maxLength: 3,
      }),
      isSale: fc.boolean(),
      share: fc.double({ min: 0.01, max: 1, noNaN: true }),
      arrival: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
    });

    fc.assert(
      fc.property(world, ({ position, other, guards, isSale, share, arrival }) => {
        const part = (of: number): number => Math.max(1, Math.floor(position * of));
        const sizes = guards.map(part);
        const texts = sizes.map((size) => thousandths(size));
        const view = viewOf(thousandths(position), thousandths(other), texts);
        const next = part(share);
        const step = whileInDoubt(view, (isSale ? sell : protect)(thousandths(next)));
        if (step.kind === 'wait') return;
        let free = position + other;
        const taken: number[] = [];
        const all = [next, ...sizes].map((size, index) => ({
          size,
          index,
          at: arrival[index] ?? 0,
        }));
        for (const { size, index } of all.toSorted((a, b) => a.at - b.at)) {
          if (size > free) continue;
          free -= size;
          taken.push(index);
        }

        expect(taken.includes(0) && taken.length > 1, 'the new one beside a doubtful one').toBe(
          false,
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
