import { describe, expect, it } from 'vitest';
import { RiskLimits } from '#core/risk/config.ts';
import { testDesk } from './desk.fixture.ts';

const ENTER = { action: 'enter', stopDistanceFraction: 0.05, targetDistanceFraction: 0.06 };
const ROOMY = { risk_fraction: 0.004, risk_fraction_max: 0.005, pair_exposure_max: 0.9 };

describe('breaches of limits by the account as it is', () => {
  it('are none under the limits it has', async () => {
    await using desk = await testDesk(ROOMY);
    await desk.price(50_000);
    await desk.send(ENTER);

    expect(desk.execution.breachesOf(RiskLimits.parse(ROOMY))).toEqual([]);
  });

  it('tell what tighter ones would do at once', async () => {
    await using desk = await testDesk(ROOMY);
    await desk.price(50_000);
    await desk.send(ENTER);
    desk.show(48_500);

    const limits = RiskLimits.parse({
      risk_fraction: 0.0001,
      risk_fraction_max: 0.0001,
      pair_exposure_max: 0.01,
      total_exposure_max: 0.02,
      daily_loss_max: 0.001,
      drawdown_halt: 0.002,
      stop_distance_max: 0.001,
      month_drawdown_max: 0.001,
    });
    const text = desk.execution.breachesOf(limits).join('\n');

    expect(text).toContain('BTC/USDT has');
    expect(text).toContain('no entry until it is below');
    expect(text).toMatch(/daily loss .* entries halt at once/);
    expect(text).toMatch(/drawdown .* until "resume"/);
    expect(text).toMatch(/peak of the month.* everything is sold at once/);
  });
});
