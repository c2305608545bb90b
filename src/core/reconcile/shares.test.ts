import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, format, isEqual, isNegative, parse, ZERO } from '#core/money/decimal.ts';
import { positiveText } from '#core/money/arbitrary.fixture.ts';
import { amount, seenTrade, shares } from './seen.fixture.ts';
import { changesOf, othersWouldPay, splitChange, totalOf, uncovered } from './shares.ts';

const all = { quoteAsset: 'USDT', ownsQuote: true };
const part = { quoteAsset: 'USDT', ownsQuote: false };

describe('a change from outside', () => {
  it.each([
    ['quote that comes to an account that is all the desk’s', 'USDT', '5', {}, all, '0 5 0'],
    ['quote that comes to an account that is in part the desk’s', 'USDT', '5', {}, part, '5 0 0'],
    ['coins that come', 'BTC', '5', {}, all, '5 0 0'],
    ['quote that the rest has', 'USDT', '-5', { free: '9', rest: '7' }, part, '-5 0 0'],
    ['quote beyond the rest', 'USDT', '-5', { free: '9', rest: '2' }, part, '-2 -3 0'],
    ['quote beyond all that is free', 'USDT', '-5', { free: '1', rest: '2' }, all, '-4 -1 0'],
    ['coins of a position', 'BTC', '-5', { free: '9' }, all, '-5 0 0'],
    ['dust that was converted', 'BTC', '-3', { dust: '3', free: '9' }, all, '0 0 -3'],
    ['coins of a rest that is short already', 'BTC', '-3', { rest: '-1' }, all, '-3 0 0'],
  ])('is shared out: %s', (_what, asset, change, has, rules, expected) => {
    const { rest, desk, dust } = splitChange(asset, amount(change), { shares: shares(has), rules });

    expect([rest, desk, dust].map((part_) => format(part_)).join(' ')).toBe(expected);
  });

  it('is shared out whole, and never takes coins of a position or what is not there', () => {
    const has = fc.record({ free: positiveText, held: positiveText, dust: positiveText });
    fc.assert(
      fc.property(
        has,
        positiveText,
        fc.boolean(),
        fc.boolean(),
        (own, size, isQuote, ownsQuote) => {
          const before = shares({ ...own, rest: '3' });
          const asset = isQuote ? 'USDT' : 'BTC';
          const rules = { quoteAsset: 'USDT', ownsQuote };
          const { rest, desk, dust } = splitChange(asset, amount(`-${size}`), {
            shares: before,
            rules,
          });

          expect(isEqual(add(add(rest, desk), dust), amount(`-${size}`))).toBe(true);
          expect(isNegative(add(before.free, desk)), 'free').toBe(false);
          expect(isNegative(add(before.dust, dust)), 'dust').toBe(false);
          expect(isQuote || isEqual(desk, ZERO), 'a position').toBe(true);
        },
      ),
    );
  });
});

describe('coverage', () => {
  it.each([
    ['everything there', { free: '2', rest: '1' }, '0'],
    ['a part taken', { free: '2', rest: '-0.5' }, '0.5'],
    ['no more than the desk has', { free: '2', rest: '-9' }, '2'],
    ['a debt for fees', { free: '-1', rest: '0.2' }, '0'],
    ['a debt is nothing that can be missing', { free: '-1', rest: '-1' }, '0'],
  ])('%s', (_what, has, missing) => {
    expect(format(uncovered(shares(has)))).toBe(missing);
  });
});

it('knows what a trade changed of every asset, the fee coin too', () => {
  const texts = (trade: Parameters<typeof changesOf>[0]) =>
    Object.fromEntries([...changesOf(trade)].map(([asset, change]) => [asset, format(change)]));

  expect(texts(seenTrade())).toEqual({ BTC: '0.999', USDT: '-100' });
  expect(texts(seenTrade({ side: 'sell', feeAsset: 'USDT' }))).toEqual({
    BTC: '-1',
    USDT: '99.999',
  });
  expect(texts(seenTrade({ feeAsset: 'BNB' }))).toEqual({ BTC: '1', USDT: '-100', BNB: '-0.001' });
});

it('adds up what the venue must have', () => {
  expect(format(totalOf(shares({ free: '1', held: '2', dust: '0.5', rest: '-0.25' })))).toBe(
    '3.25',
  );
});

describe('others', () => {
  it.each([
    ['with enough of the rest', { rest: '5' }, true],
    ['with enough of rest and dust together', { rest: '3', dust: '2' }, true],
    ['with coins of a position alone', { free: '9', held: '9', rest: '4' }, false],
    ['with dust of the desk alone', { dust: '9' }, false],
    ['that are short', { rest: '-1', dust: '9' }, false],
  ])('pay a fee of 5: %s', (_what, has, isEnough) => {
    expect(othersWouldPay(shares(has), parse(amount('5')))).toBe(isEnough);
  });
});
