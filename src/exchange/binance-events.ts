import { z } from 'zod';
import type { Candle } from '#core/model/candle.ts';
import { VenueDecimal, VenueFloat, VenueInt } from './decimal.ts';

/**
 * Raw stream messages of a Binance-shaped venue. ccxt's own parsing drops what we need: the
 * closed flag of a kline, and the digits of prices.
 */
const Kline = z.looseObject({
  e: z.literal('kline'),
  E: VenueInt,
  s: z.string(),
  k: z.looseObject({
    t: VenueInt,
    i: z.string(),
    o: VenueFloat,
    h: VenueFloat,
    l: VenueFloat,
    c: VenueFloat,
    v: VenueFloat,
    n: VenueInt,
    x: z.boolean(),
  }),
});

const AggTrade = z.looseObject({
  e: z.literal('aggTrade'),
  s: z.string(),
  a: VenueInt,
  p: VenueDecimal,
  q: VenueDecimal,
  T: VenueInt,
  m: z.boolean(),
});

const Levels = z.array(z.tuple([VenueDecimal, VenueDecimal], z.unknown()));

const DepthUpdate = z.looseObject({
  e: z.literal('depthUpdate'),
  E: VenueInt,
  s: z.string(),
  U: VenueInt,
  u: VenueInt,
  b: Levels,
  a: Levels,
});

/** Spot sends the best bid and ask without an event name and without a time. */
const BookTicker = z.looseObject({
  u: VenueInt,
  s: z.string(),
  b: VenueDecimal,
  B: VenueDecimal,
  a: VenueDecimal,
  A: VenueDecimal,
});

export type DepthDiff = Pick<z.output<typeof DepthUpdate>, 'E' | 'U' | 'u' | 'b' | 'a'>;

export type MarketEvent =
  | {
      readonly kind: 'candle';
      readonly symbol: string;
      readonly interval: string;
      /** When the venue sent it. */
      readonly atMs: number;
      readonly candle: Candle;
      readonly isClosed: boolean;
      readonly trades: number;
    }
  | { readonly kind: 'trade'; readonly symbol: string; readonly trade: z.output<typeof AggTrade> }
  | { readonly kind: 'book'; readonly symbol: string; readonly diff: DepthDiff }
  | { readonly kind: 'quote'; readonly symbol: string; readonly top: z.output<typeof BookTicker> }
  /** The server will go away in minutes: move over now. */
  | { readonly kind: 'shutdown' };

const Envelope = z.looseObject({ stream: z.string(), data: z.unknown() });
const Named = z.looseObject({ e: z.string().optional() });

/**
 * What a raw message says: an event, `bad` when it is a market event that does not parse, undefined
 * when it is not one (an answer to a subscription).
 */
export function parseMarketEvent(message: unknown): MarketEvent | 'bad' | undefined {
  const wrapped = Envelope.safeParse(message);
  const raw = wrapped.success ? wrapped.data.data : message;
  const named = Named.safeParse(raw);
  if (!named.success) return 'bad';
  switch (named.data.e) {
    case 'kline':
      return klineEvent(raw);
    case 'aggTrade': {
      const parsed = AggTrade.safeParse(raw);
      if (!parsed.success) return 'bad';
      return { kind: 'trade', symbol: parsed.data.s, trade: parsed.data };
    }
    case 'depthUpdate': {
      const parsed = DepthUpdate.safeParse(raw);
      return parsed.success ? { kind: 'book', symbol: parsed.data.s, diff: parsed.data } : 'bad';
    }
    case 'serverShutdown':
      return { kind: 'shutdown' };
    case 'bookTicker':
    case undefined:
      return quoteEvent(named.data);
    default:
      return undefined;
  }
}

function klineEvent(raw: unknown): MarketEvent | 'bad' {
  const parsed = Kline.safeParse(raw);
  if (!parsed.success) return 'bad';
  const { s, k, E: atMs } = parsed.data;
  const candle = { openMs: k.t, open: k.o, high: k.h, low: k.l, close: k.c, volume: k.v };
  if (!isSound(candle)) return 'bad';
  return {
    kind: 'candle',
    symbol: s,
    interval: k.i,
    atMs,
    candle,
    isClosed: k.x,
    trades: k.n,
  };
}

function quoteEvent(raw: Readonly<Record<string, unknown>>): MarketEvent | 'bad' | undefined {
  if (!('b' in raw && 'a' in raw)) return undefined;
  const parsed = BookTicker.safeParse(raw);
  return parsed.success ? { kind: 'quote', symbol: parsed.data.s, top: parsed.data } : 'bad';
}

/** Prices above zero and in order; anything else would poison the indicators. */
export function isSound(candle: Candle): boolean {
  const { open, high, low, close, volume } = candle;
  return (
    low > 0 &&
    low <= Math.min(open, close) &&
    high >= Math.max(open, close) &&
    Number.isFinite(high) &&
    volume >= 0
  );
}
