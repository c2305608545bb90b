/**
 * Which positions to cut, how much and in what order, until the value at risk is under its bound. The
 * one first that lowers it most per day it takes to sell: what cannot be sold quickly is sold last.
 */
import type { Pair } from '#core/model/pair.ts';
import { marginalCovariance, normalVar, portfolioVariance } from '../measure/portfolio-risk.ts';
import type { RiskPicture } from '../measure/portfolio-risk.ts';

export interface Sale {
  readonly pair: Pair;
  /** Of what is held. */
  readonly share: number;
}

export interface HeldPosition {
  readonly pair: Pair;
  /** Of equity. */
  readonly fraction: number;
  readonly daysToExit: number;
}

/** Parts in which a position is cut: finer ones are not worth their fees. */
const STEP = 0.25;
const SELLING_DAYS_LEAST = 0.01;

export function reducePlan(
  picture: RiskPicture,
  held: readonly HeldPosition[],
  varMax: number,
): readonly Sale[] {
  const weights = new Float64Array(picture.names.length);
  for (const { pair, fraction } of held) {
    const place = picture.placeOf.get(pair);
    if (place !== undefined) weights[place] = fraction;
  }
  const sold = new Map<Pair, number>();
  const deviationMax = varMax / normalVar(1);
  while (Math.sqrt(portfolioVariance(picture, weights)) > deviationMax) {
    const next = heaviest(picture, { held, weights, sold });
    if (next === undefined) break;
    const place = picture.placeOf.get(next.pair) ?? -1;
    weights[place] = Math.max(0, (weights[place] ?? 0) - STEP * next.fraction);
    sold.set(next.pair, Math.min(1, (sold.get(next.pair) ?? 0) + STEP));
  }
  return [...sold].map(([pair, share]) => ({ pair, share }));
}

function heaviest(
  picture: RiskPicture,
  given: {
    readonly held: readonly HeldPosition[];
    readonly weights: Float64Array;
    readonly sold: ReadonlyMap<Pair, number>;
  },
): HeldPosition | undefined {
  let best: HeldPosition | undefined;
  let most = 0;
  for (const position of given.held) {
    const place = picture.placeOf.get(position.pair);
    if (place === undefined || (given.sold.get(position.pair) ?? 0) >= 1) continue;
    const gain =
      (position.fraction * marginalCovariance(picture, given.weights, place)) /
      Math.max(SELLING_DAYS_LEAST, position.daysToExit);
    if (gain > most) {
      most = gain;
      best = position;
    }
  }
  return best;
}
