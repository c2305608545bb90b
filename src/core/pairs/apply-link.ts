import type { Pair } from '../model/pair.ts';
import type { ChainLink } from './config.ts';
import { correlationFilter } from './correlation-filter.ts';
import { sieve, type Facts, type Outcome } from './facts.ts';
import {
  marketCapList,
  percentChangeList,
  remoteList,
  staticList,
  volumeList,
  type Given,
} from './generate.ts';
import { ageObjection, rangeObjection, volatilityObjection } from './history-filters.ts';
import {
  blacklistObjection,
  maxFilter,
  offsetFilter,
  performanceFilter,
  sectorFilter,
  shuffled,
} from './list-filters.ts';
import {
  depthObjection,
  priceObjection,
  spreadObjection,
  statusObjection,
} from './market-filters.ts';

/** One step of the chain over the list so far; `given` is undefined for the first. */
export function applyLink(link: ChainLink, facts: Facts, given: Given): Outcome {
  switch (link.name) {
    case 'static':
      return staticList(link, facts, given);
    case 'volume':
      return volumeList(link, facts, given);
    case 'market-cap':
      return marketCapList(link, facts, given);
    case 'percent-change':
      return percentChangeList(link, facts, given);
    case 'remote':
      return remoteList(link, facts, given);
    default:
      return applyFilter(link, facts, given ?? []);
  }
}

type Filter = Exclude<
  ChainLink,
  { readonly name: 'static' | 'volume' | 'market-cap' | 'percent-change' | 'remote' }
>;

function applyFilter(link: Filter, facts: Facts, pairs: readonly Pair[]): Outcome {
  switch (link.name) {
    case 'correlation':
      return correlationFilter(link, facts, pairs);
    case 'performance':
      return performanceFilter(link, facts, pairs);
    case 'sector':
      return sectorFilter(link, pairs);
    case 'shuffle':
      return { kept: shuffled(link.seed, pairs), removed: [] };
    case 'offset':
      return offsetFilter(link.count, pairs);
    case 'max':
      return maxFilter(link, facts, pairs);
    default:
      return sieve(pairs, (pair) => objection(link, facts, pair));
  }
}

type Sieve = Exclude<
  Filter,
  { readonly name: 'correlation' | 'performance' | 'sector' | 'shuffle' | 'offset' | 'max' }
>;

function objection(link: Sieve, facts: Facts, pair: Pair): string | undefined {
  switch (link.name) {
    case 'age':
      return ageObjection(link, facts, pair);
    case 'spread':
      return spreadObjection(link, facts, pair);
    case 'price':
      return priceObjection(link, facts, pair);
    case 'volatility':
      return volatilityObjection(link, facts, pair);
    case 'range-stability':
      return rangeObjection(link, facts, pair);
    case 'depth':
      return depthObjection(link, facts, pair);
    case 'status':
      return statusObjection(facts, pair);
    case 'blacklist':
      return blacklistObjection(link, pair);
  }
}

/** Steps whose word is not waited over: what the venue halts or the user bans leaves at once. */
export function isFinal(link: ChainLink): boolean {
  return link.name === 'status' || link.name === 'blacklist';
}
