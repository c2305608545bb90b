/** The 24-hour tickers of all pairs at once, from what venues answer. */
import { z } from 'zod';
import type { Instrument } from '#core/model/instrument.ts';
import type { MarketTicker } from '#core/model/market-ticker.ts';
import type { Pair } from '#core/model/pair.ts';
import { VenueFloat, VenueInt } from './decimal.ts';
import { given } from './given.ts';

export type ListedPair = Pick<Instrument, 'pair' | 'venueSymbol'>;

export const BinanceTickers = z.array(
  z.looseObject({
    symbol: z.string(),
    lastPrice: VenueFloat,
    openPrice: VenueFloat,
    bidPrice: VenueFloat,
    askPrice: VenueFloat,
    highPrice: VenueFloat,
    lowPrice: VenueFloat,
    quoteVolume: VenueFloat,
    closeTime: VenueInt,
  }),
);

/** Rows of pairs that are not listed here are left out, and those nobody ever traded. */
export function binanceTickers(
  rows: z.output<typeof BinanceTickers>,
  listed: readonly ListedPair[],
): MarketTicker[] {
  const pairs = new Map(listed.map(({ pair, venueSymbol }) => [venueSymbol, pair]));
  return rows.flatMap((row) => {
    const facts = {
      pair: pairs.get(row.symbol),
      last: row.lastPrice,
      open: row.openPrice,
      bid: row.bidPrice,
      ask: row.askPrice,
      high: row.highPrice,
      low: row.lowPrice,
      quoteVolume: row.quoteVolume,
      atMs: row.closeTime,
    };
    return tickerOf(facts) ?? [];
  });
}

const Price = z.number().nonnegative().nullish();

/** ccxt's `fetchTickers`: one by unified symbol each, of which many venues fill only a part. */
export const GenericTickers = z.record(
  z.string(),
  z.looseObject({
    symbol: z.string().nullish(),
    last: Price,
    open: Price,
    bid: Price,
    ask: Price,
    high: Price,
    low: Price,
    quoteVolume: Price,
    baseVolume: Price,
    percentage: z.number().nullish(),
    timestamp: z.int().nullish(),
  }),
);

export function genericTickers(
  tickers: z.output<typeof GenericTickers>,
  { listed, nowMs }: { readonly listed: readonly ListedPair[]; readonly nowMs: number },
): MarketTicker[] {
  return listed.flatMap(({ pair }) => {
    const row = tickers[pair];
    if (row === undefined) return [];
    const { last, baseVolume, timestamp, percentage } = row;
    const turnover =
      typeof baseVolume === 'number' && typeof last === 'number' ? baseVolume * last : undefined;
    const change = typeof percentage === 'number' ? percentage / 100 : undefined;
    const facts = {
      ...row,
      pair,
      quoteVolume: row.quoteVolume ?? turnover,
      change,
      atMs: timestamp ?? nowMs,
    };
    return tickerOf(facts) ?? [];
  });
}

interface Facts {
  readonly pair: Pair | undefined;
  readonly last?: number | null | undefined;
  readonly open?: number | null | undefined;
  readonly change?: number | undefined;
  readonly bid?: number | null | undefined;
  readonly ask?: number | null | undefined;
  readonly high?: number | null | undefined;
  readonly low?: number | null | undefined;
  readonly quoteVolume?: number | null | undefined;
  readonly atMs: number;
}

/** Undefined when a figure is missing without which a pair cannot be judged: none is invented. */
function tickerOf(facts: Facts): MarketTicker | undefined {
  const { pair, atMs, quoteVolume } = facts;
  const last = positive(facts.last);
  const open = positive(facts.open);
  if (pair === undefined || last === undefined || typeof quoteVolume !== 'number') return undefined;
  const changeFraction24h = open === undefined ? facts.change : last / open - 1;
  if (changeFraction24h === undefined || changeFraction24h < -1) return undefined;
  return {
    pair,
    last,
    ...given('bid', positive(facts.bid)),
    ...given('ask', positive(facts.ask)),
    quoteVolume24h: quoteVolume,
    changeFraction24h,
    ...given('high24h', positive(facts.high)),
    ...given('low24h', positive(facts.low)),
    atMs,
  };
}

/** Venues write a missing price as zero. */
function positive(price: number | null | undefined): number | undefined {
  return typeof price === 'number' && price > 0 ? price : undefined;
}
