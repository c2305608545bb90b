import { describe, expect, it } from 'vitest';
import { OrderBook, PublicTrade, Quote } from '#core/model/market.ts';
import { Pair } from '#core/model/pair.ts';
import type { StreamKind } from '#exchange/market-data.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { declareDataMetrics } from './metrics.ts';
import { createStaleness, STREAM_KINDS } from './staleness.ts';
import { createWatchdog } from './watchdog.ts';

const BTC = Pair.parse('BTC/USDT');
const UP_MS = 1_000_000;

interface Case {
  readonly kind: StreamKind;
  /** What the venue has over REST. */
  readonly tradedMs?: readonly number[];
  readonly bids?: readonly string[];
  readonly isExact?: boolean;
}

/** A stream that is up since `UP_MS` and silent while all others speak, looked at three times. */
async function checksOf({ kind, tradedMs = [], bids = ['1'], isExact = true }: Case) {
  const clock = fakeClock(UP_MS);
  const staleness = createStaleness({ pairs: [BTC], muteAfterMs: 1_500, quietAfterMs: 10_000 });
  for (const other of STREAM_KINDS) if (other !== kind) staleness.event(other, BTC, UP_MS + 9_000);
  staleness.subscribed(kind, [BTC], UP_MS);
  const restarts: string[] = [];
  const waiting: Promise<unknown>[] = [];
  const left = [...bids];
  const bid = (): string => (left.length > 1 ? left.shift() : left[0]) ?? '';
  let known: Quote | undefined;
  const watchdog = createWatchdog({
    staleness,
    heard: { quote: () => known, book: () => undefined, tradeId: () => 7, eventMs: () => 0 },
    reads: {
      quotes: () => Promise.resolve([quoteOf(bid(), clock.now())]),
      orderBook: () => Promise.resolve(bookOf(bid(), clock.now())),
      tradesSince: ({ sinceMs = 0 }) =>
        Promise.resolve(tradedMs.filter((atMs) => atMs >= sinceMs).map(tradeOf)),
    },
    watch: { restart: (stream) => void restarts.push(stream) },
    onQuote: (quote) => {
      known = quote;
    },
    isExact,
    timeframe: '1m',
    muteAfterMs: () => 1_500,
    now: () => clock.now(),
    clock,
    log: silentLog(),
    metrics: declareDataMetrics(createMetrics({ agent: 'data', instance: 'data' })),
    signal: new AbortController().signal,
    background: (_name, work) => void waiting.push(work),
  });
  const fresh: number[] = [];
  for (const atMs of [2_000, 4_000, 6_000]) {
    await clock.advance(UP_MS + atMs - clock.now());
    watchdog.tick();
    await clock.advance(500);
    fresh.push(staleness.freshMs(BTC) - UP_MS);
  }
  await Promise.all(waiting);
  return { restarts: restarts.length, fresh };
}

const UNKNOWN = -UP_MS;

const tradeOf = (atMs: number): PublicTrade =>
  PublicTrade.parse({ pair: BTC, id: 8, price: '1', qty: '1', takerSide: 'buy', atMs });
const quoteOf = (bid: string, atMs: number): Quote =>
  Quote.parse({ pair: BTC, bid, bidQty: '1', ask: '9', askQty: '1', atMs, receivedMs: atMs });
const bookOf = (bid: string, atMs: number): OrderBook =>
  OrderBook.parse({
    pair: BTC,
    bids: [[bid, '1']],
    asks: [['9', '1']],
    updateId: 1,
    atMs,
    receivedMs: atMs,
  });

describe('createWatchdog', () => {
  it('opens a stream again that did not tell a trade', async () => {
    const tradedMs = [UP_MS + 500];

    expect(await checksOf({ kind: 'trade', tradedMs })).toMatchObject({ restarts: 3 });
    expect(await checksOf({ kind: 'candle', tradedMs })).toMatchObject({ restarts: 2 });
  });

  it('expects no stream to tell what traded before it was open', async () => {
    const tradedMs = [1, UP_MS - 500];
    const confirmed = { restarts: 0, fresh: [2_000, 4_000, 6_000] };

    expect(await checksOf({ kind: 'trade', tradedMs })).toEqual(confirmed);
    expect(await checksOf({ kind: 'candle', tradedMs })).toEqual(confirmed);
  });

  it('takes the quote that a stream begins with from REST, and expects the next one of it', async () => {
    expect(await checksOf({ kind: 'quote' })).toEqual({
      restarts: 0,
      fresh: [2_000, 4_000, 6_000],
    });
    expect(await checksOf({ kind: 'quote', bids: ['1', '2'] })).toMatchObject({ restarts: 2 });
  });

  it('leaves a book that waits for its snapshot to the snapshot', async () => {
    expect(await checksOf({ kind: 'book' })).toEqual({
      restarts: 0,
      fresh: [UNKNOWN, UNKNOWN, UNKNOWN],
    });
  });

  it('opens book streams again that ought to begin by themselves', async () => {
    expect(await checksOf({ kind: 'book', isExact: false })).toMatchObject({ restarts: 3 });
  });
});
