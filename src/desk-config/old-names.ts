import type { OldName } from '#platform/config/old-names.ts';

/** Keys from the files of other bots, and ours that took their place. */
export const OLD_NAMES: readonly OldName[] = [
  { from: 'decision.min_confidence', to: 'committee.min_confidence' },
  { from: 'trading.max_position_size', to: 'risk_limits.pair_exposure_max' },
  { from: 'trading.stop_loss', to: 'committee.stop.max_fraction' },
  { from: 'trading.take_profit', to: 'committee.target_max_fraction' },
  { from: 'trading.max_drawdown', to: 'risk_limits.drawdown_halt' },
];
