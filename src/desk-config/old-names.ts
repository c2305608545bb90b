import type { OldName } from '#platform/config/old-names.ts';

/** Keys from the files of other bots, and ours that took their place. */
export const OLD_NAMES: readonly OldName[] = [
  { from: 'decision.min_confidence', to: 'committee.min_confidence' },
  { from: 'trading.max_drawdown', to: 'risk_limits.drawdown_halt' },
];
