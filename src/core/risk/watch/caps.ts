/** The most of each pair that the optimiser would hold, as caps for sizing. */
import { optimise } from '#core/allocation/optimise.ts';
import { riskParity } from '#core/allocation/risk-parity.ts';
import { baseOf } from '#core/model/pair.ts';
import type { MarketPicture } from './market-picture.ts';

export interface CapRules {
  readonly method: 'none' | 'risk-parity' | 'minimum-variance';
  readonly investedMax: number;
  readonly weightMax: number;
  /** How far above the optimiser's weight a pair may go: it is a cap and no target. */
  readonly slack: number;
  readonly sectors: Readonly<
    Record<string, { readonly bases: readonly string[]; readonly max: number }>
  >;
}

export type Caps =
  | { readonly kind: 'caps'; readonly fractions: readonly (number | undefined)[] }
  | { readonly kind: 'infeasible'; readonly reasons: readonly string[] };

export function positionCaps(picture: MarketPicture, rules: CapRules): Caps {
  const { pairs, volatilities, correlation } = picture;
  const none = { kind: 'caps', fractions: pairs.map(() => undefined) } as const;
  if (rules.method === 'none' || pairs.length === 0) return none;
  const covariance = correlation.map((row, i) =>
    row.map((value, j) => value * (volatilities[i] ?? 0) * (volatilities[j] ?? 0)),
  );
  const found =
    rules.method === 'risk-parity'
      ? riskParity({ names: pairs, covariance, investedFraction: rules.investedMax })
      : optimise({
          covariance,
          objective: { kind: 'minimum-variance' },
          limits: {
            names: pairs,
            weight: { min: 0, max: rules.weightMax },
            // As much as the weights allow: with cash allowed the least variance is to hold none.
            invested: {
              min: Math.min(rules.investedMax, rules.weightMax * pairs.length),
              max: rules.investedMax,
            },
            sectors: sectorsOf(picture, rules),
          },
        });
  if (found.kind === 'infeasible') return found;
  return {
    kind: 'caps',
    fractions: found.weights.map((weight) => Math.min(1, Math.max(0, weight) * rules.slack)),
  };
}

function sectorsOf({ pairs }: MarketPicture, { sectors }: CapRules) {
  return Object.entries(sectors).flatMap(([name, { bases, max }]) => {
    const members = pairs.filter((pair) => bases.includes(baseOf(pair)));
    return members.length === 0 ? [] : [{ name, members, range: { min: 0, max } }];
  });
}
