import { z } from 'zod';
import { ConfigError } from '#platform/errors.ts';
import { type CcxtClient, loadClient } from '../ccxt-client.ts';
import { createGuardedRead } from '../guarded-reads.ts';
import { rememberEvidence } from '../venue-failure.ts';
import { createGenericAccount } from './generic-account.ts';
import { createGenericWrites } from './generic-writes.ts';
import type { OpenTradingOptions } from './open-trading-venue.ts';
import { pollAccount } from './poll-account.ts';
import { restSecret } from './request-signer.ts';
import type { TradingFeatures, TradingVenue } from './trading-venue.ts';

/** Single orders and questions: the desk watches stops itself and learns of fills by asking. */
const FEATURES: TradingFeatures = {
  hasBracket: false,
  hasExits: false,
  hasCancelReplace: false,
  hasSocketOrders: false,
  hasUserStream: false,
  hasStops: false,
  hasTrailingStop: false,
};
const ORDER_WITHIN_MS = 100;
const MARKETS_WEIGHT = 20;

/** The account side of a venue that does not speak Binance's protocol; see docs/venues.md. */
export async function openGenericVenue(options: OpenTradingOptions): Promise<TradingVenue> {
  const { config, keys, pairs, clock, budget } = options;
  const client = await loadClient({
    exchangeId: config.name,
    requestTimeoutMs: config.request_timeout_ms,
    isSandbox: config.sandbox,
    keys: { apiKey: keys.apiKey, secret: restSecret(keys.secret) },
  });
  assertCredentials(client, config.name);
  // Amounts stay the text that the venue sent.
  Object.assign(client, { number: String });
  rememberEvidence(client);
  const read = createGuardedRead({ ...options, readBudgetMs: config.read_budget_ms });
  let hasMarkets = false;
  const prepare = async (): Promise<void> => {
    if (hasMarkets) return;
    const call = { name: 'markets', weight: MARKETS_WEIGHT, priority: 'reconcile' } as const;
    await read(call, () => client.loadMarkets());
    hasMarkets = true;
  };
  const account = createGenericAccount({ client, read, apiKey: keys.apiKey, pairs });
  const writes = createGenericWrites({
    client,
    prepare,
    take: () => budget.take(1, { priority: 'order', withinMs: ORDER_WITHIN_MS }),
    order: (name) => account.order(name),
  });
  const watches = new Set<{ close(): Promise<void> }>();
  return {
    id: config.name,
    features: FEATURES,
    ...account,
    ...writes,
    watch: (listener) => {
      const watch = pollAccount({ venue: account, listener, clock });
      watches.add(watch);
      return watch;
    },
    close: async () => {
      await Promise.allSettled([...watches].map((watch) => watch.close()));
      await client.close();
    },
  };
}

const Needed = z.record(z.string(), z.unknown());

function assertCredentials(client: CcxtClient, name: string): void {
  const needed = Needed.safeParse(client.requiredCredentials);
  const others = Object.entries(needed.data ?? {})
    .filter(([field, isNeeded]) => isNeeded === true && field !== 'apiKey' && field !== 'secret')
    .map(([field]) => field);
  if (others.length === 0) return;
  throw new ConfigError(
    `exchange.name: ${name} needs more than a key and a secret (${others.join(', ')}), which this version cannot give; trade it in mode shadow`,
  );
}
