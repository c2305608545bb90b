import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import type { DepthDiff } from './binance-events.ts';
import { createDepthBook } from './depth-book.ts';
import type { BookLevel } from './depth-book.ts';

const level = (price: number, qty: number): BookLevel => [
  DecimalText.parse(String(price)),
  DecimalText.parse(String(qty)),
];

function diff(U: number, u: number, sides: { b?: BookLevel[]; a?: BookLevel[] } = {}): DepthDiff {
  return { E: u * 100, U, u, b: sides.b ?? [], a: sides.a ?? [] };
}

const SNAPSHOT = {
  lastUpdateId: 10,
  bids: [level(99, 1), level(98, 2)],
  asks: [level(101, 1), level(102, 2)],
  atMs: 5,
  isComplete: true,
};

describe('createDepthBook', () => {
  it('is unknown before the snapshot and holds the changes until then', () => {
    const book = createDepthBook();
    expect(book.diff(diff(9, 11, { b: [level(99.5, 3)] }))).toBe('waiting');
    expect(book.top(5)).toBeUndefined();

    expect(book.snapshot(SNAPSHOT)).toBe(true);

    expect(book.top(1)).toEqual({
      bids: [level(99.5, 3)],
      asks: [level(101, 1)],
      updateId: 11,
      atMs: 1_100,
    });
  });

  it('refuses a snapshot that is older than the changes it has', () => {
    const book = createDepthBook();
    book.diff(diff(12, 13));

    expect(book.snapshot(SNAPSHOT)).toBe(false);
    expect(book.top(1)).toBeUndefined();
  });

  it('drops changes the snapshot has in it', () => {
    const book = createDepthBook();
    book.diff(diff(5, 9, { a: [level(100.5, 7)] }));
    book.snapshot(SNAPSHOT);

    expect(book.diff(diff(8, 10, { a: [level(100.5, 7)] }))).toBe('old');
    expect(book.top(1)?.asks).toEqual([level(101, 1)]);
  });

  it('changes, adds and removes levels', () => {
    const book = createDepthBook();
    book.snapshot(SNAPSHOT);

    book.diff(diff(11, 11, { b: [level(99, 0), level(98, 5), level(97, 1)] }));

    expect(book.top(5)?.bids).toEqual([level(98, 5), level(97, 1)]);
  });

  it('is unknown again after a hole in the chain of changes', () => {
    const book = createDepthBook();
    book.snapshot(SNAPSHOT);

    expect(book.diff(diff(12, 12))).toBe('broken');
    expect(book.top(1)).toBeUndefined();
    expect(book.diff(diff(13, 13))).toBe('waiting');
  });

  it('does not believe a book whose bid reaches the ask', () => {
    const book = createDepthBook();
    book.snapshot(SNAPSHOT);

    expect(book.diff(diff(11, 11, { b: [level(101, 1)] }))).toBe('broken');
  });

  it('asks for a new snapshot when a cut book has run short of levels', () => {
    const book = createDepthBook();
    const bids = Array.from({ length: 20 }, (_, i) => level(99 - i, 1));
    const asks = Array.from({ length: 20 }, (_, i) => level(101 + i, 1));
    book.snapshot({ ...SNAPSHOT, bids, asks, isComplete: false });

    expect(book.diff(diff(11, 11, { b: [level(98, 0)] }))).toBe('broken');
  });

  it('agrees with a plain map under any changes', () => {
    const change = fc.record({
      side: fc.constantFrom('b', 'a'),
      tick: fc.integer({ min: 0, max: 40 }),
      qty: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 80 }), (changes) => {
        const book = createDepthBook();
        book.snapshot({ ...SNAPSHOT, bids: [level(1, 1)], asks: [level(1_000, 1)] });
        const bids = new Map([[1, 1]]);
        const asks = new Map([[1_000, 1]]);

        changes.forEach(({ side, tick, qty }, i) => {
          // Bids stay below the asks, so that the book never crosses.
          const price = side === 'b' ? 50 + tick : 200 + tick;
          const map = side === 'b' ? bids : asks;
          if (qty === 0) map.delete(price);
          else map.set(price, qty);
          book.diff(diff(11 + i, 11 + i, { [side]: [level(price, qty)] }));
        });

        const sorted = (map: Map<number, number>, sign: number): BookLevel[] =>
          [...map]
            .toSorted((x, y) => sign * (x[0] - y[0]))
            .map(([price, qty]) => level(price, qty));
        expect(book.top(100)?.bids).toEqual(sorted(bids, -1));
        expect(book.top(100)?.asks).toEqual(sorted(asks, 1));
      }),
    );
  });
});
