import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { compareBalances, type Difference, gapOf, touches } from './difference.ts';
import { amount, BTC, OTHER_ID, shares } from './seen.fixture.ts';
import type { SeenBalance } from './venue-view.ts';
import { differenceText } from './words.ts';

const balance = (asset: string, free: string, locked = '0'): SeenBalance => ({
  asset,
  free: amount(free),
  locked: amount(locked),
});

describe('balances', () => {
  it('agree when free and locked come to the shares', () => {
    const expected = new Map([['BTC', shares({ free: '1', held: '2', dust: '0.1', rest: '3' })]]);

    expect(compareBalances(expected, [balance('BTC', '4', '2.1')])).toEqual([]);
  });

  it('differ in the last digit', () => {
    const expected = new Map([['BTC', shares({ free: '1' })]]);

    const [found] = compareBalances(expected, [balance('BTC', '1.00000001')]);

    expect(found).toMatchObject({ kind: 'balance', asset: 'BTC', expected: '1' });
    expect(found && gapOf(found)).toBe('0.00000001');
  });

  it('differ in an asset that only one of them has', () => {
    const expected = new Map([['BTC', shares({ free: '1' })]]);

    const found = compareBalances(expected, [balance('ETH', '2')]);

    expect(found.map(({ key, expected: should, found: is }) => [key, should, is])).toEqual([
      ['balance BTC', '1', '0'],
      ['balance ETH', '0', '2'],
    ]);
  });

  it('agree and yet lack coins of the desk', () => {
    const expected = new Map([['BTC', shares({ free: '1', rest: '-0.4' })]]);

    const found = compareBalances(expected, [balance('BTC', '0.6')]);

    expect(found).toEqual([
      { kind: 'uncovered', key: 'uncovered BTC', asset: 'BTC', expected: '1', found: '0.6' },
    ]);
  });
});

const zero = { expected: amount('0'), found: amount('0') };
const missing = { key: 'b', expected: amount('2'), found: amount('1.5') };
const order = { key: 'o', clientOrderId: OTHER_ID, pair: BTC };

it.each<[Difference, string, boolean]>([
  [{ ...missing, kind: 'balance', asset: 'USDT' }, 'ETH/USDT', true],
  [{ ...missing, kind: 'balance', asset: 'BTC' }, 'ETH/USDT', false],
  [{ ...missing, kind: 'uncovered', asset: 'BTC' }, 'BTC/USDT', true],
  [{ ...order, ...zero, kind: 'order-gone' }, 'ETH/USDT', false],
  [{ ...order, ...zero, kind: 'unrecorded' }, 'BTC/USDT', true],
  [{ ...order, ...zero, kind: 'other-desk' }, 'ETH/USDT', true],
])('a difference stops the pairs that it touches: %j %s %s', (difference, pair, isTouched) => {
  expect(touches(difference, Pair.parse(pair))).toBe(isTouched);
});

it.each<[Difference, string]>([
  [
    { ...missing, kind: 'balance', asset: 'BTC' },
    'BTC: expected 2, found 1.5 (0.5 missing), since 1970-01-01 00:00:01 UTC.',
  ],
  [
    { ...missing, found: amount('3'), kind: 'balance', asset: 'BTC' },
    'BTC: expected 2, found 3 (1 too much)',
  ],
  [{ ...missing, kind: 'uncovered', asset: 'BTC' }, 'BTC: the desk owns 2, only 1.5 of it is left'],
  [{ ...order, ...zero, kind: 'order-gone' }, `does not know the desk's order ${OTHER_ID}`],
  [{ ...order, ...zero, kind: 'unrecorded' }, 'carries this desk'],
  [{ ...order, ...zero, kind: 'other-desk' }, 'Two desks must not share an account'],
])('a difference is told with what to do: %j', (difference, words) => {
  const text = differenceText(difference, 1_000);

  expect(text).toContain(words);
  expect(text).toContain('./start-bot.sh accept-differences');
});
