import { describe, expect, it } from 'vitest';
import { StressShocks } from './shocks.ts';
import { shockLoss } from './stress.ts';

const SHOCKS = StressShocks.parse(undefined);

describe('the shocks of the past', () => {
  it('are falls, none below the whole price', () => {
    for (const { returns, others } of SHOCKS) {
      for (const value of [...Object.values(returns), others]) {
        expect(value).toBeLessThan(0);
        expect(value).toBeGreaterThanOrEqual(-1);
      }
    }
  });

  it('are no milder for what is not listed than for BTC and ETH', () => {
    for (const { name, returns, others } of SHOCKS) {
      const { BTC = 0, ETH = 0 } = returns;
      expect(others, name).toBeLessThanOrEqual(Math.min(BTC, ETH));
    }
  });

  it('cost a half in BTC and a tenth in an unknown coin what those two lost', () => {
    const holdings = [
      { base: 'BTC', weight: 0.5 },
      { base: 'NEW', weight: 0.1 },
    ];

    expect(SHOCKS.map((shock) => shockLoss(holdings, shock).toFixed(4))).toEqual([
      '0.2425',
      '0.1120',
      '0.1155',
      '0.1500',
    ]);
  });
});

describe('the shocks of a config', () => {
  const ftx = { name: 'ftx', returns: { BTC: -0.23 }, others: -0.35 };

  it.each([
    ['two of one name', [ftx, ftx], 'a name of its own'],
    ['none', [], '>=1 items'],
    ['a fall below nothing', [{ ...ftx, others: -1.2 }], '>=-1'],
    ['per cent in place of a fraction', [{ ...ftx, returns: { BTC: -23 } }], '>=-1'],
    ['a name that no figure could have', [{ ...ftx, name: 'FTX!' }], 'small letters'],
    ['nothing said of the other assets', [{ name: 'ftx', returns: {} }], 'number'],
  ])('may not be %s', (_, shocks, message) => {
    const { error } = StressShocks.safeParse(shocks);

    expect(error?.issues.map((issue) => issue.message).join()).toContain(message);
  });

  it('take the place of the usual ones', () => {
    expect(StressShocks.parse([ftx])).toEqual([ftx]);
  });
});
