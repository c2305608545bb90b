/**
 * The second line of defence: what execution should never let happen, seen from outside. Each needs
 * two looks in a row, so that one odd reading ends nothing; the fall of the equity needs none, since
 * it is taken over minutes.
 */
export interface EmergencyRules {
  readonly fall: number;
  readonly fallMs: number;
  readonly unprotectedMs: number;
  readonly exposureMax: number;
}

export interface OutsideView {
  readonly nowMs: number;
  readonly equityQuote: number;
  readonly exposure: number;
  /** Pairs that are held without a stop. */
  readonly unprotected: readonly string[];
}

export interface EmergencyMemory {
  readonly equity: readonly { readonly atMs: number; readonly quote: number }[];
  readonly unprotectedSinceMs: ReadonlyMap<string, number>;
  readonly overExposed: boolean;
}

export const CALM: EmergencyMemory = {
  equity: [],
  unprotectedSinceMs: new Map(),
  overExposed: false,
};

const POINTS_MAX = 2_000;

export function lookForEmergency(
  before: EmergencyMemory,
  view: OutsideView,
  rules: EmergencyRules,
): { readonly memory: EmergencyMemory; readonly reasons: readonly string[] } {
  const { nowMs, equityQuote, exposure } = view;
  const equity = [...before.equity, { atMs: nowMs, quote: equityQuote }]
    .filter(({ atMs }) => nowMs - atMs <= rules.fallMs)
    .slice(-POINTS_MAX);
  const peak = Math.max(...equity.map(({ quote }) => quote));
  const reasons: string[] = [];
  const fall = peak > 0 ? (peak - equityQuote) / peak : 0;
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
  return { memory: { equity, unprotectedSinceMs: since, overExposed }, reasons };
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
