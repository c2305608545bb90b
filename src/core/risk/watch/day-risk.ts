/** The one-day value at risk (99 %) that limits and cuts go by, for any weights of a picture's pairs. */
import { normalVar, portfolioVariance } from '../measure/portfolio-risk.ts';
import type { RiskPicture } from '../measure/portfolio-risk.ts';
import { filteredMonteCarloVar } from '../measure/value-at-risk.ts';
import type { TailRisk } from '../measure/value-at-risk.ts';
import type { MarketPicture } from './market-picture.ts';

/** Hourly figures become a day's by the square root of time. */
export const HOURS_TO_DAY = Math.sqrt(24);
const DRAWS = 2_000;

export interface DayRiskGiven {
  readonly market: MarketPicture;
  readonly laidOut: RiskPicture;
  /** A new stream, the same at each call: so the same weights have the same figure. */
  readonly random: () => { next(): number };
}

/** The sharper of what the volatility of now says and what the hours of late have shown. */
export function dayRiskOf(weights: Float64Array, given: DayRiskGiven): number {
  const deviation = Math.sqrt(portfolioVariance(given.laidOut, weights));
  const returns = portfolioReturns(given.market, weights);
  const simulated = simulatedHour(returns, given.random)?.valueAtRisk ?? 0;
  return Math.max(normalVar(deviation), simulated * HOURS_TO_DAY);
}

/** Of one hour; undefined without moves to draw from. */
export function simulatedHour(
  returns: readonly number[],
  random: DayRiskGiven['random'],
): TailRisk | undefined {
  if (returns.length < 2 || returns.every((value) => value === 0)) return undefined;
  return filteredMonteCarloVar(returns, { random: random(), draws: DRAWS });
}

/** Hourly returns that these weights would have had; young pairs have none to tell. */
export function portfolioReturns(
  { pairs, returns }: MarketPicture,
  weights: Float64Array,
): number[] {
  const hours = [...returns.values()][0]?.length ?? 0;
  const held = pairs.flatMap((pair, place) => {
    const weight = weights[place] ?? 0;
    const moves = returns.get(pair);
    return weight === 0 || moves === undefined ? [] : [{ weight, moves }];
  });
  return Array.from({ length: hours }, (_, hour) =>
    held.reduce((sum, { weight, moves }) => sum + weight * Math.expm1(moves[hour] ?? 0), 0),
  );
}
