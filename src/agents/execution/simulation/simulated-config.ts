import type { DecimalText } from '#core/model/decimal-text.ts';
import { RiskLimits } from '#core/risk/config.ts';
import type { Random } from '#platform/random.ts';
import { ExecutionSection, type ExecutionConfig } from '../config.ts';

/** Each seed trades in one of the ways that the desk can. */
const STYLES = ['bracket', 'taker', 'maker'] as const;

/** Limits that let a desk trade all the time, whatever it loses. */
export function simulatedConfig(account: string, random: Random): ExecutionConfig {
  const style = STYLES[random.int(STYLES.length)];
  const partial_fill = random.next() < 0.5 ? 'cancel' : 'keep';
  return {
    deskId: 'simulation',
    account,
    quoteAsset: 'USDT',
    capitalQuote: '10000' as DecimalText,
    takerFeeFraction: 0.001,
    limits: RiskLimits.parse({
      risk_state_age_max_ms: null,
      risk_fraction: 0.002,
      losses_in_row_max: 1_000,
      open_positions_max: 2,
      daily_loss_max: 0.3,
      drawdown_halt: 0.5,
      month_drawdown_max: 1,
    }),
    section: ExecutionSection.parse({ command_timeout_ms: 1_500, entry: { style, partial_fill } }),
  };
}
