/** The live broker over real ccxt on an account of a practice exchange. */
import { LiveBroker } from '#broker/live/live-broker.ts';
import type { ForeignListener } from '#broker/live/account-ear.ts';
import { Pair } from '#core/model/pair.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import { createWeightBudget } from '#exchange/budget.ts';
import { ExchangeConfig } from '#exchange/config.ts';
import { declareVenueMetrics } from '#exchange/metrics.ts';
import { openTradingVenue } from '#exchange/trading/open-trading-venue.ts';
import type { TradingVenue } from '#exchange/trading/trading-venue.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics, type Metrics } from '#platform/metrics/metrics.ts';
import { seededRandom } from '#platform/random.ts';
import { KEYS } from './practice-account.ts';

export interface LiveSide extends AsyncDisposable {
  readonly broker: LiveBroker;
  readonly venue: TradingVenue;
  readonly metrics: Metrics;
  readonly told: OrderEvent[];
}

export interface LiveSideOptions {
  readonly url: string;
  readonly secret?: string;
  readonly transport?: 'rest' | 'socket' | 'auto';
  readonly config?: Partial<ExchangeConfig>;
  readonly foreign?: ForeignListener;
  /** Orders of the contract carry no time of their making. */
  readonly sendWithinMs?: number;
}

export async function openVenueAt(
  options: LiveSideOptions,
): Promise<{ readonly venue: TradingVenue; readonly metrics: Metrics }> {
  const { url, secret = KEYS.secret, transport = 'auto' } = options;
  const clock = systemClock();
  const metrics = createMetrics({ agent: 'test', instance: 'test' });
  const venue = await openTradingVenue({
    config: ExchangeConfig.parse({
      name: 'practice',
      base_url: url,
      ws_url: url.replace('http', 'ws'),
      order_transport: transport,
      request_timeout_ms: 2_000,
      weight_per_minute: 6_000,
      weight_reserve_fraction: 0.2,
      read_budget_ms: 3_000,
      ...options.config,
    }),
    keys: { apiKey: KEYS.apiKey, secret },
    pairs: () => [Pair.parse('BTC/USDT')],
    clock,
    random: seededRandom(1),
    log: silentLog(),
    metrics: declareVenueMetrics(metrics),
    budget: createWeightBudget({ clock, weightPerMinute: 6_000, reserveFraction: 0.2 }),
  });
  return { venue, metrics };
}

export async function liveSide(options: LiveSideOptions): Promise<LiveSide> {
  const { venue, metrics } = await openVenueAt(options);
  const controller = new AbortController();
  const told: OrderEvent[] = [];
  const broker = new LiveBroker({
    account: 'live',
    tag: 'nd',
    venue,
    clock: systemClock(),
    log: silentLog(),
    signal: controller.signal,
    background: (_name, work) => void work.catch(() => undefined),
    ...(options.foreign && { foreign: options.foreign }),
    sendWithinMs: options.sendWithinMs ?? Infinity,
  });
  broker.listen((event) => told.push(event));
  broker.open();
  return {
    broker,
    venue,
    metrics,
    told,
    [Symbol.asyncDispose]: async () => {
      controller.abort();
      await broker.close();
      await venue.close();
    },
  };
}
