/** Public requests of the WebSocket API: the same routes as over REST, by the venue's other names. */
import type { Route } from '../route.ts';
import { ROUTES } from '../routes.ts';

const PATHS: Readonly<Record<string, string>> = {
  ping: 'ping',
  time: 'time',
  exchangeInfo: 'exchangeInfo',
  executionRules: 'executionRules',
  depth: 'depth',
  'trades.recent': 'trades',
  'trades.historical': 'historicalTrades',
  'trades.aggregate': 'aggTrades',
  klines: 'klines',
  uiKlines: 'uiKlines',
  avgPrice: 'avgPrice',
  'ticker.24hr': 'ticker/24hr',
  'ticker.tradingDay': 'ticker/tradingDay',
  ticker: 'ticker',
  'ticker.price': 'ticker/price',
  'ticker.book': 'ticker/bookTicker',
};

export function publicMethod(method: string): Route | undefined {
  const path = Object.hasOwn(PATHS, method) ? PATHS[method] : undefined;
  return path === undefined ? undefined : ROUTES.get(`/api/v3/${path}`);
}
