import { LiveBroker } from '#broker/live/live-broker.ts';
import type { Pair } from '#core/model/pair.ts';
import { deskTag } from '#core/orders/client-order-id.ts';
import { format, fromNumber } from '#core/money/decimal.ts';
import type { WeightBudget } from '#exchange/budget.ts';
import type { ExchangeConfig } from '#exchange/config.ts';
import type { VenueMetrics } from '#exchange/metrics.ts';
import { openTradingVenue } from '#exchange/trading/open-trading-venue.ts';
import type { TradingVenue } from '#exchange/trading/trading-venue.ts';
import { ConfigError } from '#platform/errors.ts';
import { hashId } from '#platform/ids.ts';
import type { AgentContext } from '#platform/lifecycle/agent-context.ts';
import { acceptRights } from '../accept-rights.ts';
import type { Execution } from '../agent.ts';
import type { ExecutionConfig } from '../config.ts';
import type { VenueLink } from '../venue-link.ts';
import { accountFees } from './account-fees.ts';
import type { OpenAccountSide } from './account-side.ts';

const CAPITAL_DIGITS = 8;
const FEES_LOOK_MS = 60_000;

export interface LiveAccountOptions {
  readonly context: Pick<
    AgentContext<unknown>,
    'signal' | 'background' | 'clock' | 'log' | 'random' | 'stack' | 'every'
  >;
  readonly config: ExecutionConfig;
  /** With the keys in it. */
  readonly exchange: ExchangeConfig;
  readonly pairs: readonly Pair[] | 'all';
  readonly link: VenueLink;
  readonly budget: WeightBudget;
  readonly venueMetrics: VenueMetrics;
}

/** Mode production: the account at the venue. Asks nothing yet: the venue may come later. */
export function liveAccount(options: LiveAccountOptions): OpenAccountSide {
  const { context, config, link } = options;
  return async () => {
    let inUse: readonly Pair[] | undefined;
    const pairs = (): readonly Pair[] => inUse ?? startPairs(options);
    const venue = await openVenue(options, pairs);
    context.stack.defer(() => venue.close());
    let execution: Execution | undefined;
    const broker = new LiveBroker({
      account: config.account,
      tag: deskTag(config.deskId, hashId),
      venue,
      clock: link.clock,
      log: context.log.child('account'),
      signal: context.signal,
      background: context.background,
      foreign: {
        onOrder: ({ pair }) => execution?.onForeign(pair),
        onFlow: () => execution?.onFlow(),
        onCaughtUp: () => execution?.onCaughtUp(),
      },
    });
    const fees = accountFees({ venue, pairs, clock: context.clock, log: context.log });
    const run = (): Promise<void> => fees.refresh();
    context.every({ name: 'fees', intervalMs: FEES_LOOK_MS, isImmediate: true, run });
    const { live_capital: capital } = config.section;
    return {
      broker,
      account: {
        venue: withAcceptedRights(options, venue),
        capitalQuote: capital === null ? undefined : format(fromNumber(capital, CAPITAL_DIGITS)),
        get pairs() {
          return startPairs(options);
        },
        follow: (used) => {
          inUse = used;
        },
        learn: (pair) => fees.learn(pair),
      },
      takerFeeFraction: () => fees.takerFraction(),
      begin: (given) => {
        execution = given;
        broker.open();
        context.stack.defer(() => broker.close());
      },
    };
  };
}

function startPairs({ pairs, link }: LiveAccountOptions): readonly Pair[] {
  if (pairs !== 'all') return pairs;
  return (link.venue()?.instruments ?? []).map(({ pair }) => pair);
}

function openVenue(
  { context, exchange, link, budget, venueMetrics }: LiveAccountOptions,
  pairs: () => readonly Pair[],
): Promise<TradingVenue> {
  const { api_key: apiKey, api_secret: secret } = exchange;
  if (apiKey === null || secret === null) {
    throw new ConfigError(
      'production needs the keys of the account: exchange.keystore, or exchange.api_key and exchange.api_secret',
    );
  }
  return openTradingVenue({
    config: exchange,
    keys: { apiKey, secret },
    pairs,
    clock: link.clock,
    random: context.random,
    log: context.log.child('account'),
    metrics: venueMetrics,
    budget,
  });
}

/** Whoever asks what the keys may do learns of keys that must not be used by a ConfigError. */
function withAcceptedRights(
  { context, config }: LiveAccountOptions,
  venue: TradingVenue,
): TradingVenue {
  const allowWithdrawKeys = config.section.allow_withdraw_keys;
  return {
    ...venue,
    rights: async () => {
      const rights = await venue.rights();
      acceptRights(rights, { allowWithdrawKeys, log: context.log });
      return rights;
    },
  };
}
