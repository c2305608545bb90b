import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { Instrument } from '#core/model/instrument.ts';
import { format, fromNumber } from '#core/money/decimal.ts';
import { gate } from '../gate.ts';
import { INSTRUMENT, inputOf, PAIR, QUOTE, reduce } from '../gate.fixture.ts';
import { leastSale } from './least-sale.ts';
import { partsOf } from './reduce-plan.ts';

const text = (value: number): DecimalText => format(fromNumber(value, 12));
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const step = fc.integer({ min: -6, max: 2 }).map((place) => 10 ** place);

describe('the smallest sale', () => {
  it('is one that the gate takes, and so is every part of what can be parted', () => {
    fc.assert(
      fc.property(
        fc.record({
          price: between(0.001, 1e5),
          minNotional: between(0, 100),
          times: between(1, 50),
        }),
        fc.record({ stepSize: step, marketStepSize: step, minQty: between(0, 1_000) }),
        ({ price, minNotional, times }, rules) => {
          const instrument = Instrument.parse({
            ...INSTRUMENT,
            maxQty: undefined,
            minNotional: text(minNotional),
            stepSize: text(rules.stepSize),
            marketStepSize: text(rules.marketStepSize),
            minQty: text(rules.minQty),
          });
          const bid = text(price);
          const least = leastSale(instrument, Number(bid));
          const value = least * times;
          const qty = text(value / Number(bid));
          const parts = partsOf(value, least);

          for (let sold = 1; sold < parts; sold += 1) {
            const verdict = gate(
              inputOf({
                intent: reduce(sold / parts),
                instrument,
                quote: { ...QUOTE, bid },
                positions: [{ pair: PAIR, qty, valueQuote: text(value) }],
              }),
            );
            expect(verdict.kind, JSON.stringify(verdict)).toBe('accept');
          }
        },
      ),
    );
  });
});
