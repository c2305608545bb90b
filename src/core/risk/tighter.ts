/** Which way each of the risk limits becomes stricter. */
const STRICTER: Readonly<Record<string, 'lower' | 'higher'>> = {
  risk_fraction: 'lower',
  risk_fraction_max: 'lower',
  pair_exposure_max: 'lower',
  total_exposure_max: 'lower',
  open_positions_max: 'lower',
  daily_loss_max: 'lower',
  drawdown_halt: 'lower',
  month_drawdown_max: 'lower',
  losses_in_row_max: 'lower',
  data_age_max_ms: 'lower',
  data_stale_halt_ms: 'lower',
  unknown_commands_max: 'lower',
  unknown_command_age_max_ms: 'lower',
  clock_skew_max_ms: 'lower',
  risk_state_age_max_ms: 'lower',
  var_max: 'lower',
  daily_volatility_max: 'lower',
  daily_volume_max: 'lower',
  correlation_high: 'lower',
  correlated_exposure_max: 'lower',
  spread_max: 'lower',
  slippage_max: 'lower',
  stop_distance_min: 'higher',
  stop_distance_max: 'lower',
};

/** Whether a limit now allows less than before; false for what is none of the risk limits. */
export function isTighter(limit: string, from: unknown, to: unknown): boolean {
  const stricter = Object.hasOwn(STRICTER, limit) ? STRICTER[limit] : undefined;
  if (stricter === undefined || typeof from !== 'number' || typeof to !== 'number') return false;
  return stricter === 'lower' ? to < from : to > from;
}
