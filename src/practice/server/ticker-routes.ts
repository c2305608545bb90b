import { badCombination, invalidTickerType, statusMismatch } from './api-error.ts';
import { symbolStatus } from './general-routes.ts';
import type { Query } from './query.ts';
import type { Route } from './route.ts';
import { bestPrices, dayStats, lastTrade } from './tickers.ts';
import type { Venue } from './venue.ts';

export const TICKER_ROUTES: readonly Route[] = [
  {
    path: '/api/v3/ticker/24hr',
    parameters: ['symbol', 'symbols', 'type', 'symbolStatus'],
    weight: dayWeight,
    answer: (venue, query) => {
      const type = query.text('type') ?? 'FULL';
      if (type !== 'FULL' && type !== 'MINI') throw invalidTickerType();
      return perSymbol(venue, query, (symbol) =>
        type === 'FULL' ? fullTicker(venue, symbol) : miniTicker(venue, symbol),
      );
    },
  },
  {
    path: '/api/v3/ticker/price',
    parameters: ['symbol', 'symbols', 'symbolStatus'],
    weight: priceWeight,
    answer: (venue, query) =>
      perSymbol(venue, query, (symbol) => ({ symbol, price: lastPrice(venue, symbol) })),
  },
  {
    path: '/api/v3/ticker/bookTicker',
    parameters: ['symbol', 'symbols', 'symbolStatus'],
    weight: priceWeight,
    answer: (venue, query) =>
      perSymbol(venue, query, (symbol) => {
        const { updateId: _, ...best } = bestPrices(venue, symbol);
        return { symbol, ...best };
      }),
  },
];

function dayWeight(query: Query): number {
  if (query.has('symbol')) return 2;
  const count = query.text('symbols')?.split(',').length;
  if (count === undefined || count > 100) return 80;
  return count > 20 ? 40 : 2;
}

function priceWeight(query: Query): number {
  return query.has('symbol') ? 2 : 4;
}

/** One object for `symbol=`, else a list; `symbolStatus` filters a list and refuses a single. */
function perSymbol(venue: Venue, query: Query, row: (symbol: string) => unknown): unknown {
  if (query.has('symbol') && query.has('symbols')) throw badCombination();
  const status = symbolStatus(query);
  const asked = query.symbols(venue.symbols) ?? [...venue.symbols.keys()];
  const shown = asked.filter(
    (symbol) => status === undefined || venue.world.status(symbol) === status,
  );
  if (!query.has('symbol')) return shown.map(row);
  const [symbol] = shown;
  if (symbol === undefined) throw statusMismatch();
  return row(symbol);
}

function fullTicker(venue: Venue, symbol: string): unknown {
  const stats = dayStats(venue, symbol);
  const { updateId: _, ...best } = bestPrices(venue, symbol);
  return { symbol, ...stats, ...lastTrade(venue, symbol, stats), ...best };
}

function miniTicker(venue: Venue, symbol: string): unknown {
  const {
    priceChange: _change,
    priceChangePercent: _percent,
    weightedAvgPrice: _weighted,
    ...mini
  } = dayStats(venue, symbol);
  return { symbol, ...mini };
}

function lastPrice(venue: Venue, symbol: string): string {
  const text = venue.textOf(symbol);
  const last = venue.world.trades(symbol, { limit: 1 }).at(-1);
  return last === undefined ? dayStats(venue, symbol).lastPrice : text.price(last.ticks);
}
