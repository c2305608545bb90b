/**
 * The second line of defence: what execution should never let happen, seen from outside. An exposure
 * needs two looks in a row, so that one odd reading ends nothing; the others are taken over minutes.
 */
import { percent } from '#core/allocation/limits.ts';

export interface EmergencyRules {
  readonly fall: number;
  readonly fallMs: number;
  readonly unprotectedMs: number;
  readonly exposureMax: number;
}

export interface OutsideView {
  readonly nowMs: number;
  readonly equityQuote: number;
  /**
   * Over the capital, all days together. What is paid in or out moves equity and capital alike and is no
   * loss; the day's profit falls to nothing at midnight, which is none either. Undefined: in doubt.
   */
  readonly profitQuote: number | undefined;
  readonly exposure: number;
  /** Pairs that are held without a stop. */
  readonly unprotected: readonly string[];
}

export interface EmergencyMemory {
  readonly profits: readonly { readonly atMs: number; readonly quote: number }[];
  readonly unprotectedSinceMs: ReadonlyMap<string, number>;
  readonly overExposed: boolean;
}

export const CALM: EmergencyMemory = {
  profits: [],
  unprotectedSinceMs: new Map(),
  overExposed: false,
};

const POINTS_MAX = 2_000;

export function lookForEmergency(
  before: EmergencyMemory,
  view: OutsideView,
  rules: EmergencyRules,
): { readonly memory: EmergencyMemory; readonly reasons: readonly string[] } {
  const { nowMs, equityQuote, profitQuote, exposure } = view;
  const point = profitQuote === undefined ? [] : [{ atMs: nowMs, quote: profitQuote }];
  const profits = [...before.profits, ...point]
    .filter(({ atMs }) => nowMs - atMs <= rules.fallMs)
    .slice(-POINTS_MAX);
  const lost =
    profitQuote === undefined ? 0 : Math.max(...profits.map(({ quote }) => quote)) - profitQuote;
  const reasons: string[] = [];
  const fall = equityQuote + lost > 0 ? lost / (equityQuote + lost) : 0;
  if (fall >= rules.fall) reasons.push(`equity fell ${percent(fall)} within minutes`);
  const overExposed = exposure > rules.exposureMax;
  if (overExposed && before.overExposed) {
    reasons.push(`exposure ${percent(exposure)} is far over its limit`);
  }
  const since = new Map(
    view.unprotected.map((pair) => [pair, before.unprotectedSinceMs.get(pair) ?? nowMs]),
  );
  for (const [pair, sinceMs] of since) {
    if (nowMs - sinceMs >= rules.unprotectedMs) reasons.push(`${pair} is held without a stop`);
  }
  return { memory: { profits, unprotectedSinceMs: since, overExposed }, reasons };
}
