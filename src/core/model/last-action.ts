import { z } from 'zod';
import { IntentId } from './intent.ts';
import { Pair } from './pair.ts';
import { Timeframe } from './timeframe.ts';

/** The last intent that was sent for a pair and timeframe. */
export const LastAction = z.strictObject({
  pair: Pair,
  timeframe: Timeframe,
  action: z.enum(['enter', 'exit']),
  /** Close of the candle it was decided on. */
  closeMs: z.int(),
  intentId: IntentId,
});
export type LastAction = Readonly<z.output<typeof LastAction>>;
