import { badCombination, invalidParameter, invalidSymbolStatus } from './api-error.ts';
import type { SymbolStatus } from '../world.ts';
import { exchangeInfo } from './exchange-info.ts';
import type { Query } from './query.ts';
import type { Route } from './route.ts';
import type { Venue } from './venue.ts';

const STATUSES: readonly SymbolStatus[] = ['TRADING', 'HALT', 'BREAK', 'CANCEL_ONLY'];

export const GENERAL_ROUTES: readonly Route[] = [
  { path: '/api/v3/ping', parameters: [], weight: () => 1, answer: () => ({}) },
  {
    path: '/api/v3/time',
    parameters: [],
    weight: () => 1,
    answer: (venue) => ({ serverTime: venue.saysNow() }),
  },
  {
    path: '/api/v3/exchangeInfo',
    parameters: ['symbol', 'symbols', 'permissions', 'showPermissionSets', 'symbolStatus'],
    weight: () => 20,
    answer: (venue, query) => {
      const named = ['symbol', 'symbols', 'permissions'].filter((name) => query.has(name)).length;
      const status = symbolStatus(query);
      if (named > 1 || (named > 0 && status !== undefined && !query.has('permissions'))) {
        throw badCombination();
      }
      return exchangeInfo(venue, {
        symbols: query.symbols(venue.symbols),
        status,
        permissions: permissions(query),
        showPermissionSets: flag(query, 'showPermissionSets', true),
      });
    },
  },
  {
    path: '/api/v3/executionRules',
    parameters: ['symbol', 'symbols', 'symbolStatus'],
    weight: (query) => {
      const { length = 20 } = named(query) ?? {};
      return Math.min(40, 2 * length);
    },
    answer: executionRules,
  },
];

/** As many as the request names; undefined for all. */
function named(query: Query): readonly unknown[] | undefined {
  if (query.has('symbol')) return [query.text('symbol')];
  return query.text('symbols')?.split(',');
}

function executionRules(venue: Venue, query: Query): unknown {
  const status = symbolStatus(query);
  const asked = query.symbols(venue.symbols);
  if (asked !== undefined && status !== undefined) throw badCombination();
  const shown = (asked ?? [...venue.symbols.keys()]).filter(
    (symbol) => status === undefined || venue.world.status(symbol) === status,
  );
  return {
    symbolRules: shown.flatMap((symbol) => {
      const { priceRange } = venue.rulesOf(symbol);
      if (priceRange === undefined) return [];
      const { up, down } = priceRange;
      const range = {
        ruleType: 'PRICE_RANGE',
        bidLimitMultUp: up,
        bidLimitMultDown: down,
        askLimitMultUp: up,
        askLimitMultDown: down,
      };
      return [{ symbol, rules: [range] }];
    }),
  };
}

export function symbolStatus(query: Query): SymbolStatus | undefined {
  const status = query.text('symbolStatus');
  if (status === undefined) return undefined;
  const found = STATUSES.find((one) => one === status);
  if (found === undefined) throw invalidSymbolStatus();
  return found;
}

function permissions(query: Query): readonly string[] | undefined {
  const text = query.text('permissions');
  if (text === undefined) return undefined;
  const names = text.startsWith('[') ? text.replaceAll(/[[\]"]/g, '').split(',') : [text];
  if (!names.every((name) => /^[A-Z0-9_]+$/.test(name))) throw invalidParameter('permissions');
  return names;
}

function flag(query: Query, name: string, fallback: boolean): boolean {
  const text = query.text(name);
  if (text === undefined) return fallback;
  if (text !== 'true' && text !== 'false') throw invalidParameter(name);
  return text === 'true';
}
