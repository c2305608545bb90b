/** A market venue of ours pointed at a Binance-shaped server, and a listener that keeps all. */
import type { CandleUpdate, MarketListener, MarketVenue } from '#exchange/market-data.ts';
import { declareVenueMetrics } from '#exchange/metrics.ts';
import { openMarketVenue } from '#exchange/open-market-venue.ts';
import type { OpenVenueOptions } from '#exchange/open-market-venue.ts';
import { Pair } from '#core/model/pair.ts';
import type { OrderBook, PublicTrade, Quote } from '#core/model/market.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import type { Metrics } from '#platform/metrics/metrics.ts';
import { seededRandom } from '#platform/random.ts';

export interface OpenedVenue extends AsyncDisposable {
  readonly venue: MarketVenue;
  readonly metrics: Metrics;
}

export async function venueAt(
  url: string,
  options: Partial<OpenVenueOptions> & { name?: string; readBudgetMs?: number } = {},
): Promise<OpenedVenue> {
  const metrics = createMetrics({ agent: 'test', instance: 'test' });
  const venue = await openMarketVenue({
    config: {
      name: options.name ?? 'practice',
      base_url: url,
      ws_url: url.replace('http', 'ws'),
      request_timeout_ms: 1_000,
      weight_per_minute: 6_000,
      weight_reserve_fraction: 0.2,
      read_budget_ms: options.readBudgetMs ?? 3_000,
    },
    pairs: [Pair.parse('BTC/USDT'), Pair.parse('ETH/USDT')],
    quoteAsset: 'USDT',
    clock: systemClock(),
    random: seededRandom(1),
    log: silentLog(),
    metrics: declareVenueMetrics(metrics),
    ...options,
  });
  return { venue, metrics, [Symbol.asyncDispose]: () => venue.close() };
}

export interface Recorder extends MarketListener {
  readonly candles: CandleUpdate[];
  readonly quotes: Quote[];
  readonly trades: PublicTrade[];
  readonly books: OrderBook[];
  readonly gaps: string[];
  readonly subscribed: string[];
}

export function recorder(): Recorder {
  const kept: Recorder = {
    candles: [],
    quotes: [],
    trades: [],
    books: [],
    gaps: [],
    subscribed: [],
    onCandle: (update) => void kept.candles.push(update),
    onQuote: (quote) => void kept.quotes.push(quote),
    onTrades: (trades) => void kept.trades.push(...trades),
    onBook: (book) => void kept.books.push(book),
    onGap: (stream) => void kept.gaps.push(stream),
    onSubscribed: (stream) => void kept.subscribed.push(stream),
  };
  return kept;
}

/** Sum of a counter, over its labels or for the given ones. */
export async function counted(
  metrics: Metrics,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const family = (await metrics.families()).find((one) => one.name === `nightdesk_${name}`);
  if (family === undefined) throw new Error(`no metric ${name}`);
  return family.values
    .filter((sample) =>
      Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    )
    .reduce((sum, sample) => sum + sample.value, 0);
}
