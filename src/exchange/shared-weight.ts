import type { SharedTally } from '#platform/redis/shared-tally.ts';
import type { WeightShare } from './budget.ts';

/** While the others cannot be known: market data asks more than execution does, which sends orders. */
export const OWN_FRACTION = { data: 0.55, execution: 0.45 } as const;

/** The request weight that the processes of the desk use together, over Redis. */
export function sharedWeight(tally: SharedTally, ownFraction: number): WeightShare {
  return {
    othersIn: (minute) => tally.othersIn(minute),
    add: (minute, weight) => tally.add(minute, weight),
    blockedUntilMs: () => tally.shutUntilMs(),
    block: (untilMs) => tally.shut(untilMs),
    ownFraction,
  };
}

/** One limit for an address: all that ask the same venue from here share it. */
export function weightKey(exchangeName: string): string {
  return `nightdesk:venue-weight:${exchangeName}`;
}
