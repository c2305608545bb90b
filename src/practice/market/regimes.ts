import type { Random } from '#platform/random.ts';

/** What the whole market is doing; news and sentiment follow the same regimes. */
export type Regime = 'range' | 'rise' | 'fall' | 'crash';

interface RegimeTraits {
  /** Relative to the average. */
  readonly volatility: number;
  /** Of the market factor, in calm one-minute sigmas a minute. */
  readonly drift: number;
  /** Fraction of the distance to the recent mean that a minute takes back. */
  readonly pull: number;
  readonly minutesMean: number;
  readonly next: Readonly<Partial<Record<Regime, number>>>;
}

/**
 * Minutes rather than the days of real regimes, so that an afternoon on the practice exchange
 * meets each of them: ranges of twenty minutes, trends of twelve, a crash every two hours.
 */
const TRAITS: Readonly<Record<Regime, RegimeTraits>> = {
  range: {
    volatility: 0.75,
    drift: 0,
    pull: 0.06,
    minutesMean: 20,
    next: { rise: 0.47, fall: 0.4, crash: 0.13 },
  },
  rise: {
    volatility: 0.95,
    drift: 0.3,
    pull: 0,
    minutesMean: 14,
    next: { range: 0.7, fall: 0.2, crash: 0.1 },
  },
  fall: {
    volatility: 1.1,
    drift: -0.28,
    pull: 0,
    minutesMean: 12,
    next: { range: 0.65, rise: 0.25, crash: 0.1 },
  },
  crash: {
    volatility: 2.4,
    drift: -1.3,
    pull: 0,
    minutesMean: 4,
    next: { rise: 0.6, range: 0.4 },
  },
};

export function regimeTraits(regime: Regime): Pick<RegimeTraits, 'volatility' | 'drift' | 'pull'> {
  return TRAITS[regime];
}

/** The regime a day begins with, about as often as each rules. */
export function drawRegime(random: Random): Regime {
  return choose({ range: 0.5, rise: 0.28, fall: 0.22 }, random);
}

/** The regime of the next minute. */
export function nextRegime(regime: Regime, random: Random): Regime {
  const { minutesMean, next } = TRAITS[regime];
  return random.next() < 1 / minutesMean ? choose(next, random) : regime;
}

function choose(chances: Readonly<Partial<Record<Regime, number>>>, random: Random): Regime {
  let left = random.next();
  for (const regime of ['range', 'rise', 'fall', 'crash'] as const) {
    left -= chances[regime] ?? 0;
    if (left < 0) return regime;
  }
  return 'range';
}
