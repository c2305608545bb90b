import { z } from 'zod';

/** Config section `exchange`. */
export const ExchangeConfig = z.strictObject({
  /** `practice`, or any ccxt id with WebSocket support. */
  name: z.string().min(1),
  /** Of an account that may trade and not withdraw. Only execution in production gets it. */
  api_key: z.string().min(1).nullable().default(null),
  /** An HMAC secret, or an Ed25519 private key as PEM. */
  api_secret: z.string().min(1).nullable().default(null),
  /** Entry of the encrypted keystore that holds both instead. */
  keystore: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'expected 1 to 32 lower-case letters, digits, - or _')
    .nullable()
    .default(null),
  /** The venue's test network instead of the venue. */
  sandbox: z.boolean().default(false),
  /** REST and WebSocket root of a Binance-shaped venue; null = the venue's own. */
  base_url: z.url().nullable(),
  ws_url: z.url().nullable(),
  /** How orders travel: `auto` over the WebSocket API while it is up and over REST otherwise. */
  order_transport: z.enum(['auto', 'rest', 'socket']).default('auto'),
  request_timeout_ms: z.int().min(500).max(30_000),
  /** Request weight allowed in one minute; Binance gives 6000 an address. */
  weight_per_minute: z.int().min(60),
  /** Share of the weight kept for urgent calls (gaps, reconciliation). */
  weight_reserve_fraction: z.number().min(0).max(0.9),
  /**
   * Redis in which the weight is counted together with other desks and tools of the same address;
   * null = the desk's own, for its processes and commands.
   */
  budget_redis_url: z
    .string()
    .regex(/^(rediss?|unix):\/\//, 'expected redis://, rediss:// or unix://')
    .nullable()
    .default(null),
  /** How long a read may go on trying before it is given up. */
  read_budget_ms: z.int().min(1_000).max(60_000),
});
export type ExchangeConfig = z.output<typeof ExchangeConfig>;

/** What market data needs of it: public reads have no keys. */
export type MarketConfig = Omit<
  ExchangeConfig,
  'api_key' | 'api_secret' | 'keystore' | 'sandbox' | 'order_transport' | 'budget_redis_url'
> &
  Partial<Pick<ExchangeConfig, 'sandbox' | 'budget_redis_url'>>;
