import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Difference } from '#core/reconcile/difference.ts';
import { PAIRS_AT_ONCE, suspectPairs } from './suspects.ts';

const differ = (...assets: string[]): Difference[] =>
  assets.map((asset) => {
    const amounts = { expected: '1' as DecimalText, found: '0' as DecimalText };
    return { kind: 'balance', key: `balance ${asset}`, asset, ...amounts };
  });
const pairs = (...texts: string[]): Pair[] => texts.map((text) => Pair.parse(text));
const known = pairs('BTC/USDT', 'ETH/USDT', 'ETH/BTC');

describe('pairs whose trades may explain a difference', () => {
  it.each([
    ['a base', ['ETH'], pairs('ETH/USDT', 'ETH/BTC')],
    ['a quote alone', ['USDT'], pairs('BTC/USDT', 'ETH/USDT')],
    ['a fee coin that nothing is traded for', ['BNB'], known],
  ])('are those of %s', (_what, assets, expected) => {
    const found = suspectPairs(differ(...assets), { active: [], all: known, turn: 0 });

    expect(found).toEqual(expected);
  });

  it('are also pairs that the desk does not know, of two assets that differ', () => {
    const found = suspectPairs(differ('SOL', 'USDT'), { active: [], all: known, turn: 0 });

    expect(found).toEqual(expect.arrayContaining(pairs('SOL/USDT', 'USDT/SOL')));
  });

  it('take turns when they are many, the active ones each time', () => {
    const all = Array.from({ length: 3 * PAIRS_AT_ONCE }, (_, index) =>
      Pair.parse(`C${index}/USDT`),
    );
    const active = pairs('BTC/USDT');
    const looks = [0, 1, 2].map((turn) => suspectPairs(differ('USDT'), { active, all, turn }));

    expect(looks.every((look) => look.length === PAIRS_AT_ONCE + 1)).toBe(true);
    expect(looks.every((look) => look.includes(active[0] as Pair))).toBe(true);
    expect(new Set(looks.flat()).size, 'each had its turn').toBe(all.length + 1);
  });
});
