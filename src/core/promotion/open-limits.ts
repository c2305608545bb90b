/**
 * Limits that are so wide that they guard nothing. Every limit has a default, so one that is in this
 * list was widened by hand: fine for a test, not for money.
 */
const WIDEST: Readonly<Record<string, number>> = {
  risk_fraction: 0.02,
  risk_fraction_max: 0.05,
  pair_exposure_max: 0.5,
  daily_loss_max: 0.2,
  drawdown_halt: 0.3,
  slippage_max: 0.02,
  spread_max: 0.05,
  losses_in_row_max: 50,
  data_age_max_ms: 60_000,
};

export function openLimits(limits: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(WIDEST).flatMap(([name, widest]) => {
    const value = limits[name];
    if (typeof value !== 'number') return [`${name} is not set`];
    return value > widest ? [`${name} ${value} is above ${widest}`] : [];
  });
}
