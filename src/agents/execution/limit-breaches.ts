import { toNumber } from '#core/money/decimal.ts';
import type { RiskLimits } from '#core/risk/config.ts';
import { valueDesk } from './account-mark.ts';
import type { Desk } from './desk.ts';

/** What the account as it is now would meet under these limits, in words for the operator. */
export function limitBreaches(desk: Desk, limits: RiskLimits): string[] {
  const { state } = desk;
  const { figures } = state.funds;
  const value = valueDesk(desk, desk.ports.clock.now());
  const equity = toNumber(value.equityQuote);
  const breaches: string[] = [];
  const held = state.positions.size;
  if (held > limits.open_positions_max) {
    breaches.push(
      `open positions ${held} are above the new limit ${limits.open_positions_max}: no new pair until there are fewer`,
    );
  }
  if (value.exposureFraction > limits.total_exposure_max) {
    breaches.push(
      `exposure ${percent(value.exposureFraction)} is above risk_limits.total_exposure_max ${percent(limits.total_exposure_max)}: no entry until it is below`,
    );
  }
  for (const { pair, valueQuote } of value.positions) {
    const share = equity > 0 ? toNumber(valueQuote) / equity : 0;
    if (share <= limits.pair_exposure_max) continue;
    breaches.push(
      `${pair} has ${percent(share)} of equity, above risk_limits.pair_exposure_max ${percent(limits.pair_exposure_max)}: nothing more of it is bought`,
    );
  }
  if (value.dayLossFraction >= limits.daily_loss_max) {
    breaches.push(
      `the daily loss ${percent(value.dayLossFraction)} is over the new limit ${percent(limits.daily_loss_max)}: entries halt at once, until tomorrow (UTC)`,
    );
  }
  if (value.drawdownFraction >= limits.drawdown_halt) {
    breaches.push(
      `the drawdown ${percent(value.drawdownFraction)} is over the new limit ${percent(limits.drawdown_halt)}: entries halt at once, until "resume"`,
    );
  }
  const peak = toNumber(figures.monthPeakQuote);
  const fall = peak > 0 ? (peak - equity) / peak : 0;
  if (fall >= limits.month_drawdown_max) {
    breaches.push(
      `equity is ${percent(fall)} below the peak of the month, over the new limit ${percent(limits.month_drawdown_max)}: everything is sold at once`,
    );
  }
  if (figures.lossesInRow >= limits.losses_in_row_max) {
    breaches.push(
      `${figures.lossesInRow} losses in a row are at the new limit ${limits.losses_in_row_max}: entries halt at once, until tomorrow (UTC)`,
    );
  }
  return breaches;
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(2)} %`;
}
