/** Value at risk on two years of recorded days. The data lies beside the repository; without it this is skipped. */
import { describe, expect, test } from 'vitest';
import { StressShocks } from '#core/risk/measure/shocks.ts';
import { isRecorded, recordedShock, varBacktests } from '../../scripts/acceptance/recorded-risk.ts';

const title = isRecorded ? '' : ' (skipped: ../shared/data is absent)';

describe.skipIf(!isRecorded)(`on recorded days${title}`, () => {
  test('losses exceed every VaR about as often as it says, and not in clusters', () => {
    const rows = varBacktests();

    expect(rows).toHaveLength(6);
    for (const { portfolio, method, observations, breaches, band, independence } of rows) {
      const name = `${portfolio}, ${method}`;
      expect(observations, name).toBeGreaterThan(350);
      expect(breaches, name).toBeGreaterThanOrEqual(band[0]);
      expect(breaches, name).toBeLessThanOrEqual(band[1]);
      expect(independence.pValue, name).toBeGreaterThan(0.05);
    }
  });

  test('the shocks of the past are what was recorded', () => {
    let checked = 0;
    for (const { name, returns } of StressShocks.parse(undefined)) {
      for (const [base, value] of Object.entries(returns)) {
        const recorded = recordedShock(name, base);
        if (recorded === undefined) continue;
        checked += 1;
        expect(Math.abs(recorded - value), `${name} ${base}`).toBeLessThan(0.0006);
      }
    }
    expect(checked).toBe(28);
  });
});
