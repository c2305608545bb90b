import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, format, isZero, mul, sub, sum } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Pair } from '#core/model/pair.ts';
import {
  applyFill,
  averagePrice,
  flatPosition,
  type PositionState,
  writeOffDust,
} from './position.ts';

const text = (value: string): DecimalText => value as DecimalText;
const PAIR = 'BTC/USDT' as Pair;

interface Trade {
  readonly side: 'buy' | 'sell';
  readonly qty: string;
  readonly price: string;
  readonly fee?: string;
  readonly feeAsset?: string;
}

function fillOf({ side, qty, price, fee = '0', feeAsset = 'USDT' }: Trade) {
  return {
    pair: PAIR,
    side,
    qty: text(qty),
    price: text(price),
    quoteQty: format(mul(text(qty), text(price))),
    fee: text(fee),
    feeAsset,
    atMs: 5,
  };
}

function book(trades: readonly Trade[]): PositionState {
  let state: PositionState | undefined;
  for (const trade of trades) state = applyFill(state, fillOf(trade)).position;
  return state ?? flatPosition(0);
}

describe('position', () => {
  it('averages the cost of two buys', () => {
    const state = book([
      { side: 'buy', qty: '1', price: '100' },
      { side: 'buy', qty: '3', price: '200' },
    ]);

    expect(state).toMatchObject({ qty: '4', costQuote: '700', realisedQuote: '0', openedMs: 5 });
    expect(averagePrice(state)).toBe('175');
  });

  it('realises the price above the average cost of the part sold', () => {
    const state = book([
      { side: 'buy', qty: '4', price: '175' },
      { side: 'sell', qty: '1', price: '200' },
    ]);

    expect(state).toMatchObject({ qty: '3', costQuote: '525', realisedQuote: '25' });
  });

  it('takes a base fee from the quantity and a quote fee from the cash', () => {
    const bought = applyFill(
      undefined,
      fillOf({ side: 'buy', qty: '1', price: '100', fee: '0.001', feeAsset: 'BTC' }),
    );
    expect(bought).toMatchObject({
      baseChange: '0.999',
      quoteChange: '-100',
      feeQuote: '0.1',
      profitQuote: '0',
    });

    const sold = applyFill(
      bought.position,
      fillOf({ side: 'sell', qty: '0.999', price: '110', fee: '0.10989' }),
    );
    expect(sold).toMatchObject({
      baseChange: '-0.999',
      quoteChange: '109.78011',
      profitQuote: '9.78011',
      isClosed: true,
    });
    expect(sold.position).toMatchObject({ qty: '0', costQuote: '0', feesQuote: '0.20989' });
  });

  it('values a fee in a third asset at the fill', () => {
    const effect = applyFill(
      undefined,
      fillOf({ side: 'buy', qty: '2', price: '50', fee: '0.01', feeAsset: 'BNB' }),
      text('6'),
    );

    expect(effect).toMatchObject({ baseChange: '2', quoteChange: '-100', feeQuote: '6' });
    expect(effect.position.costQuote).toBe('106');
  });

  it('leaves no cost behind when a third is sold three times', () => {
    const third = { side: 'sell', qty: '1', price: '10' } as const;
    const state = book([{ side: 'buy', qty: '3', price: '3.3333333' }, third, third, third]);

    expect(state).toMatchObject({ qty: '0', costQuote: '0' });
    expect(state.realisedQuote).toBe(format(sub(text('30'), mul(text('3'), text('3.3333333')))));
  });

  it('counts anew after it was flat', () => {
    const state = book([
      { side: 'buy', qty: '1', price: '10' },
      { side: 'sell', qty: '1', price: '12' },
      { side: 'buy', qty: '2', price: '20' },
    ]);

    expect(state).toMatchObject({ qty: '2', costQuote: '40', realisedQuote: '0', boughtQty: '2' });
  });

  it('writes dust off as a loss of its cost', () => {
    const state = writeOffDust(book([{ side: 'buy', qty: '0.5', price: '4' }]));

    expect(state).toMatchObject({ qty: '0', costQuote: '0', realisedQuote: '-2' });
  });

  it('keeps a surplus that was sold visible instead of hiding it', () => {
    const effect = applyFill(
      book([{ side: 'buy', qty: '1', price: '10' }]),
      fillOf({ side: 'sell', qty: '1.5', price: '10' }),
    );

    expect(effect.position).toMatchObject({ qty: '-0.5', costQuote: '0' });
    expect(effect.isClosed).toBe(false);
  });

  it('conserves money: cash out and in equals cost held less profit, whatever the order of trades', () => {
    const trade = fc.record({
      isBuy: fc.boolean(),
      qty: fc.integer({ min: 1, max: 1_000_000 }),
      price: fc.integer({ min: 1, max: 1_000_000 }),
      feeAsset: fc.constantFrom('USDT', 'BTC'),
    });
    fc.assert(
      fc.property(fc.array(trade, { minLength: 1, maxLength: 30 }), (trades) => {
        let state: PositionState | undefined;
        let held = 0;
        const cash: DecimalText[] = [];
        const coins: DecimalText[] = [];
        const profits: DecimalText[] = [];
        for (const { isBuy, qty, price, feeAsset } of trades) {
          const isSell = !isBuy && held > 0;
          const units = isSell ? Math.min(qty, held) : qty;
          const feeInQuote = isSell || feeAsset === 'USDT';
          const effect = applyFill(
            state,
            fillOf({
              side: isSell ? 'sell' : 'buy',
              qty: String(units),
              price: `0.${String(price).padStart(7, '0')}`,
              fee: feeInQuote ? '0.001' : '0',
              feeAsset: 'USDT',
            }),
          );
          held += isSell ? -units : units;
          state = effect.position;
          cash.push(effect.quoteChange);
          coins.push(effect.baseChange);
          profits.push(effect.profitQuote);
        }
        expect(format(sum(coins))).toBe(state?.qty);
        const left = add(sum(cash), sub(state?.costQuote ?? text('0'), sum(profits)));
        expect(isZero(left)).toBe(true);
      }),
    );
  });
});
