/**
 * Takes pairs that move as another one does: better to hold two things than one twice. Goes down
 * the list; a pair too close to what is held, or to one that ranks better and stays, is removed.
 */
import type { Pair } from '../model/pair.ts';
import { correlationOf, covarianceOf } from '../risk/measure/correlation.ts';
import { alignedReturns } from '../risk/measure/returns.ts';
import type { LinkOf } from './config.ts';
import { missing, sieve, type Facts, type Outcome } from './facts.ts';

const DAY_MS = 86_400_000;
/** Below this a correlation is mostly chance. */
const RETURNS_MIN = 4;

export function correlationFilter(
  link: LinkOf<'correlation'>,
  facts: Facts,
  pairs: readonly Pair[],
): Outcome {
  const against = link.with === 'chosen' ? [] : [...facts.held];
  const stays: Pair[] = [];
  return sieve(pairs, (pair) => {
    if (!facts.candles.has(pair)) return missing('daily candles', link);
    const others = link.with === 'held' ? against : [...against, ...stays];
    for (const other of others) {
      // What is held is not too close to itself; without its candles nothing can be said of it.
      if (other === pair || !facts.candles.has(other)) continue;
      const correlation = correlate(facts, [pair, other], link.days);
      if (correlation !== undefined && correlation > link.max)
        return `correlation ${correlation.toFixed(2)} with ${other}`;
      if (correlation === undefined && link.on_missing === 'remove')
        return `no common days with ${other}`;
    }
    stays.push(pair);
    return undefined;
  });
}

function correlate(facts: Facts, pairs: readonly Pair[], days: number): number | undefined {
  const series = pairs.map((pair) => facts.candles.get(pair)?.slice(-(days + 1)) ?? []);
  const returns = alignedReturns(series, DAY_MS);
  if ((returns[0]?.length ?? 0) < RETURNS_MIN) return undefined;
  return correlationOf(covarianceOf(returns))[0]?.[1];
}
