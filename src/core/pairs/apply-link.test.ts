import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Pair } from '../model/pair.ts';
import { applyLink, isFinal } from './apply-link.ts';
import { NO_FACTS, type Facts, type Outcome } from './facts.ts';
import { bookImpact } from './market-filters.ts';
import { book, days, instrument, link, pairOf, pairsOfBases, ticker } from './pairs.fixture.ts';

const [A, B, C] = [pairOf('A'), pairOf('B'), pairOf('C')];
const LETTERS = Array.from('ABCDEFGHIJ');

function facts(parts: Partial<Facts>): Facts {
  return { ...NO_FACTS, ...parts };
}

function reasons({ removed }: Outcome): Record<string, string> {
  return Object.fromEntries(removed.map(({ pair, why }) => [pair, why]));
}

describe('generators', () => {
  const tickers = new Map([
    [A, ticker({ quoteVolume24h: 10, changeFraction24h: 0.1 })],
    [B, ticker({ quoteVolume24h: 30, changeFraction24h: -0.2 })],
    [C, ticker({ quoteVolume24h: 20, changeFraction24h: 0.3 })],
  ]);

  test('static gives what the section pairs says, or its own list', () => {
    const listed = [A, B];

    expect(applyLink(link('static'), facts({ listed }), undefined).kept).toEqual([A, B]);
    expect(applyLink(link('static', { pairs: [C] }), facts({ listed }), undefined).kept).toEqual([
      C,
    ]);
  });

  test('a generator further down keeps its pairs of the list, in its order', () => {
    const outcome = applyLink(link('static', { pairs: [C, A] }), NO_FACTS, [A, B, C]);

    expect(outcome).toEqual({ kept: [C, A], removed: [{ pair: B, why: 'not in the list' }] });
  });

  test('volume ranks the day and cuts by number and least', () => {
    const outcome = applyLink(
      link('volume', { count: 1, min_quote_volume: 15 }),
      facts({ tickers }),
      undefined,
    );

    expect(outcome.kept).toEqual([B]);
    expect(reasons(outcome)).toEqual({ [A]: 'volume 10', [C]: 'rank 2' });
  });

  test('volume over hours counts candles at their middle price', () => {
    const candle = (volume: number) => ({ openMs: 0, open: 1, high: 3, low: 1, close: 2, volume });
    const candles = new Map([
      [A, [candle(99), candle(10), candle(5)]],
      [B, [candle(16)]],
    ]);

    const outcome = applyLink(
      link('volume', { rolling_hours: 2 }),
      facts({ tickers, candles }),
      undefined,
    );

    expect(outcome.kept, '30 against 32: the third hour of A is too old').toEqual([B, A]);
    expect(reasons(outcome)).toEqual({ [C]: 'no volume' });
  });

  test('percent-change ranks what rises or falls most', () => {
    expect(applyLink(link('percent-change'), facts({ tickers }), undefined).kept).toEqual([
      C,
      A,
      B,
    ]);
    const falling = link('percent-change', { sort: 'falling', max_change_fraction: 0.2 });
    expect(applyLink(falling, facts({ tickers }), undefined).kept).toEqual([B, A]);
  });

  test('percent-change over days wants all of the days', () => {
    const candles = new Map([
      [A, days([100, 100, 150])],
      [B, days([100, 130])],
    ]);

    const outcome = applyLink(
      link('percent-change', { days: 2 }),
      facts({ tickers, candles }),
      undefined,
    );

    expect(outcome.kept).toEqual([A]);
    expect(reasons(outcome)[B]).toBe('no change known');
  });

  test('market-cap takes the ranks asked for; a name belongs to the largest coin', () => {
    const capitalisation = ['B', 'X', 'A', 'B', 'C'];

    const outcome = applyLink(
      link('market-cap', { from_rank: 1, to_rank: 3 }),
      facts({ tickers, capitalisation }),
      undefined,
    );

    expect(outcome.kept).toEqual([B, A]);
    expect(reasons(outcome)).toEqual({ [C]: 'rank 5' });
  });

  test('remote gives the list as it came, at most so many', () => {
    const remote = link('remote', { file: 'list.json', sha256: 'a'.repeat(64), max_pairs: 2 });

    expect(applyLink(remote, facts({ remote: [C, A, B] }), undefined).kept).toEqual([C, A]);
    expect(
      applyLink(remote, facts({ remote: [C, C, A, B] }), undefined).kept,
      'twice in the list is one of so many',
    ).toEqual([C, A]);
  });
});

