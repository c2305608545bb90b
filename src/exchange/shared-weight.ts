import type { Clock } from '#platform/clock/clock.ts';
import type { Random } from '#platform/random.ts';
import type { RedisAddress } from '#platform/redis/connection.ts';
import { openSharedWindow } from '#platform/redis/shared-window.ts';
import { type BudgetMetrics, createWeightBudget, type WeightBudget } from './budget.ts';
import type { MarketConfig } from './config.ts';
import { GUARD_MS } from './weight-window.ts';

/**
 * What each allows itself while Redis does not answer: market data asks more often, execution sends
 * the orders, a command asks a handful of questions. Halved where other desks share the address.
 */
const OWN_FRACTION = { data: 0.5, execution: 0.4, tool: 0.1 } as const;
const COMMON_FRACTION = 0.5;

export interface SharedBudget {
  readonly budget: WeightBudget;
  readonly close: () => void;
}

/**
 * The request weight of one address, used together over Redis by all that ask the venue from it:
 * the processes of a desk, and with `exchange.budget_redis_url` several desks and commands.
 */
export function openSharedBudget(
  options: BudgetMetrics & {
    readonly config: Pick<
      MarketConfig,
      'name' | 'base_url' | 'weight_per_minute' | 'weight_reserve_fraction' | 'budget_redis_url'
    >;
    /** Redis of the desk; the config may name another. */
    readonly address: RedisAddress | undefined;
    readonly role: keyof typeof OWN_FRACTION;
    readonly instance: string;
    readonly clock: Clock;
    readonly random: Random;
  },
): SharedBudget {
  const { config, role, instance, clock, random, onWait } = options;
  const common = config.budget_redis_url ?? undefined;
  const address = common === undefined ? options.address : addressOf(common);
  const limits = {
    clock,
    weightPerMinute: config.weight_per_minute,
    reserveFraction: config.weight_reserve_fraction,
    onWait,
  };
  if (address === undefined) {
    return { budget: createWeightBudget(limits), close: () => undefined };
  }
  // One limit for each venue: a practice exchange on another port is another.
  const venue = config.base_url === null ? config.name : new URL(config.base_url).host;
  const key = `nightdesk:venue-weight:${venue}`;
  const member = `${instance}:${role}`;
  const window = openSharedWindow({ address, key, member, guardMs: GUARD_MS, clock, random });
  const part = common === undefined ? 1 : COMMON_FRACTION;
  const share = { window, ownFraction: OWN_FRACTION[role] * part };
  return { budget: createWeightBudget({ ...limits, share }), close: () => window.close() };
}

function addressOf(url: string): RedisAddress {
  return url.startsWith('unix://') ? { socketPath: url.slice('unix://'.length) } : { url };
}

/** The part of a command that asks the venue for a moment, beside the desk whose Redis it names. */
export function openToolBudget(
  options: Omit<Parameters<typeof openSharedBudget>[0], 'role' | 'instance'>,
): SharedBudget {
  return openSharedBudget({ ...options, role: 'tool', instance: 'tool' });
}
