import { z } from 'zod';
import { Pair } from './pair.ts';
import { Timeframe } from './timeframe.ts';

export const IntentId = z
  .string()
  .regex(/^[0-9a-z]{16,32}$/)
  .brand<'IntentId'>();
export type IntentId = z.output<typeof IntentId>;

const Common = {
  id: IntentId,
  desk: z.string(),
  variant: z.string(),
  pair: Pair,
  timeframe: Timeframe,
  candleCloseMs: z.int(),
  evaluationId: z.string(),
  confidence: z.number().min(0).max(1),
  /** Receipt of the closing event by the data agent: the start of `candle_to_order_seconds`. */
  receivedMs: z.int(),
  createdMs: z.int(),
  /** Binds entries only: a late exit is still wanted. */
  expiresAtMs: z.int(),
};

/**
 * A worker's wish to trade. Execution trusts pair, side and distances only; it derives price, size
 * and limits itself. Spot is long-only: a sell reduces or closes what the desk owns.
 */
export const TradeIntent = z.discriminatedUnion('action', [
  z.strictObject({
    ...Common,
    action: z.literal('enter'),
    /** Distance of the protective stop below, of the target above, as fractions of the price. */
    stopDistanceFraction: z.number().positive().lt(1),
    targetDistanceFraction: z.number().positive(),
    /** When set the stop trails the highest price by this fraction. */
    trailingDistanceFraction: z.number().positive().lt(1).optional(),
  }),
  z.strictObject({ ...Common, action: z.literal('exit') }),
  z.strictObject({
    ...Common,
    action: z.literal('reduce'),
    /** Share of the position to sell. */
    reduceFraction: z.number().positive().lt(1),
  }),
]);
export type TradeIntent = Readonly<z.output<typeof TradeIntent>>;
