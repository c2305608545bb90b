import type { Candle } from '../model/candle.ts';
import { Instrument } from '../model/instrument.ts';
import { OrderBook } from '../model/market.ts';
import { Pair } from '../model/pair.ts';
import { ChainLink, type LinkOf } from './config.ts';
import type { PairTicker } from './facts.ts';

const DAY_MS = 86_400_000;

export function pairOf(base: string): Pair {
  return Pair.parse(`${base}/USDT`);
}

export function pairsOfBases(...bases: readonly string[]): Pair[] {
  return bases.map(pairOf);
}

/** A step with its defaults filled in, as from the config. */
export function link<Name extends ChainLink['name']>(
  name: Name,
  parameters: Readonly<Record<string, unknown>> = {},
): LinkOf<Name> {
  return ChainLink.parse({ name, ...parameters }) as LinkOf<Name>;
}

export function ticker(parts: Partial<PairTicker> = {}): PairTicker {
  return { last: 100, bid: 99.9, ask: 100, quoteVolume24h: 1e6, changeFraction24h: 0, ...parts };
}

/** Daily candles with these closes, oldest first. */
export function days(closes: readonly number[]): Candle[] {
  return closes.map((close, i) => ({
    openMs: i * DAY_MS,
    open: close,
    high: close,
    low: close,
    close,
    volume: 1,
  }));
}

export function instrument(base: string, parts: Partial<Instrument> = {}): Instrument {
  return Instrument.parse({
    pair: pairOf(base),
    venueSymbol: `${base}USDT`,
    base,
    quote: 'USDT',
    status: 'trading',
    tickSize: '0.01',
    stepSize: '0.001',
    minQty: '0.001',
    minNotional: '5',
    hasOco: true,
    hasTrailingStop: true,
    ...parts,
  });
}

export function book(
  base: string,
  sides: { readonly bids: readonly [string, string][]; readonly asks: readonly [string, string][] },
): OrderBook {
  return OrderBook.parse({ pair: pairOf(base), ...sides, updateId: 1, atMs: 0, receivedMs: 0 });
}