describe('filters of the market', () => {
  test('status removes what the venue does not trade, and nobody waits over it', () => {
    const instruments = new Map([
      [A, instrument('A')],
      [B, instrument('B', { status: 'halted' })],
    ]);

    const outcome = applyLink(link('status'), facts({ instruments }), [A, B, C]);

    expect(outcome.kept).toEqual([A]);
    expect(reasons(outcome)).toEqual({
      [B]: 'the venue says halted',
      [C]: 'the venue does not list it',
    });
    expect([link('status'), link('blacklist', { patterns: [] }), link('age')].map(isFinal)).toEqual(
      [true, true, false],
    );
  });

  test('spread is a part of the ask', () => {
    const tickers = new Map([
      [A, ticker({ bid: 99.5, ask: 100 })],
      [B, ticker({ bid: 99.4, ask: 100 })],
      [C, ticker({ bid: undefined })],
    ]);

    const outcome = applyLink(link('spread', { max_fraction: 0.0051 }), facts({ tickers }), [
      A,
      B,
      C,
    ]);

    expect(outcome.kept).toEqual([A]);
    expect(reasons(outcome)).toEqual({ [B]: 'spread 0.600 %', [C]: 'no bid and ask' });
    expect(applyLink(link('spread', { on_missing: 'keep' }), facts({ tickers }), [C]).kept).toEqual(
      [C],
    );
  });

  test('price has bounds, and a tick that is fine enough for it', () => {
    const tickers = new Map([
      [A, ticker({ last: 5 })],
      [B, ticker({ last: 0.0002 })],
      [C, ticker({ last: 900 })],
    ]);
    const instruments = new Map([
      [A, instrument('A', { tickSize: '0.001' as never })],
      [B, instrument('B', { tickSize: '0.000001' as never })],
    ]);

    const outcome = applyLink(link('price', { max: 100 }), facts({ tickers, instruments }), [
      A,
      B,
      C,
    ]);

    expect(outcome.kept).toEqual([A]);
    expect(reasons(outcome)).toEqual({
      [B]: 'one tick is 0.500 % of the price',
      [C]: 'price 900 above 100',
    });
  });

  test('depth takes the worse side of the book', () => {
    const books = new Map([
      [
        A,
        book('A', {
          bids: [['99', '100']],
          asks: [
            ['101', '5'],
            ['111', '100'],
          ],
        }),
      ],
      [B, book('B', { bids: [['99.95', '100']], asks: [['100.05', '100']] })],
      [C, book('C', { bids: [['99.9', '1']], asks: [['100.1', '1']] })],
    ]);

    const outcome = applyLink(link('depth', { order_quote: 1_000 }), facts({ books }), [A, B, C]);

    expect(outcome.kept).toEqual([B]);
    expect(reasons(outcome)[A]).toContain('impact');
    expect(reasons(outcome)[C]).toBe('the book holds less than 1000');
  });

  test('the impact of a larger order is never smaller', () => {
    const level = fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 100 }));
    const side = fc.array(level, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 5_000 }), (down, up, order) => {
        const walk = (levels: readonly (readonly [number, number])[], sign: number) => {
          let price = 10_000;
          return levels.map(([gap, qty]): [string, string] => {
            price += sign * gap;
            return [String(price), String(qty)];
          });
        };
        const one = book('A', { bids: walk(down, -1), asks: walk(up, 1) });

        const [small, large] = [bookImpact(one, order), bookImpact(one, order * 2)];

        if (small === undefined) expect(large).toBeUndefined();
        else expect(large ?? Infinity).toBeGreaterThanOrEqual(small - 1e-12);
      }),
    );
  });
});

describe('filters of the past', () => {
  test('age counts the daily candles', () => {
    const candles = new Map([
      [A, days([1, 1, 1])],
      [B, days([1, 1])],
      [C, days([1, 1, 1, 1, 1])],
    ]);

    const outcome = applyLink(link('age', { min_days: 3, max_days: 4 }), facts({ candles }), [
      A,
      B,
      C,
    ]);

    expect(outcome.kept).toEqual([A]);
    expect(reasons(outcome)).toEqual({ [B]: '2 days old', [C]: 'over 4 days old' });
  });

  test('volatility is the standard deviation of log returns per day', () => {
    const candles = new Map([
      [A, days([100, 110, 100, 110])],
      [B, days([100, 101, 102, 103])],
    ]);
    // Returns of A: r, -r, r with r = ln 1.1; their sample deviation is r * sqrt(4 / 3).
    const exact = Math.log(1.1) * Math.sqrt(4 / 3);

    const at = (min: number, max: number) =>
      applyLink(link('volatility', { days: 3, min, max }), facts({ candles }), [A, B, C]).kept;

    expect(at(exact - 1e-9, exact + 1e-9)).toEqual([A]);
    expect(at(0, exact - 1e-9)).toEqual([B]);
  });

  test('range-stability is highest over lowest', () => {
    const candles = new Map([
      [A, days([100, 103, 101])],
      [B, days([100, 100.5, 100])],
    ]);

    const outcome = applyLink(link('range-stability', { days: 3, min: 0.02 }), facts({ candles }), [
      A,
      B,
      C,
    ]);

    expect(outcome.kept).toEqual([A]);
    expect(reasons(outcome)).toEqual({ [B]: 'range 0.500 %', [C]: 'no 3 days of candles' });
  });

  test('correlation keeps the better ranked of two that move alike', () => {
    const wave = [100, 104, 101, 107, 103, 109, 104];
    const candles = new Map([
      [A, days(wave)],
      [B, days(wave.map((close) => close * 3))],
      [C, days([100, 98, 103, 97, 104, 99, 105])],
    ]);
    const step = link('correlation', { days: 6, max: 0.9 });

    expect(applyLink(step, facts({ candles }), [B, A, C]).kept).toEqual([B, C]);
    const held = applyLink(step, facts({ candles, held: new Set([A]) }), [B, A, C]);
    expect(held.kept, 'what is held may stay, what moves like it may not come').toEqual([A, C]);
    expect(reasons(held)[B]).toBe('correlation 1.00 with A/USDT');
  });
});

