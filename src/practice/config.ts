import { z } from 'zod';

/** ISO text in the file, epoch milliseconds in the code. */
const Moment = z.iso.datetime({ offset: true, local: true }).or(z.iso.date());

/** Amounts may be written as numbers or, past a float's digits, as text. */
const Amount = z
  .union([z.number().min(0), z.string().regex(/^\d+(\.\d+)?$/)])
  .transform((value) => String(value))
  .pipe(z.string().regex(/^\d+(\.\d{1,8})?$/, 'expected an amount with up to eight decimals'));
/** Letters and digits, as the venue's own; it answers -2014 to anything else. */
const KeyText = z.string().regex(/^[A-Za-z0-9]{8,128}$/);

const PracticeAccount = z.strictObject({
  /** The venue's number of the account, the same for every key of it. */
  uid: z.int().min(1).default(1001),
  /** null = nobody can sign in to this account. */
  api_key: KeyText.nullable().default(null),
  /** HMAC SHA-256 secret. */
  api_secret: z.string().min(1).nullable().default(null),
  /** PEM or base64 DER; may stand beside the secret, requests may then be signed either way. */
  ed25519_public_key: z.string().min(1).nullable().default(null),
  /** What the account starts with; later the journal knows. */
  balances: z.record(z.string().regex(/^[A-Z0-9]{1,20}$/), Amount).default({ USDT: '10000' }),
  can_trade: z.boolean().default(true),
  can_withdraw: z.boolean().default(false),
  ip_restricted: z.boolean().default(true),
});
export type PracticeAccount = z.output<typeof PracticeAccount>;

/** Section `practice`: the built-in practice exchange. */
export const PracticeConfig = z.strictObject({
  /** One seed, one sequence of prices, latencies and fault dice. */
  seed: z.int().min(0).default(1),
  /** Listed pairs, `BTC/USDT`; empty = the built-in twelve, or those of the replayed files. */
  pairs: z.array(z.string().regex(/^[A-Z0-9]+\/[A-Z0-9]+$/)).default([]),
  /** 0 = any free port. */
  port: z.int().min(0).max(65_535).default(0),
  /** 1 = as real crypto moves; 4 = as in its wildest hours, so that short candles matter. */
  volatility: z.number().positive().max(100).default(4),
  replay: z
    .strictObject({
      /** CSV candles or trades, plain or .gz, one file a pair; empty = the synthetic market. */
      files: z.array(z.string().min(1)).default([]),
      /** 60 serves each recorded minute as a one-second candle. */
      speed: z.number().positive().max(3600).default(60),
      /** Where to begin, UTC; null = first common minute plus warm-up history. */
      from: Moment.nullable().default(null),
    })
    .prefault({}),
  /** Accounts of the exchange; the first one is the desk's. */
  accounts: z
    .array(PracticeAccount)
    .min(1)
    .max(20)
    .prefault([{ uid: 1001, balances: { USDT: 10_000 } }]),
  /** YAML or JSON list of timed faults; null = none. */
  fault_script: z.string().min(1).nullable().default(null),
  latency: z
    .strictObject({
      /** Added to every REST answer. */
      rest_ms: z.number().min(0).max(60_000).default(0),
      /** Up to this much more, at random. */
      jitter_ms: z.number().min(0).max(60_000).default(0),
    })
    .prefault({}),
});
export type PracticeConfig = z.output<typeof PracticeConfig>;

/** Text of the config as epoch milliseconds; without an offset it is UTC. */
export function momentMs(text: string): number {
  const hasZone = /([Zz]|[-+]\d\d:?\d\d)$/.test(text.slice('2021-04-20'.length));
  return Date.parse(text.includes('T') && !hasZone ? `${text}Z` : text);
}
