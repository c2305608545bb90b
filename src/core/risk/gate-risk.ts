/**
 * The risk state as the gate uses it: laid out once when it comes, so that each order costs a pass
 * over one row. What an order would make of the portfolio is asked here, before it is sent.
 */
import type { Pair } from '#core/model/pair.ts';
import type { PairRisk, RiskLevel, RiskState } from '#core/model/risk-state.ts';
import { normalVar, riskPicture, roomFor } from './measure/portfolio-risk.ts';
import type { RiskPicture } from './measure/portfolio-risk.ts';

export interface GateRisk {
  readonly atMs: number;
  readonly level: RiskLevel;
  readonly accountScaler: number;
  readonly pairs: ReadonlyMap<string, PairRisk>;
  readonly picture: RiskPicture;
}

export function gateRisk(state: RiskState): GateRisk {
  const names = state.pairs.map(({ pair }) => pair);
  const volatilities = state.pairs.map(({ volatility }) => volatility);
  let next = 0;
  const rows: number[][] = names.map(() => []);
  for (let i = 0; i < names.length; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const value = state.correlations[next] ?? 1;
      next += 1;
      (rows[i] ?? [])[j] = value;
      (rows[j] ?? [])[i] = value;
    }
    (rows[i] ?? [])[i] = 1;
  }
  return {
    atMs: state.atMs,
    level: state.level,
    accountScaler: state.accountScaler,
    pairs: new Map(state.pairs.map((risk) => [risk.pair, risk])),
    picture: riskPicture(names, volatilities, rows),
  };
}

/** What a pair may risk of what it would: all scalers together. */
export function scalerOf({ accountScaler }: GateRisk, { scalers }: PairRisk): number {
  const { volatility, correlation, concentration, liquidity } = scalers;
  return accountScaler * volatility * correlation * concentration * liquidity;
}

/** A pair with its share of equity, entries that may still fill included. */
export interface Exposure {
  readonly pair: Pair;
  readonly fraction: number;
}

export interface PortfolioRoom {
  /** Fractions of equity that may be added. */
  readonly valueAtRisk: number;
  readonly correlated: number;
}

/**
 * How much of `pair` may be added before the 99 % one-day value at risk of the whole (normal, on the
 * published covariance) reaches `varMax`, and before what moves with it (correlation at least
 * `correlationHigh`, itself included) reaches `correlatedMax`. What is held and is not in the picture
 * counts as moving with everything, at the volatility of the wildest.
 */
export function portfolioRoom(
  { picture }: GateRisk,
  asked: {
    readonly pair: Pair;
    readonly held: readonly Exposure[];
    readonly varMax: number;
    readonly correlationHigh: number;
    readonly correlatedMax: number;
  },
): PortfolioRoom {
  const { pair, held, varMax, correlationHigh, correlatedMax } = asked;
  const size = picture.names.length;
  const asset = picture.placeOf.get(pair) ?? -1;
  const weights = new Float64Array(size);
  const own = picture.covariance[asset * size + asset] ?? 0;
  let strange = 0;
  let correlated = 0;
  for (const { pair: other, fraction } of held) {
    const place = picture.placeOf.get(other);
    if (place === undefined) {
      strange += fraction;
      correlated += fraction;
      continue;
    }
    weights[place] = (weights[place] ?? 0) + fraction;
    const variance = picture.covariance[place * size + place] ?? 0;
    const shared = picture.covariance[asset * size + place] ?? 0;
    if (place === asset || shared >= correlationHigh * Math.sqrt(own * variance)) {
      correlated += fraction;
    }
  }
  const deviationMax = varMax / normalVar(1) - strange * wildest(picture);
  return {
    valueAtRisk: deviationMax > 0 ? roomFor(picture, weights, { asset, deviationMax }) : 0,
    correlated: Math.max(0, correlatedMax - correlated),
  };
}

function wildest({ names, covariance }: RiskPicture): number {
  const size = names.length;
  let most = 0;
  for (let i = 0; i < size; i += 1) most = Math.max(most, covariance[i * size + i] ?? 0);
  return Math.sqrt(most);
}
