import { z } from 'zod';
import { Pair } from '#core/model/pair.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import type { Random } from '#platform/random.ts';
import type { WeightBudget } from '../budget.ts';
import { isBinanceShaped, loadClient, socketApiUrl } from '../ccxt-client.ts';
import type { ExchangeConfig } from '../config.ts';
import { createGuardedRead } from '../guarded-reads.ts';
import type { VenueMetrics } from '../metrics.ts';
import { observeLimits } from '../observe-limits.ts';
import { rememberEvidence } from '../venue-failure.ts';
import { watchAccount } from './account-watch.ts';
import { createBinanceAccount } from './binance-account.ts';
import { createBinanceFlows } from './binance-flows.ts';
import { createBinanceWrites } from './binance-writes.ts';
import { openGenericVenue } from './open-generic-venue.ts';
import { createOrderBudget, orderCountIn, type OrderBudget } from './order-budget.ts';
import { type ExchangeKeys, requestSigner, restSecret } from './request-signer.ts';
import { createSignedAsk, type SignedAsk } from './signed-asks.ts';
import { openSocketSession, type SessionOptions, type SocketSession } from './socket-session.ts';
import { createTradingSymbols, type NamedSymbol } from './trading-symbols.ts';
import type { AccountWatch, TradingFeatures, TradingVenue } from './trading-venue.ts';
import { createWriteWire } from './write-wire.ts';

export interface OpenTradingOptions {
  readonly config: ExchangeConfig;
  readonly keys: ExchangeKeys;
  /** Pairs the desk trades now; the account may hold orders on others. */
  readonly pairs: () => readonly Pair[];
  /** The venue's time: what signs must not be ahead of it. */
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: VenueMetrics;
  /** Shared with the market data of this process. */
  readonly budget: WeightBudget;
}

/** Opens the account side of a venue: richly where it is Binance-shaped, plainly elsewhere. */
export function openTradingVenue(options: OpenTradingOptions): Promise<TradingVenue> {
  const { name } = options.config;
  return isBinanceShaped(name) ? openBinanceVenue(options) : openGenericVenue(options);
}

/**
 * The account side of a Binance-shaped venue. Asks nothing: the venue may come later than the
 * desk. The client is one of its own, so that orders never wait behind market data.
 *
 * @throws ConfigError for a venue that does not exist or keys of no known kind.
 */
async function openBinanceVenue(options: OpenTradingOptions): Promise<TradingVenue> {
  const { config, keys, clock, metrics, budget } = options;
  const signer = requestSigner(keys);
  const client = await loadClient({
    exchangeId: config.name,
    baseUrl: config.base_url ?? undefined,
    wsUrl: config.ws_url ?? undefined,
    requestTimeoutMs: config.request_timeout_ms,
    isSandbox: config.sandbox,
    keys: { apiKey: keys.apiKey, secret: restSecret(keys.secret) },
  });
  rememberEvidence(client);
  const orderBudget = createOrderBudget(clock);
  observeLimits(client, { budget, metrics, onHeader: countOrders(orderBudget) });
  const read = createGuardedRead({ ...options, readBudgetMs: config.read_budget_ms });
  const ask = createSignedAsk({ client, read, now: () => clock.now() });
  const symbols = createTradingSymbols({
    pairs: options.pairs(),
    ask: (names) => namedSymbols(ask, names),
  });
  const url = socketApiUrl(client);
  const openSession = (name: string, hooks: Hooks): SocketSession =>
    openSocketSession({
      ...options,
      ...hooks,
      url: url ?? '',
      name,
      blockedMs: () => budget.blockedMs(),
    });
  const hasSocketOrders = url !== undefined && config.order_transport !== 'rest';
  const orders = hasSocketOrders ? openSession('orders', silentHooks()) : undefined;
  const send = createWriteWire({
    ...options,
    client,
    session: orders,
    isSocketOnly: config.order_transport === 'socket',
    signer,
    orderBudget,
    requestTimeoutMs: config.request_timeout_ms,
  });
  const hasWallet = !config.sandbox;
  const flows = createBinanceFlows({ ask, now: () => clock.now() });
  const watches = new Set<AccountWatch>();
  return {
    id: config.name,
    features: featuresOf(config.name, { hasSocketOrders, hasUserStream: url !== undefined }),
    ...createBinanceWrites({ send, symbolOf: (pair) => symbols.symbolOf(pair) }),
    ...createBinanceAccount({ ask, symbols, hasWallet }),
    flows: (sinceMs) => (hasWallet ? flows(sinceMs) : Promise.resolve([])),
    watch: (listener) => {
      const open = (hooks: Hooks) => openSession('account', hooks);
      const watch = watchAccount({ ...options, listener, open, signer, symbols });
      watches.add(watch);
      return watch;
    },
    close: async () => {
      await Promise.allSettled([...watches].map((watch) => watch.close()));
      await orders?.close();
      await client.close();
    },
  };
}

/** What the protocol has; Binance's American sister does without order lists that pay one another. */
function featuresOf(
  exchangeId: string,
  known: Pick<TradingFeatures, 'hasSocketOrders' | 'hasUserStream'>,
): TradingFeatures {
  return {
    hasBracket: exchangeId !== 'binanceus',
    hasExits: true,
    hasCancelReplace: true,
    hasStops: true,
    hasTrailingStop: true,
    ...known,
  };
}

type Hooks = Pick<SessionOptions, 'onUp' | 'onDown' | 'onMessage'>;

function silentHooks(): Hooks {
  const nothing = (): void => undefined;
  return { onUp: nothing, onDown: nothing, onMessage: nothing };
}

function countOrders(orderBudget: OrderBudget): (name: string, value: unknown) => void {
  return (name, value) => {
    const count = orderCountIn(name, value);
    if (count !== undefined) orderBudget.observe(count);
  };
}

const Names = z.looseObject({
  symbols: z.array(
    z.looseObject({ symbol: z.string(), baseAsset: z.string(), quoteAsset: z.string() }),
  ),
});

async function namedSymbols(
  ask: SignedAsk,
  names: readonly string[],
): Promise<readonly NamedSymbol[]> {
  const params = { symbols: JSON.stringify(names) };
  const method = 'publicGetExchangeInfo';
  const question = { name: 'exchange-info', method, params, weight: 20, isPublic: true };
  const info = await ask(question, Names);
  return info.symbols.map(({ symbol, baseAsset, quoteAsset }) => ({
    symbol,
    pair: Pair.safeParse(`${baseAsset}/${quoteAsset}`).data,
  }));
}
