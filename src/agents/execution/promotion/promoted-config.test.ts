import { describe, expect, it } from 'vitest';
import type { StartWishes } from '#core/model/start-wishes.ts';
import { promotedConfig } from './promoted-config.ts';

const LIMITS = { daily_loss_max: 0.05, stop_distance_min: 0.001 };
const WISHES: StartWishes = {
  id: 'a',
  by: 'alice',
  atMs: 0,
  override: null,
  acceptDifferences: false,
  riskLimits: LIMITS,
};

function configWith(limits: object, mode = 'production') {
  return { mode, risk_limits: limits };
}

describe('promotedConfig', () => {
  it('is what was promoted while the limits are as tight or tighter', () => {
    const config = configWith({ daily_loss_max: 0.02, stop_distance_min: 0.002 });

    expect(promotedConfig(config, WISHES)['risk_limits']).toEqual(LIMITS);
  });

  it.each([
    [
      'one limit is looser',
      configWith({ daily_loss_max: 0.02, stop_distance_min: 0.0005 }),
      WISHES,
    ],
    ['a limit is missing', configWith({ daily_loss_max: 0.02 }), WISHES],
    [
      'it is shadow',
      configWith({ daily_loss_max: 0.02, stop_distance_min: 0.002 }, 'shadow'),
      WISHES,
    ],
    ['nobody says what was promoted', configWith({ daily_loss_max: 0.02 }), undefined],
  ])('is what runs when %s', (_, config, wishes) => {
    expect(promotedConfig(config, wishes)).toBe(config);
  });
});
