import type { Analyst } from './analyst.ts';
import { technicalMeanReversion } from './analysts/mean-reversion.ts';
import { technicalMomentum } from './analysts/momentum.ts';
import { pattern } from './analysts/pattern.ts';
import { trend } from './analysts/trend.ts';
import { technicalVolatility } from './analysts/volatility.ts';

/** The analysts that come with the desk. */
const BENCH = [
  technicalMomentum,
  technicalMeanReversion,
  technicalVolatility,
  trend,
  pattern,
] as const;

/** Names of the built-in analysts, for errors and documents. */
export const ANALYST_NAMES: readonly string[] = BENCH.map(({ name }) => name);

export function builtInAnalyst(name: string): Analyst | undefined {
  // Each parses its own params, so from outside they are all alike.
  return BENCH.find((analyst) => analyst.name === name) as Analyst | undefined;
}
