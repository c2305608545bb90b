import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { bookOf, candleOf, quoteOf, tradesOf } from './generic-shapes.ts';

const BTC = Pair.parse('BTC/USD');
const row = { timestamp: 5, side: 'buy' as const, price: 1.5, amount: 2e-8 };

describe('tradesOf', () => {
  it('keeps ids that are numbers and writes floats as plain text', () => {
    expect(tradesOf(BTC, [{ ...row, id: '42' }])).toEqual([
      { pair: BTC, id: 42, price: '1.5', qty: '0.00000002', takerSide: 'buy', atMs: 5 },
    ]);
  });

  it('makes rising ids out of time and place for a venue without numbers', () => {
    const rows = [
      { ...row, id: 'a-b' },
      { ...row, id: 'c-d' },
      { ...row, id: null, timestamp: 6 },
    ];

    expect(tradesOf(BTC, rows).map(({ id }) => id)).toEqual([5_000, 5_001, 6_000]);
  });

  it('leaves out a trade whose side is not known instead of guessing', () => {
    expect(tradesOf(BTC, [{ ...row, id: '1', side: null }])).toEqual([]);
  });
});

describe('quoteOf', () => {
  it('has none without bid or ask', () => {
    expect(quoteOf(BTC, { bid: 1, ask: null }, 9)).toBeUndefined();
    expect(quoteOf(BTC, { bid: 1, bidVolume: 2, ask: 3, askVolume: 4 }, 9)).toMatchObject({
      bid: '1',
      askQty: '4',
      atMs: 9,
    });
  });
});

describe('bookOf and candleOf', () => {
  it('cut a book to the levels that are looked at', () => {
    const book = bookOf(
      BTC,
      {
        bids: [
          [1, 1],
          [0.5, 1],
        ],
        asks: [[2, 1]],
      },
      { levels: 1, nowMs: 7 },
    );

    expect(book).toMatchObject({ bids: [['1', '1']], asks: [['2', '1']], updateId: 7, atMs: 7 });
  });

  it('take a missing volume for none', () => {
    expect(candleOf([1, 2, 3, 1, 2, null]).volume).toBe(0);
  });
});
