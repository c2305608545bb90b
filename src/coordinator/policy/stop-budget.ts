/** Least time each later stage of a stop still gets when an earlier one uses up its own. */
const RESERVE_MS = 600;

/**
 * How long one stage of an ordered stop may take: what is left of the whole, less a reserve for
 * each stage after it, and never under the reserve itself.
 */
export function stageWithinMs(remainingMs: number, stagesAfter: number): number {
  return Math.max(RESERVE_MS, remainingMs - stagesAfter * RESERVE_MS);
}
