import type { Clock } from '#platform/clock/clock.ts';
import type { Random } from '#platform/random.ts';
import type { RedisAddress } from '#platform/redis/connection.ts';
import { openSharedTally } from '#platform/redis/shared-tally.ts';
import { createWeightBudget, type WeightBudget } from './budget.ts';
import type { MarketConfig } from './config.ts';

/** While the others cannot be known: market data asks more often, execution sends the orders. */
const OWN_FRACTION = { data: 0.55, execution: 0.45 } as const;

/**
 * The request weight of one address, used together by the processes of the desk, over Redis. Without
 * Redis each keeps to a fixed part. One that is told to wait stops all.
 */
export function openSharedBudget(options: {
  readonly config: Pick<MarketConfig, 'name' | 'weight_per_minute' | 'weight_reserve_fraction'>;
  readonly address: RedisAddress;
  readonly agent: keyof typeof OWN_FRACTION;
  readonly instance: string;
  readonly clock: Clock;
  readonly random: Random;
}): { readonly budget: WeightBudget; readonly close: () => void } {
  const { config, address, agent, instance, clock, random } = options;
  const key = `nightdesk:venue-weight:${config.name}`;
  const tally = openSharedTally({ address, key, member: instance, clock, random });
  const budget = createWeightBudget({
    clock,
    weightPerMinute: config.weight_per_minute,
    reserveFraction: config.weight_reserve_fraction,
    share: {
      othersIn: (minute) => tally.othersIn(minute),
      add: (minute, weight) => tally.add(minute, weight),
      blockedUntilMs: () => tally.shutUntilMs(),
      block: (untilMs) => tally.shut(untilMs),
      ownFraction: OWN_FRACTION[agent],
    },
  });
  return { budget, close: () => tally.close() };
}
