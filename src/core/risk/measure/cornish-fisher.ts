/**
 * The distribution of Cornish and Fisher (1938): a cubic of a standard normal,
 * z + (z2-1)s/6 + (z3-3z)k/24 - (2z3-5z)s2/36. Its parameters s and k are skewness and excess kurtosis
 * only near 0; further out the cubic has more of both, and a variance above 1. Maillard (A User's Guide
 * to the Cornish Fisher Expansion, 2012) therefore looks for the parameters whose cubic, divided by its
 * deviation, has the moments that are wanted. With them the expansion reaches an excess kurtosis of 43,
 * where sample moments put in as they are stop at 8 and overstate the tail before that.
 */
import { normalDensity, normalProbability } from './normal.ts';

export interface Shape {
  readonly skewness: number;
  readonly excessKurtosis: number;
}

export interface CornishFisher {
  /** Quantile of the distribution with mean 0 and deviation 1 for the normal's quantile z. */
  readonly quantileOf: (z: number) => number;
  /** Mean of all quantiles below that of z. */
  readonly meanBelow: (z: number) => number;
  /** Share of the skewness and kurtosis asked for that the distribution has; 1 where it can. */
  readonly usedFraction: number;
}

/** The distribution of this shape, or of the nearest share of it that the cubic can take. */
export function cornishFisher(wanted: Shape): CornishFisher {
  const { cubic, usedFraction } = fit(wanted);
  const [c0, c1, c2, c3] = cubic;
  const deviation = Math.sqrt(momentsOf(cubic).variance);
  return {
    usedFraction,
    quantileOf: (z) => (c0 + z * (c1 + z * (c2 + z * c3))) / deviation,
    // Partial moments of the normal below z: P, -d, P - zd, -d(z2 + 2).
    meanBelow: (z) => {
      const [below, density] = [normalProbability(z), normalDensity(z)];
      const sum =
        c0 * below - c1 * density + c2 * (below - z * density) - c3 * density * (z * z + 2);
      return sum / below / deviation;
    },
  };
}

/** Coefficients of 1, z, z2, z3. */
type Cubic = readonly [number, number, number, number];

interface Parameters {
  readonly s: number;
  readonly k: number;
}

const NORMAL: Parameters = { s: 0, k: 0 };
const BISECTIONS = 20;

function fit(wanted: Shape): { cubic: Cubic; usedFraction: number } {
  // The cubic only makes tails fatter: thin ones, and samples without a shape, are left normal.
  if (!(wanted.excessKurtosis > 0)) return { cubic: cubicOf(NORMAL), usedFraction: 0 };
  const whole = solve(wanted);
  if (whole !== undefined) return { cubic: cubicOf(whole), usedFraction: 1 };
  let best = NORMAL;
  let low = 0;
  let high = 1;
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middle = (low + high) / 2;
    const found = solve(shapeTimes(wanted, middle));
    if (found === undefined) high = middle;
    else [best, low] = [found, middle];
  }
  return { cubic: cubicOf(best), usedFraction: low };
}

function shapeTimes({ skewness, excessKurtosis }: Shape, by: number): Shape {
  return { skewness: by * skewness, excessKurtosis: by * excessKurtosis };
}

const ROUNDS_MAX = 60;
const HALVINGS_MAX = 30;
const TOLERANCE = 1e-10;
const STEP = 1e-6;

/** The parameters with this shape by Newton's method inside of the domain; undefined without any. */
function solve(wanted: Shape): Parameters | undefined {
  // Just inside: at 0 the domain has only a corner.
  let at: Parameters = { s: 0, k: 1 };
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const miss = missOf(at, wanted);
    if (sizeOf(miss) < TOLERANCE) return at;
    const next = shortened(at, newtonStep(at, wanted), wanted);
    if (next === undefined) return undefined;
    at = next;
  }
  return undefined;
}

interface Miss {
  readonly skewness: number;
  readonly kurtosis: number;
}

function missOf(at: Parameters, wanted: Shape): Miss {
  const { skewness, excessKurtosis } = momentsOf(cubicOf(at));
  return { skewness: skewness - wanted.skewness, kurtosis: excessKurtosis - wanted.excessKurtosis };
}

function sizeOf({ skewness, kurtosis }: Miss): number {
  return Math.hypot(skewness, kurtosis / 10);
}

function newtonStep({ s, k }: Parameters, wanted: Shape): Parameters {
  const here = missOf({ s, k }, wanted);
  const bySkew = missOf({ s: s + STEP, k }, wanted);
  const byKurtosis = missOf({ s, k: k + STEP }, wanted);
  const a = (bySkew.skewness - here.skewness) / STEP;
  const b = (byKurtosis.skewness - here.skewness) / STEP;
  const c = (bySkew.kurtosis - here.kurtosis) / STEP;
  const d = (byKurtosis.kurtosis - here.kurtosis) / STEP;
  const determinant = a * d - b * c;
  return {
    s: -(d * here.skewness - b * here.kurtosis) / determinant,
    k: -(a * here.kurtosis - c * here.skewness) / determinant,
  };
}

/** The step, halved until it stays in the domain and comes nearer. */
function shortened(at: Parameters, step: Parameters, wanted: Shape): Parameters | undefined {
  const before = sizeOf(missOf(at, wanted));
  for (let halving = 0, part = 1; halving < HALVINGS_MAX; halving += 1, part /= 2) {
    const next = { s: at.s + part * step.s, k: at.k + part * step.k };
    if (isRising(cubicOf(next)) && sizeOf(missOf(next, wanted)) < before) return next;
  }
  return undefined;
}

function cubicOf({ s, k }: Parameters): Cubic {
  return [-s / 6, 1 - k / 8 + (5 * s * s) / 36, s / 6, k / 24 - (s * s) / 18];
}

/** Only a cubic that rises everywhere gives quantiles: its derivative is nowhere below zero. */
function isRising([, c1, c2, c3]: Cubic): boolean {
  if (c3 === 0 && c2 === 0) return c1 > 0;
  return c3 > 0 && c2 * c2 <= 3 * c1 * c3;
}

/** E z^n for even n: 1, 1, 3, 15, 105, ... */
const EVEN_MOMENTS = [1, 1, 3, 15, 105, 945, 10_395];

function momentsOf(cubic: Cubic): Shape & { readonly variance: number } {
  // Its mean is 0: c0 = -c2, and E z2 = 1.
  const square = product(cubic, cubic);
  const variance = expected(square);
  return {
    variance,
    skewness: expected(product(square, cubic)) / variance ** 1.5,
    excessKurtosis: expected(product(square, square)) / variance ** 2 - 3,
  };
}

function product(a: readonly number[], b: readonly number[]): number[] {
  const all = Array.from({ length: a.length + b.length - 1 }, () => 0);
  for (const [i, x] of a.entries()) {
    for (const [j, y] of b.entries()) all[i + j] = (all[i + j] ?? 0) + x * y;
  }
  return all;
}

function expected(polynomial: readonly number[]): number {
  return EVEN_MOMENTS.reduce((sum, moment, n) => sum + moment * (polynomial[2 * n] ?? 0), 0);
}