describe('filters of the list', () => {
  test('blacklist names the pattern', () => {
    const outcome = applyLink(link('blacklist', { patterns: ['B*/USDT'] }), NO_FACTS, [A, B]);

    expect(outcome).toEqual({ kept: [A], removed: [{ pair: B, why: 'matches B*/USDT' }] });
  });

  test('sector lets the best of each in', () => {
    const sectors = { meme: ['A', 'B'], chain: ['C'] };

    const outcome = applyLink(link('sector', { max_per_sector: 1, sectors }), NO_FACTS, [B, A, C]);

    expect(outcome).toEqual({ kept: [B, C], removed: [{ pair: A, why: 'sector meme is full' }] });
  });

  test('performance takes what lost after enough trades', () => {
    const records = new Map([
      [A, { trades: 3, profitFraction: -0.05 }],
      [B, { trades: 2, profitFraction: -0.5 }],
      [C, { trades: 9, profitFraction: 0.02 }],
    ]);

    const plain = applyLink(link('performance'), facts({ records }), [A, B, C]);
    const sorted = applyLink(link('performance', { sort: true }), facts({ records }), [
      pairOf('D'),
      B,
      C,
    ]);

    expect(plain.kept).toEqual([B, C]);
    expect(reasons(plain)).toEqual({ [A]: '3 trades made -5.0 %' });
    expect(sorted.kept).toEqual([C, B, pairOf('D')]);
  });

  test('offset and max cut at both ends', () => {
    expect(applyLink(link('offset', { count: 1 }), NO_FACTS, [A, B, C]).kept).toEqual([B, C]);
    expect(applyLink(link('max', { count: 2 }), NO_FACTS, [A, B, C]).kept).toEqual([A, B]);
  });

  test('max with a buffer lets a chosen pair slip a little, and lets in who is clearly better', () => {
    const [D] = pairsOfBases('D');
    const step = link('max', { count: 2, buffer: 1 });
    const chosen = new Set([A, B]);

    expect(applyLink(step, facts({ chosen }), [A, C, B]).kept, 'B at rank 3 stays').toEqual([A, B]);
    expect(
      applyLink(step, facts({ chosen }), [A, C, D as Pair, B]).kept,
      'B at rank 4 goes',
    ).toEqual([A, C]);
    expect(applyLink(step, facts({ chosen }), [C, A, B]).kept, 'C at rank 1 comes').toEqual([C, A]);
  });
});

describe('every step', () => {
  const bases = fc.uniqueArray(fc.constantFrom(...LETTERS), { maxLength: 10 });
  const steps = fc.constantFrom(
    link('max', { count: 3, buffer: 2 }),
    link('shuffle', { seed: 7 }),
    link('offset', { count: 2 }),
    link('blacklist', { patterns: ['A*', '?/USDT'] }),
    link('sector', { max_per_sector: 1, sectors: { x: ['A', 'B', 'C'] } }),
    link('spread'),
    link('age', { on_missing: 'keep' }),
    link('correlation'),
    link('performance', { sort: true }),
    link('static', { pairs: pairsOfBases('C', 'A') }),
  );

  test('keeps or removes each pair, none twice, none of its own', () => {
    fc.assert(
      fc.property(bases, bases, steps, (given, chosen, step) => {
        const pairs = given.map(pairOf);

        const { kept, removed } = applyLink(
          step,
          facts({ chosen: new Set(chosen.map(pairOf)) }),
          pairs,
        );

        expect([...kept, ...removed.map(({ pair }) => pair)].toSorted()).toEqual(pairs.toSorted());
      }),
    );
  });

  test('a shuffle orders two pairs alike whoever else is there', () => {
    fc.assert(
      fc.property(bases, fc.integer(), (given, seed) => {
        const step = link('shuffle', { seed });
        const all = applyLink(step, NO_FACTS, pairsOfBases(...LETTERS)).kept;

        const some = applyLink(step, NO_FACTS, given.map(pairOf)).kept;

        expect(some).toEqual(all.filter((pair) => some.includes(pair)));
      }),
    );
  });
});
