import type { Random } from './random.ts';

/** Pause before try `attempt` (0 = first repeat): doubling, capped, with the upper half random. */
export function backoffMs(
  attempt: number,
  random: Random,
  bounds: { readonly firstMs: number; readonly mostMs: number },
): number {
  const fullMs = Math.min(bounds.mostMs, bounds.firstMs * 2 ** Math.min(attempt, 20));
  return fullMs / 2 + random.next() * (fullMs / 2);
}
