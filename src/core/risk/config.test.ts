import { describe, expect, it } from 'vitest';
import { RiskLimits } from './config.ts';

const problems = (value: object): string[] =>
  (RiskLimits.safeParse(value).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')} ${message}`,
  );

describe('risk config', () => {
  it('has defaults that hold together', () => {
    expect(RiskLimits.parse({})).toMatchObject({
      risk_fraction: 0.001,
      pair_exposure_max: 0.05,
      total_exposure_max: 0.95,
      daily_loss_max: 0.05,
      drawdown_halt: 0.1,
    });
  });

  it.each([
    [{ risk_fraction: 0.03 }, 'risk_fraction must not be above risk_fraction_max (0.02)'],
    [{ stop_distance_min: 0.2 }, 'stop_distance_min must not be above stop_distance_max (0.1)'],
    [{ stop_distance_max: 0.2 }, 'stop_distance_max must not be above drawdown_halt (0.1)'],
    [{ daily_loss_max: 0.2 }, 'daily_loss_max must not be above drawdown_halt (0.1)'],
    [
      { pair_exposure_max: 0.5, total_exposure_max: 0.4 },
      'pair_exposure_max must not be above total_exposure_max (0.4)',
    ],
  ])('refuses rules that can never hold: %o', (value, problem) => {
    expect(problems(value)).toContain(problem);
  });

  it('refuses a percent where a fraction is meant, and unknown keys', () => {
    expect(problems({ daily_loss_max: 5 })[0]).toContain('daily_loss_max');
    expect(problems({ daily_los_max: 0.05 })[0]).toContain('daily_los_max');
  });
});
