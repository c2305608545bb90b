import { z } from 'zod';

/** Config section `exchange`. */
export const ExchangeConfig = z.strictObject({
  /** `practice`, or any ccxt id with WebSocket support. */
  name: z.string().min(1),
  /** REST and WebSocket root of a Binance-shaped venue; null = the venue's own. */
  base_url: z.url().nullable(),
  ws_url: z.url().nullable(),
  request_timeout_ms: z.int().min(500).max(30_000),
  /** Request weight allowed in one minute; Binance gives 6000 an address. */
  weight_per_minute: z.int().min(60),
  /** Share of the weight kept for urgent calls (gaps, reconciliation). */
  weight_reserve_fraction: z.number().min(0).max(0.9),
  /** How long a read may go on trying before it is given up. */
  read_budget_ms: z.int().min(1_000).max(60_000),
});
export type ExchangeConfig = z.output<typeof ExchangeConfig>;
