/** Filters that need nothing but the list, the desk's own record, or where a pair ranks. */
import { baseOf, type Pair } from '../model/pair.ts';
import type { LinkOf } from './config.ts';
import { percent, sieve, type Facts, type Outcome } from './facts.ts';
import { rank } from './needs.ts';
import { matchesPattern } from './pattern.ts';

export function blacklistObjection(link: LinkOf<'blacklist'>, pair: Pair): string | undefined {
  const found = link.patterns.find((pattern) => matchesPattern(pair, pattern));
  return found === undefined ? undefined : `matches ${found}`;
}

export function sectorFilter(link: LinkOf<'sector'>, pairs: readonly Pair[]): Outcome {
  const counts = new Map<string, number>();
  const sectors = Object.entries(link.sectors);
  return sieve(pairs, (pair) => {
    const own = sectors.filter(([, coins]) => coins.includes(baseOf(pair))).map(([name]) => name);
    const full = own.find((name) => (counts.get(name) ?? 0) >= link.max_per_sector);
    if (full !== undefined) return `sector ${full} is full`;
    for (const name of own) counts.set(name, (counts.get(name) ?? 0) + 1);
    return undefined;
  });
}

export function performanceFilter(
  link: LinkOf<'performance'>,
  facts: Facts,
  pairs: readonly Pair[],
): Outcome {
  const { kept, removed } = sieve(pairs, (pair) => {
    const record = facts.records.get(pair);
    if (record === undefined || record.trades < link.min_trades) return undefined;
    const isWorse = record.profitFraction < link.min_profit_fraction;
    return isWorse ? `${record.trades} trades made ${percent(record.profitFraction)}` : undefined;
  });
  if (!link.sort) return { kept, removed };
  const earned = kept.filter((pair) => facts.records.has(pair));
  const others = kept.filter((pair) => !facts.records.has(pair));
  const best = rank(earned, (pair) => facts.records.get(pair)?.profitFraction ?? 0);
  return { kept: [...best, ...others], removed };
}

/**
 * By a hash of seed and pair: the order of two pairs never hangs on who else is in the list, so
 * that a shuffled list changes no more than its members do.
 */
export function shuffled(seed: number, pairs: readonly Pair[]): readonly Pair[] {
  return rank(pairs, (pair) => hash(`${seed}:${pair}`));
}

// FNV-1a with a last mixing (murmur3's), since names that differ in one letter would stay together.
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

export function offsetFilter(count: number, pairs: readonly Pair[]): Outcome {
  return {
    kept: pairs.slice(count),
    removed: pairs.slice(0, count).map((pair, i) => ({ pair, why: `rank ${i + 1}` })),
  };
}

/**
 * The best `count`, with a margin around the cut: a new pair is sure of a place at rank
 * count - buffer, one already chosen keeps its place down to count + buffer; what is left goes by
 * rank. Two pairs that change ranks around the cut every hour then change nothing.
 */
export function maxFilter(link: LinkOf<'max'>, facts: Facts, pairs: readonly Pair[]): Outcome {
  const { count, buffer } = link;
  const sure = pairs.slice(0, Math.max(0, count - buffer));
  const staying = pairs.slice(sure.length, count + buffer).filter((pair) => facts.chosen.has(pair));
  const taken = new Set<Pair>();
  for (const pair of [...sure, ...staying, ...pairs]) {
    if (taken.size >= count) break;
    taken.add(pair);
  }
  const ranks = new Map(pairs.map((pair, i) => [pair, i + 1]));
  return sieve(pairs, (pair) => (taken.has(pair) ? undefined : `rank ${ranks.get(pair) ?? 0}`));
}
