import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, format, mul } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Pair } from '#core/model/pair.ts';
import { applyFill, averagePrice } from './position.ts';
import { valueAccount, type ValuationInput } from './valuation.ts';

const text = (value: string): DecimalText => value as DecimalText;
const BTC = 'BTC/USDT' as Pair;
const ETH = 'ETH/USDT' as Pair;

function inputOf(changed: Partial<ValuationInput> = {}): ValuationInput {
  return {
    capitalQuote: text('10000'),
    realisedQuote: text('-100'),
    dayStartEquityQuote: text('10100'),
    peakEquityQuote: text('11000'),
    positions: [
      { pair: BTC, qty: text('0.1'), costQuote: text('5000'), averagePrice: text('50000') },
      { pair: ETH, qty: text('1'), costQuote: text('3000'), averagePrice: text('3000') },
    ],
    markOf: (pair) =>
      pair === BTC ? { bid: text('48000'), isFresh: true } : { bid: text('3200'), isFresh: true },
    ...changed,
  };
}

describe('valuation', () => {
  it('marks positions at the bid', () => {
    // 10000 - 100 + (4800 - 5000) + (3200 - 3000) = 9900.
    expect(valueAccount(inputOf())).toEqual({
      equityQuote: '9900',
      positionsQuote: '8000',
      positions: [
        { pair: BTC, qty: '0.1', valueQuote: '4800' },
        { pair: ETH, qty: '1', valueQuote: '3200' },
      ],
      stalePairs: [],
      dayPnlQuote: '-200',
      dayLossFraction: 200 / 10100,
      drawdownFraction: 0.1,
      exposureFraction: 0.808081,
    });
  });

  it('names the pairs whose price is old or was never seen, and takes those at cost', () => {
    const valued = valueAccount(
      inputOf({
        markOf: (pair) => (pair === BTC ? { bid: text('48000'), isFresh: false } : undefined),
      }),
    );

    expect(valued.stalePairs).toEqual([BTC, ETH]);
    expect(valued.positions[1]).toMatchObject({ valueQuote: '3000' });
  });

  it('has no loss, drawdown or exposure without positions and losses', () => {
    expect(
      valueAccount(
        inputOf({
          positions: [],
          realisedQuote: text('500'),
          peakEquityQuote: text('10500'),
        }),
      ),
    ).toMatchObject({
      equityQuote: '10500',
      dayPnlQuote: '400',
      dayLossFraction: 0,
      drawdownFraction: 0,
      exposureFraction: 0,
    });
  });

  it('equals cash plus coins at the bid, whatever was traded', () => {
    const trade = fc.record({
      qty: fc.integer({ min: 1, max: 10_000 }),
      price: fc.integer({ min: 1, max: 100_000 }),
      isSell: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(trade, { minLength: 1, maxLength: 20 }), trade, (trades, last) => {
        let cash = add(text('0'), text('10000'));
        let realised = add(text('0'), text('0'));
        let state;
        for (const { qty, price, isSell } of trades) {
          const held = Number(state?.qty ?? 0);
          const side = isSell && held > 0 ? 'sell' : 'buy';
          const units = side === 'sell' ? Math.min(qty, held) : qty;
          const effect = applyFill(state, {
            pair: BTC,
            side,
            qty: text(String(units)),
            price: text(String(price)),
            quoteQty: text(String(units * price)),
            fee: text('0.01'),
            feeAsset: 'USDT',
            atMs: 0,
          });
          state = effect.position;
          cash = add(cash, effect.quoteChange);
          realised = add(realised, effect.profitQuote);
        }
        if (state === undefined) return;
        const bid = text(String(last.price));
        const { qty, costQuote } = state;

        const { equityQuote } = valueAccount(
          inputOf({
            realisedQuote: format(realised),
            positions: [{ pair: BTC, qty, costQuote, averagePrice: averagePrice(state) }],
            markOf: () => ({ bid, isFresh: true }),
          }),
        );

        expect(equityQuote).toBe(format(add(cash, mul(qty, bid))));
      }),
    );
  });
});
