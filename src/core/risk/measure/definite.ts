import type { Matrix } from './correlation.ts';
import { choleskyRoot } from './stress.ts';

/** What everything is moved towards: one correlation for all is definite, and a high one is no comfort. */
const TOGETHER = 0.95;
const STEPS = 20;
/** Of the root's diagonal: the square of what is left of an asset once the others are known. */
const LEFT_MIN = 1e-4;

/**
 * Correlations that belong together. Those that are measured do; beside one that is only assumed (a
 * young pair that moves with everything, two others that do not move together) no such market can
 * exist, some mix would have a negative variance. They are moved towards one correlation until they do.
 */
export function definiteCorrelation(correlation: Matrix): Matrix {
  for (let step = 0; step < STEPS; step += 1) {
    const moved = step === 0 ? correlation : towards(correlation, step / STEPS);
    if (isDefinite(moved)) return moved;
  }
  return towards(correlation, 1);
}

function isDefinite(correlation: Matrix): boolean {
  return choleskyRoot(correlation).every((row, i) => (row[i] ?? 0) > LEFT_MIN);
}

function towards(correlation: Matrix, part: number): number[][] {
  return correlation.map((row, i) =>
    row.map((value, j) => (i === j ? 1 : (1 - part) * value + part * TOGETHER)),
  );
}
