/**
 * Whether guesses of one kind pay: the share of them that came true, smoothed. Guesses go on to be
 * made and judged while they are not acted on, so that one that pays again is found.
 */
export interface Payoff {
  readonly judged: number;
  readonly share: number;
}

const SMOOTHING = 0.15;
const JUDGED_MIN = 4;
/** Below, more is loaded for nothing than is saved. */
const STOP_BELOW = 0.4;

export const UNJUDGED: Payoff = { judged: 0, share: 0.7 };

export function judged(before: Payoff, isUsed: boolean): Payoff {
  const share = before.share + SMOOTHING * ((isUsed ? 1 : 0) - before.share);
  return { judged: Math.min(1_000, before.judged + 1), share };
}

export function pays({ judged: count, share }: Payoff): boolean {
  return count < JUDGED_MIN || share >= STOP_BELOW;
}
