import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import type { PublicTrade } from '#core/model/market.ts';
import { Pair } from '#core/model/pair.ts';
import { createTradeSequencer } from './trade-sequencer.ts';

function trade(id: number, atMs = id * 10): PublicTrade {
  return {
    pair: Pair.parse('BTC/USDT'),
    id,
    price: DecimalText.parse('1'),
    qty: DecimalText.parse('1'),
    takerSide: 'buy',
    atMs,
  };
}

const ids = (trades: readonly PublicTrade[]): number[] => trades.map(({ id }) => id);

describe('createTradeSequencer', () => {
  it('lets trades in order through and drops repeats', () => {
    const sequencer = createTradeSequencer({ hasSequence: true });

    expect(ids(sequencer.accept([trade(5), trade(6), trade(6), trade(5), trade(7)]))).toEqual([
      5, 6, 7,
    ]);
    expect(sequencer.missingFrom()).toBeUndefined();
  });

  it('holds what comes behind a hole until the hole is filled', () => {
    const sequencer = createTradeSequencer({ hasSequence: true });
    sequencer.accept([trade(1)]);

    expect(sequencer.accept([trade(4), trade(3)])).toEqual([]);
    expect(sequencer.missingFrom()).toBe(2);
    expect(ids(sequencer.accept([trade(2)]))).toEqual([2, 3, 4]);
  });

  it('counts what is lost when it gives up', () => {
    const sequencer = createTradeSequencer({ hasSequence: true });
    sequencer.accept([trade(1), trade(4), trade(5)]);

    const given = sequencer.giveUp();

    expect({ lost: given.lost, ids: ids(given.trades) }).toEqual({ lost: 2, ids: [4, 5] });
    expect(sequencer.lastId()).toBe(5);
    expect(sequencer.giveUp()).toEqual({ lost: 0, trades: [] });
  });

  it('starts again when the venue counts anew', () => {
    const sequencer = createTradeSequencer({ hasSequence: true });
    sequencer.accept([trade(900, 1_000)]);

    expect(ids(sequencer.accept([trade(3, 60_000)]))).toEqual([3]);
    expect(sequencer.lastId()).toBe(3);
  });

  it('does not wait for holes where ids do not follow one another', () => {
    const sequencer = createTradeSequencer({ hasSequence: false });

    expect(ids(sequencer.accept([trade(10), trade(30), trade(20), trade(40)]))).toEqual([
      10, 30, 40,
    ]);
  });

  it('puts any shuffling with repeats back in order, each trade once', () => {
    const shuffled = fc.integer({ min: 1, max: 40 }).chain((count) =>
      fc.shuffledSubarray(
        Array.from({ length: count * 2 }, (_, i) => (i % count) + 1),
        { minLength: count * 2, maxLength: count * 2 },
      ),
    );
    fc.assert(
      fc.property(shuffled, (order) => {
        const sequencer = createTradeSequencer({ hasSequence: true });
        sequencer.accept([trade(0, 0)]);

        const out = order.flatMap((id) => ids(sequencer.accept([trade(id, id)])));

        expect(out).toEqual(Array.from({ length: order.length / 2 }, (_, i) => i + 1));
      }),
    );
  });
});
