import type { Analyst } from './analyst.ts';
import type { AnalystName } from './analyst-names.ts';
import { marketMaker } from './analysts/market-maker.ts';
import { technicalMeanReversion } from './analysts/mean-reversion.ts';
import { technicalMomentum } from './analysts/momentum.ts';
import { pattern } from './analysts/pattern.ts';
import { sentiment } from './analysts/sentiment.ts';
import { trend } from './analysts/trend.ts';
import { technicalVolatility } from './analysts/volatility.ts';

// Each parses its own params, so from outside they are all alike.
const BENCH = {
  'technical-momentum': technicalMomentum as Analyst,
  'technical-mean-reversion': technicalMeanReversion as Analyst,
  'technical-volatility': technicalVolatility as Analyst,
  trend: trend as Analyst,
  pattern: pattern as Analyst,
  'market-maker': marketMaker as Analyst,
  sentiment: sentiment as Analyst,
} as const satisfies Record<AnalystName, Analyst>;

/** The analyst of that name that comes with the desk. */
export function builtInAnalyst(name: AnalystName): Analyst {
  return BENCH[name];
}
