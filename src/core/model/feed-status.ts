import { z } from 'zod';
import { Pair } from './pair.ts';

/** Freshness of one pair's market data, as the data agent sees it. */
export const FeedStatus = z.strictObject({
  pair: Pair,
  /** Last time the pair was known to be current: an event came, or REST confirmed the stream. */
  freshMs: z.int(),
  lastCloseMs: z.int(),
  lastTradeId: z.int(),
  state: z.enum(['warming-up', 'live', 'backfilling', 'stale', 'ended']),
  atMs: z.int(),
});
export type FeedStatus = Readonly<z.output<typeof FeedStatus>>;
