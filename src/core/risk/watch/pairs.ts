/** What the gate has to know of each pair: how it moves, what trades, and what scales an entry. */
import type { Pair } from '#core/model/pair.ts';
import type { PairRisk } from '#core/model/risk-state.ts';
import { daysToExit } from '../measure/concentration.ts';
import type { AssessRules, Look } from './look.ts';
import type { MarketPicture } from './market-picture.ts';
import { pairScalers } from './scalers.ts';

export function pairRisk(
  look: Look,
  given: {
    readonly rules: AssessRules;
    readonly place: number;
    readonly weights: Float64Array;
    readonly exposure: number;
    readonly cap: number | undefined;
  },
): PairRisk {
  const { picture, account } = look;
  const { rules, place, weights, exposure, cap } = given;
  const volatility = picture.volatilities[place] ?? 0;
  const volume = picture.dailyVolumes[place];
  const valueQuote = account.equityQuote * rules.limits.pair_exposure_max;
  const scalers = pairScalers({
    volatility,
    volatilityTarget: rules.volatilityTarget,
    correlationToHeld: correlationToHeld(picture, { place, weights }),
    shareOfInvested: shareWithEntry({
      own: weights[place] ?? 0,
      exposure,
      most: rules.limits.pair_exposure_max,
    }),
    exposure,
    daysToExit:
      volume === undefined
        ? undefined
        : daysToExit({
            valueQuote,
            dailyVolumeQuote: volume,
            participation: rules.participation,
          }),
  });
  return {
    pair: picture.pairs[place] as Pair,
    volatility,
    ...(volume === undefined ? {} : { dailyVolumeQuote: volume }),
    scalers,
    ...(cap === undefined ? {} : { capFraction: cap }),
  };
}

/** A pair that may be entered is not held: its share is what the largest entry would make it. */
function shareWithEntry(given: {
  readonly own: number;
  readonly exposure: number;
  readonly most: number;
}): number {
  const { own, exposure, most } = given;
  const entry = Math.max(0, most - own);
  return (own + entry) / (exposure + entry);
}

function correlationToHeld(
  { correlation }: MarketPicture,
  { place, weights }: { place: number; weights: Float64Array },
): number {
  let total = 0;
  let sum = 0;
  weights.forEach((weight, other) => {
    if (other === place) return;
    total += weight;
    sum += weight * (correlation[place]?.[other] ?? 0);
  });
  return total > 0 ? sum / total : 0;
}
