/** What a desk of the order matrices is: its limits, its style, its one pair. */
import type { DecimalText } from '#core/model/decimal-text.ts';
import { Instrument } from '#core/model/instrument.ts';
import { Pair } from '#core/model/pair.ts';
import { RiskLimits } from '#core/risk/config.ts';
import { type ExecutionConfig, ExecutionSection } from '../../../src/agents/execution/config.ts';

export type EntryStyle = 'bracket' | 'taker' | 'maker';

export const BTC = Pair.parse('BTC/USDT');
export const ACCOUNT = 'live';
export const DESK_ID = 'matrix';

/** As the hand world has it. */
export const INSTRUMENT = Instrument.parse({
  pair: BTC,
  venueSymbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  status: 'trading',
  tickSize: '0.01',
  stepSize: '0.001',
  minQty: '0.001',
  minNotional: '5',
  hasOco: true,
  hasTrailingStop: true,
});

export function orderConfig(style: EntryStyle, deskId = DESK_ID): ExecutionConfig {
  return {
    deskId,
    account: ACCOUNT,
    quoteAsset: 'USDT',
    capitalQuote: '10000' as DecimalText,
    takerFeeFraction: 0.001,
    limits: RiskLimits.parse({ losses_in_row_max: 100, risk_state_age_max_ms: null }),
    section: ExecutionSection.parse({
      live_capital: 10_000,
      reconcile_ms: 2_000,
      command_timeout_ms: 4_000,
      entry: { style, timeout_ms: 1_500, reprices_max: 1 },
    }),
  };
}
