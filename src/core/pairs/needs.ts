/** What a step has to look at, so that nothing is fetched for pairs that are gone by then. */
import type { Pair } from '../model/pair.ts';
import type { Timeframe } from '../model/timeframe.ts';
import type { ChainLink } from './config.ts';
import type { Facts, PairTicker } from './facts.ts';

export type Need =
  | { readonly kind: 'tickers' }
  | { readonly kind: 'instruments' }
  | {
      readonly kind: 'candles';
      readonly timeframe: Timeframe;
      readonly count: number;
      readonly pairs: readonly Pair[];
    }
  | { readonly kind: 'books'; readonly pairs: readonly Pair[] }
  | { readonly kind: 'records'; readonly days: number }
  | { readonly kind: 'remote' }
  | { readonly kind: 'capitalisation' };

/**
 * Needs that do not hang on others. Those over candles of a generator come second: which pairs are
 * worth a load is seen from the tickers.
 */
export function firstNeeds(link: ChainLink, pairs: readonly Pair[]): readonly Need[] {
  switch (link.name) {
    case 'volume':
    case 'percent-change':
      return [{ kind: 'tickers' }];
    case 'market-cap':
      return [{ kind: 'capitalisation' }, { kind: 'tickers' }];
    case 'remote':
      return [{ kind: 'remote' }];
    case 'spread':
      return [{ kind: 'tickers' }];
    case 'price':
      return [{ kind: 'tickers' }, { kind: 'instruments' }];
    case 'status':
      return [{ kind: 'instruments' }];
    case 'depth':
      return [{ kind: 'books', pairs }];
    case 'performance':
      return [{ kind: 'records', days: link.days }];
    default:
      return [];
  }
}

/** Needs in candles; `facts` holds what {@link firstNeeds} asked for. */
export function candleNeed(
  link: ChainLink,
  pairs: readonly Pair[] | undefined,
  facts: Facts,
): Extract<Need, { kind: 'candles' }> | undefined {
  switch (link.name) {
    case 'volume': {
      if (link.rolling_hours === null) return undefined;
      const [timeframe, count] = rollingWindow(link.rolling_hours);
      return daily(candidates(facts.tickers, link.rolling_candidates, pairs), count, timeframe);
    }
    case 'percent-change':
      if (link.days === null) return undefined;
      return daily(candidates(facts.tickers, link.candidates, pairs), link.days + 1);
    case 'age':
      return daily(pairs ?? [], Math.max(link.min_days, link.max_days ?? 0) + 1);
    case 'volatility':
      return daily(pairs ?? [], link.days + 1);
    case 'range-stability':
      return daily(pairs ?? [], link.days);
    case 'correlation':
      return daily([...new Set([...(pairs ?? []), ...facts.held])], link.days + 1);
    default:
      return undefined;
  }
}

function daily(
  pairs: readonly Pair[],
  count: number,
  timeframe: Timeframe = '1d',
): Extract<Need, { kind: 'candles' }> {
  return { kind: 'candles', timeframe, count, pairs };
}

/** Up to three days by hours, beyond that by days: a load of a thousand candles is no answer. */
export function rollingWindow(hours: number): readonly [Timeframe, number] {
  return hours <= 72 ? ['1h', hours] : ['1d', Math.ceil(hours / 24)];
}

/** The largest by the volume of 24 hours, of the list or of all. */
export function candidates(
  tickers: ReadonlyMap<Pair, PairTicker>,
  count: number,
  among: readonly Pair[] | undefined,
): readonly Pair[] {
  const pairs = among ?? [...tickers.keys()];
  return rank(pairs, (pair) => tickers.get(pair)?.quoteVolume24h ?? -1).slice(0, count);
}

/** Largest first; equals by name, so that the same data always gives the same order. */
export function rank(pairs: readonly Pair[], worth: (pair: Pair) => number): readonly Pair[] {
  return pairs
    .map((pair) => ({ pair, worth: worth(pair) }))
    .toSorted((a, b) => b.worth - a.worth || (a.pair < b.pair ? -1 : 1))
    .map(({ pair }) => pair);
}
