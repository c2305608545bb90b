/**
 * Returns of prices. Shapes: closes oldest first, one per period; a return has the place of its
 * later close. Float64, fractions (0.01 = 1 %).
 */

/** ln(p_t / p_t-1), one shorter than the closes. */
export function logReturns(closes: readonly number[]): number[] {
  return pairwise(closes, (before, after) => Math.log(after / before));
}

/** p_t / p_t-1 - 1, one shorter than the closes. */
export function simpleReturns(closes: readonly number[]): number[] {
  return pairwise(closes, (before, after) => after / before - 1);
}

function pairwise(
  closes: readonly number[],
  change: (before: number, after: number) => number,
): number[] {
  const changes: number[] = [];
  for (let i = 1; i < closes.length; i += 1) {
    changes.push(change(closes[i - 1] ?? Number.NaN, closes[i] ?? Number.NaN));
  }
  return changes;
}

export interface TimedClose {
  readonly openMs: number;
  readonly close: number;
}

/** A rise beyond this in one period is a reused name or a redenomination, not a return: e^1.5 = 4.5x. */
const LOG_RISE_MAX = 1.5;

/**
 * Log returns of several assets over the periods that all of them have, so that they can be put
 * beside each other: result[asset][period]. A return needs both closes, one period apart: nothing is
 * carried over a hole (an outage, a halt). A rise beyond 4.5 times in one period ends what came
 * before it for all: after a halt of 18 days the name LUNA came back as another coin, at seventeen
 * million per cent. A fall is never taken for an error: LUNA's 97 % in a day were real.
 */
export function alignedReturns(
  series: readonly (readonly TimedClose[])[],
  periodMs: number,
): number[][] {
  const maps = series.map(
    (closes) => new Map(closes.map(({ openMs, close }) => [openMs, close] as const)),
  );
  const [first] = maps;
  if (first === undefined) return [];
  const times = [...first.keys()].toSorted((a, b) => a - b);
  let rows: number[][] = maps.map(() => []);
  for (const timeMs of times) {
    const changes = maps.map((closes) =>
      Math.log((closes.get(timeMs) ?? Number.NaN) / (closes.get(timeMs - periodMs) ?? Number.NaN)),
    );
    if (!changes.every(Number.isFinite)) continue;
    if (changes.some((change) => change > LOG_RISE_MAX)) {
      rows = maps.map(() => []);
      continue;
    }
    changes.forEach((change, asset) => rows[asset]?.push(change));
  }
  return rows;
}
