import { describe, expect, it } from 'vitest';
import { PublicTrade } from '#core/model/market.ts';
import { Pair } from '#core/model/pair.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { declareDataMetrics } from './metrics.ts';
import { createStaleness } from './staleness.ts';
import { createWatchdog } from './watchdog.ts';

const BTC = Pair.parse('BTC/USDT');
const UP_MS = 1_000_000;

/** A trade stream that is up and silent, on a venue whose newest trade was at `tradedMs`. */
async function restartsAfter(tradedMs: number): Promise<{ restarts: number; freshMs: number }> {
  const clock = fakeClock(UP_MS);
  const staleness = createStaleness({ pairs: [BTC], muteAfterMs: 1_500, quietAfterMs: 10_000 });
  for (const kind of ['quote', 'book', 'candle'] as const)
    staleness.event(kind, BTC, UP_MS + 9_000);
  staleness.subscribed('trade', [BTC], UP_MS);
  const trade = PublicTrade.parse({
    pair: BTC,
    id: 8,
    price: '1',
    qty: '1',
    takerSide: 'buy',
    atMs: tradedMs,
  });
  let restarts = 0;
  const waiting: Promise<unknown>[] = [];
  const watchdog = createWatchdog({
    staleness,
    heard: { quote: none, book: none, tradeId: () => 7, eventMs: () => 0 },
    reads: {
      quotes: () => Promise.resolve([]),
      orderBook: () => Promise.reject(new Error('not asked here')),
      tradesSince: () => Promise.resolve([trade]),
    },
    watch: { restart: () => void (restarts += 1) },
    isExact: true,
    timeframe: '1s',
    muteAfterMs: () => 1_500,
    now: () => clock.now(),
    clock,
    log: silentLog(),
    metrics: declareDataMetrics(createMetrics({ agent: 'data', instance: 'data' })),
    signal: new AbortController().signal,
    background: (_name, work) => void waiting.push(work),
  });
  await clock.advance(2_000);
  watchdog.tick();
  await clock.advance(1_000);
  await Promise.all(waiting);
  return { restarts, freshMs: staleness.freshMs(BTC) };
}

function none(): undefined {
  return undefined;
}

describe('createWatchdog', () => {
  it('opens a stream again that did not tell a trade', async () => {
    expect(await restartsAfter(UP_MS + 500)).toEqual({ restarts: 1, freshMs: 0 });
  });

  it('does not expect a stream to tell what traded before it was open', async () => {
    expect(await restartsAfter(UP_MS - 500)).toEqual({ restarts: 0, freshMs: UP_MS + 2_000 });
  });
});
