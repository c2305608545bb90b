/**
 * A program that asks the venue as fast as it may: `weight-tool.ts SETTINGS` with the settings as
 * JSON. Prints what it did as one line of JSON when it is told to end.
 */
import { z } from 'zod';
import { Pair } from '#core/model/pair.ts';
import type { MarketVenue } from '#exchange/market-data.ts';
import { declareVenueMetrics } from '#exchange/metrics.ts';
import { openMarketVenue } from '#exchange/open-market-venue.ts';
import { openSharedBudget } from '#exchange/shared-weight.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { DeskError } from '#platform/errors.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { freshRandom } from '#platform/random.ts';

export const ToolSettings = z.strictObject({
  name: z.string(),
  url: z.url(),
  /** null = each for itself. */
  redis: z.string().nullable(),
  work: z.enum(['candles', 'books', 'tickers']),
  reserveFraction: z.number(),
  /** Pause after a call; 0 asks without end. */
  pauseMs: z.int().min(0),
});
export type ToolSettings = z.output<typeof ToolSettings>;

export const ToolReport = z.strictObject({
  name: z.string(),
  weight: z.int(),
  outcomes: z.record(z.string(), z.int()),
  /** By class: how often and how long in all it waited for weight. */
  waits: z.record(z.string(), z.strictObject({ count: z.int(), seconds: z.number() })),
});
export type ToolReport = z.output<typeof ToolReport>;

const WEIGHTS = { candles: 2, books: 25, tickers: 80 } as const;
const LOOPS = 4;
const PAIR = Pair.parse('BTC/USDT');

async function main(settings: ToolSettings): Promise<void> {
  const { name, url, redis, work, pauseMs, reserveFraction } = settings;
  const clock = systemClock();
  const random = freshRandom();
  const report: ToolReport = { name, weight: 0, outcomes: {}, waits: {} };
  const config = {
    name: 'practice',
    base_url: url,
    ws_url: url.replace('http', 'ws'),
    request_timeout_ms: 5_000,
    weight_per_minute: 6_000,
    weight_reserve_fraction: reserveFraction,
    read_budget_ms: 60_000,
    budget_redis_url: redis,
  };
  const { budget, close } = openSharedBudget({
    config,
    address: undefined,
    role: 'tool',
    instance: name,
    clock,
    random,
    onWait: (priority, waitedMs) => {
      const { count = 0, seconds = 0 } = report.waits[priority] ?? {};
      report.waits[priority] = { count: count + 1, seconds: seconds + waitedMs / 1_000 };
    },
  });
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort(new Error('told to end')));
  const venue = await openMarketVenue({
    config,
    budget,
    pairs: [PAIR],
    quoteAsset: 'USDT',
    clock,
    random,
    log: silentLog(),
    metrics: declareVenueMetrics(createMetrics({ agent: 'tool', instance: name })),
  });
  const loops = Array.from({ length: LOOPS }, async () => {
    while (!stop.signal.aborted) {
      const outcome = await ask(venue, work, stop.signal);
      report.outcomes[outcome] = (report.outcomes[outcome] ?? 0) + 1;
      if (outcome === 'ok') report.weight += WEIGHTS[work];
      await clock.sleep(outcome === 'ok' ? pauseMs : 250, stop.signal).catch(() => undefined);
    }
  });
  await Promise.all(loops);
  await venue.close();
  close();
  console.log(JSON.stringify(report));
}

async function ask(
  { reads, instruments }: MarketVenue,
  work: ToolSettings['work'],
  signal: AbortSignal,
): Promise<string> {
  try {
    if (work === 'books') await reads.orderBook(PAIR, 500, signal);
    if (work === 'tickers') await reads.tickers(instruments, { priority: 'reconcile', signal });
    if (work === 'candles') {
      await reads.candles({ pair: PAIR, timeframe: '1m', limit: 500 }, signal);
    }
    return 'ok';
  } catch (error) {
    if (signal.aborted) return 'ended';
    if (error instanceof DeskError) return error.code;
    throw error;
  }
}

if (import.meta.main) await main(ToolSettings.parse(JSON.parse(process.argv[2] ?? '')));
