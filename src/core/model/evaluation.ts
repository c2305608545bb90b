import { z } from 'zod';
import { Candle } from './candle.ts';
import { MarketFeatures } from './market-features.ts';
import { Pair } from './pair.ts';
import { Timeframe } from './timeframe.ts';

/** Work for one trading-worker: decide on `pair` now that the candle ending at `closeMs` is final. */
export const Evaluation = z.strictObject({
  pair: Pair,
  timeframe: Timeframe,
  /** End of the candle = open time of the next one. */
  closeMs: z.int(),
  candle: Candle,
  /** `backfill`: the close was found by REST after a gap; it gets a recorded no-entry decision. */
  origin: z.enum(['live', 'backfill']),
  /** True when the period had no trade. */
  isEmpty: z.boolean(),
  /** When the data agent received the event that closed the candle (venue-corrected clock). */
  receivedMs: z.int(),
  /** Venue time minus the wall clock of the machine, for who must tell how old the close is. */
  venueOffsetMs: z.number().optional(),
  /** Book and trades when the candle closed; a close found later has none. */
  market: MarketFeatures.optional(),
});
export type Evaluation = Readonly<z.output<typeof Evaluation>>;

/** The key under which exactly one decision is recorded. */
export function evaluationKey(e: Pick<Evaluation, 'pair' | 'timeframe' | 'closeMs'>): string {
  return `${e.pair.replace('/', '-')}_${e.timeframe}_${e.closeMs}`;
}
