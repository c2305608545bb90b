/**
 * What is held, laid out for the measures: fractions of equity in the order of the picture's pairs, and
 * what of it is known. The risk of a pair without candles is not: it is left out, and what is left is the
 * least the whole risks, as nothing that a desk buys moves against the market for long.
 */
import type { Pair } from '#core/model/pair.ts';
import { riskPicture } from '../measure/portfolio-risk.ts';
import type { RiskPicture } from '../measure/portfolio-risk.ts';
import { dayRiskOf } from './day-risk.ts';
import type { Look } from './look.ts';

export interface Holdings {
  readonly fractions: ReadonlyMap<Pair, number>;
  readonly laidOut: RiskPicture;
  /** Of everything, by place. */
  readonly weights: Float64Array;
  /** Held, and cannot be read. */
  readonly blind: ReadonlyMap<Pair, number>;
  /** One-day value at risk of any weights. */
  readonly riskOf: (weights: Float64Array) => number;
  /** Of what can be read. */
  readonly valueAtRisk: number;
  /** Of a fraction in one pair alone; undefined while it cannot be read. */
  readonly riskOfOne: (pair: Pair, fraction: number) => number | undefined;
}

export function holdingsOf({ picture, account, held, unread, random }: Look): Holdings {
  const { pairs } = picture;
  const equity = account.equityQuote;
  const fractions = new Map(
    held.map(({ pair, valueQuote }) => [pair, equity > 0 ? valueQuote / equity : 0]),
  );
  const laidOut = riskPicture(pairs, picture.volatilities, picture.correlation);
  const riskOf = (of: Float64Array) => dayRiskOf(of, { market: picture, laidOut, random });
  const byPair = (of: (pair: Pair) => number) => Float64Array.from(pairs, of);
  const weightOf = (pair: Pair) => fractions.get(pair) ?? 0;
  return {
    fractions,
    laidOut,
    weights: byPair(weightOf),
    blind: new Map([...fractions].filter(([pair]) => unread.has(pair))),
    riskOf,
    valueAtRisk: riskOf(byPair((pair) => (unread.has(pair) ? 0 : weightOf(pair)))),
    riskOfOne: (one, fraction) =>
      unread.has(one) ? undefined : riskOf(byPair((pair) => (pair === one ? fraction : 0))),
  };
}
