/**
 * Steps that make a list. As the first step they give all they find; later they keep those of the
 * list that they would give, in their own order.
 */
import { baseOf, type Pair } from '../model/pair.ts';
import { PAIRS_MAX, type LinkOf } from './config.ts';
import type { Facts, Outcome, Removal } from './facts.ts';
import { percent, sieve } from './facts.ts';
import { candidates, rank, rollingWindow } from './needs.ts';

/** `given` is undefined for the first step. */
export type Given = readonly Pair[] | undefined;

export function staticList(link: LinkOf<'static'>, facts: Facts, given: Given): Outcome {
  return among(link.pairs ?? facts.listed, given, 'not in the list');
}

export function remoteList(link: LinkOf<'remote'>, facts: Facts, given: Given): Outcome {
  const own = [...new Set(facts.remote)].slice(0, link.max_pairs);
  return among(own, given, 'not in the remote list');
}

export function volumeList(link: LinkOf<'volume'>, facts: Facts, given: Given): Outcome {
  const rolling = link.rolling_hours;
  const volume =
    rolling === null
      ? (pair: Pair) => facts.tickers.get(pair)?.quoteVolume24h
      : (pair: Pair) => rollingVolume(pair, facts, rolling);
  const all =
    rolling === null
      ? [...facts.tickers.keys()]
      : candidates(facts.tickers, link.rolling_candidates, given);
  const known = sieve(given ?? all, (pair) => {
    const found = volume(pair);
    if (found === undefined) return 'no volume';
    return found < link.min_quote_volume ? `volume ${Math.round(found)}` : undefined;
  });
  const ranked = rank(known.kept, (pair) => volume(pair) ?? 0);
  return cut(ranked, link.count, known.removed);
}

/** In the quote asset: base volume at the middle of the candle's range. */
function rollingVolume(pair: Pair, facts: Facts, hours: number): number | undefined {
  const [, count] = rollingWindow(hours);
  const candles = facts.candles.get(pair)?.slice(-count);
  if (candles === undefined || candles.length === 0) return undefined;
  return candles.reduce((sum, { volume, high, low, close }) => {
    return sum + (volume * (high + low + close)) / 3;
  }, 0);
}

export function percentChangeList(
  link: LinkOf<'percent-change'>,
  facts: Facts,
  given: Given,
): Outcome {
  const { days } = link;
  const change = (pair: Pair): number | undefined =>
    days === null ? facts.tickers.get(pair)?.changeFraction24h : changeOver(pair, facts, days);
  const all =
    days === null ? [...facts.tickers.keys()] : candidates(facts.tickers, link.candidates, given);
  const [min, max] = [link.min_change_fraction ?? -Infinity, link.max_change_fraction ?? Infinity];
  const known = sieve(given ?? all, (pair) => {
    const found = change(pair);
    if (found === undefined) return 'no change known';
    return found < min || found > max ? `change ${percent(found)}` : undefined;
  });
  const sign = link.sort === 'rising' ? 1 : -1;
  return cut(
    rank(known.kept, (pair) => sign * (change(pair) ?? 0)),
    link.count,
    known.removed,
  );
}

function changeOver(pair: Pair, facts: Facts, days: number): number | undefined {
  const candles = facts.candles.get(pair)?.slice(-(days + 1)) ?? [];
  const [first, last] = [candles[0], candles.at(-1)];
  if (first === undefined || last === undefined || candles.length <= days) return undefined;
  return last.close / first.close - 1;
}

export function marketCapList(link: LinkOf<'market-cap'>, facts: Facts, given: Given): Outcome {
  const ranks = new Map<string, number>();
  facts.capitalisation.forEach((coin, i) => {
    // Tickers are not unique; the name belongs to the largest that has it.
    if (!ranks.has(coin)) ranks.set(coin, i + 1);
  });
  const known = sieve(given ?? [...facts.tickers.keys()], (pair) => {
    const found = ranks.get(baseOf(pair));
    if (found === undefined) return 'no rank';
    return found < link.from_rank || found > link.to_rank ? `rank ${found}` : undefined;
  });
  const ranked = rank(known.kept, (pair) => -(ranks.get(baseOf(pair)) ?? Infinity));
  return cut(ranked, PAIRS_MAX, known.removed);
}

function among(list: readonly Pair[], given: Given, why: string): Outcome {
  const own = [...new Set(list)];
  if (given === undefined) return cut(own, PAIRS_MAX, []);
  const present = new Set(given);
  const wanted = new Set(own);
  return {
    kept: own.filter((pair) => present.has(pair)),
    removed: given.filter((pair) => !wanted.has(pair)).map((pair) => ({ pair, why })),
  };
}

/** The first `count`; the others are removed with their rank. */
export function cut(ranked: readonly Pair[], count: number, before: readonly Removal[]): Outcome {
  const tail = ranked.slice(count).map((pair, i) => ({ pair, why: `rank ${count + i + 1}` }));
  return { kept: ranked.slice(0, count), removed: [...before, ...tail] };
}
