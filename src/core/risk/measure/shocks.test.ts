import { describe, expect, it } from 'vitest';
import { DEFAULT_SHOCKS } from './shocks.ts';
import { shockLoss } from './stress.ts';

describe('the shocks of the past', () => {
  it('are falls, none below the whole price, each under its own name', () => {
    for (const { returns, others } of DEFAULT_SHOCKS) {
      for (const value of [...Object.values(returns), others]) {
        expect(value).toBeLessThan(0);
        expect(value).toBeGreaterThanOrEqual(-1);
      }
    }
    expect(new Set(DEFAULT_SHOCKS.map(({ name }) => name)).size).toBe(DEFAULT_SHOCKS.length);
  });

  it('are no milder for what is not listed than for BTC and ETH', () => {
    for (const { name, returns, others } of DEFAULT_SHOCKS) {
      const { BTC = 0, ETH = 0 } = returns;
      expect(others, name).toBeLessThanOrEqual(Math.min(BTC, ETH));
    }
  });

  it('cost a half in BTC and a tenth in an unknown coin what those two lost', () => {
    const holdings = [
      { base: 'BTC', weight: 0.5 },
      { base: 'NEW', weight: 0.1 },
    ];

    expect(DEFAULT_SHOCKS.map((shock) => shockLoss(holdings, shock).toFixed(4))).toEqual([
      '0.2425',
      '0.1120',
      '0.1155',
      '0.1500',
    ]);
  });
});
