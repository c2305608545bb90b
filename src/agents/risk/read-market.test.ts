import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/model/candle.ts';
import { Pair } from '#core/model/pair.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { PermanentError, TransientError } from '#platform/errors.ts';
import { silentLog } from '#platform/log/log.ts';
import { marketReader } from './read-market.ts';

const HOUR_MS = 3_600_000;
const [BTC, ETH] = ['BTC/USDT', 'ETH/USDT'].map((text) => Pair.parse(text)) as [Pair, Pair];

const away = new TransientError('cache-away', 'away');

/** Two hours of candles at 100, the last closed at the clock's start. */
function reader() {
  const clock = fakeClock(100 * HOUR_MS);
  const startMs = clock.now();
  const candles: Candle[] = [2, 1].map((ago) => ({
    openMs: startMs - ago * HOUR_MS,
    open: 100,
    high: 100,
    low: 100,
    close: 100,
    volume: 5,
  }));
  const state = {
    bid: undefined as number | undefined,
    candles: (_key: string): readonly Candle[] | Error | 'late' => candles,
    tickers: [{ pair: BTC, last: 90 }] as readonly { pair: Pair; last: number }[] | Error,
    asked: [] as string[],
  };
  const read = marketReader({
    clock,
    log: silentLog(),
    signal: new AbortController().signal,
    prices: {
      of: () => (state.bid === undefined ? undefined : { bid: state.bid, middle: state.bid + 1 }),
    },
    cache: {
      getOrLoad: async <T>(
        kind: { readonly name: string },
        key: string,
        { waitMs = 0 }: { readonly waitMs?: number } = {},
      ): Promise<T> => {
        state.asked.push(kind.name);
        const found = kind.name === 'marketTickers' ? state.tickers : state.candles(key);
        if (found === 'late') {
          await clock.sleep(waitMs);
          throw away;
        }
        if (found instanceof Error) throw found;
        return found as T;
      },
    },
  });
  const look = (pairs: readonly Pair[] = [BTC], held: readonly Pair[] = []) =>
    read({ held, others: pairs, hours: 500, nowMs: clock.now() });
  return { clock, state, look };
}

type Read = Awaited<ReturnType<ReturnType<typeof reader>['look']>>;
const lastOf = ({ histories }: Read) => histories[0]?.candles.at(-1)?.close;

describe('what a look reads of the market', () => {
  it('has the hour under way at the price of the last quote, not of the cache', async () => {
    const { state, look } = reader();
    state.bid = 79;

    const read = await look();

    expect(lastOf(read)).toBe(80);
    expect(read.histories[0]?.candles).toHaveLength(3);
    expect(state.asked).not.toContain('marketTickers');
    expect([...read.unpriced, ...read.unread]).toEqual([]);
  });

  it('takes the ticker for a pair without a quote, and says so', async () => {
    const { look } = reader();

    const read = await look();

    expect(lastOf(read)).toBe(90);
    expect([...read.unpriced]).toEqual([BTC]);
    expect([...read.lasts]).toEqual([[BTC, 90]]);
  });

  it('goes on with the candles of the look before while none come, at the price of now', async () => {
    const { clock, state, look } = reader();
    state.bid = 99;
    await look();
    state.candles = () => away;
    state.bid = 69;
    await clock.advance(1.5 * HOUR_MS);

    const read = await look();
    expect(lastOf(read)).toBe(70);
    expect(read.unread.size).toBe(0);

    await clock.advance(HOUR_MS);
    expect([...(await look()).unread]).toEqual([BTC]);
  });

  it('knows a pair that has no candles from one that cannot be read', async () => {
    const { state, look } = reader();
    state.candles = (key) =>
      key.startsWith('BTC') ? new PermanentError('venue-unknown-symbol', 'none') : away;

    const read = await look([BTC, ETH]);

    expect([...read.unread]).toEqual([ETH]);
    state.candles = () => new PermanentError('venue-auth', 'refused');
    expect([...(await look([BTC])).unread], 'that says nothing of the pair').toEqual([BTC]);
  });

  it('keeps the hours of a pair that the venue no longer knows', async () => {
    const { state, look } = reader();
    await look();
    state.candles = () => new PermanentError('venue-unknown-symbol', 'gone');

    const read = await look();

    expect(read.histories[0]?.candles.length).toBeGreaterThan(1);
    expect(read.unread.size).toBe(0);
  });

  it('waits a bounded time for all pairs together', async () => {
    const { clock, state, look } = reader();
    const pairs = Array.from({ length: 20 }, (_, k) => Pair.parse(`C${k}/USDT`));
    state.candles = () => 'late';
    const startMs = clock.monotonic();

    const read = look(pairs);
    await clock.advance(10_000);

    expect((await read).unread.size).toBe(20);
    expect(clock.monotonic() - startMs).toBe(10_000);
  });

  it('reads what is held first, so that it is what is known when time is short', async () => {
    const { clock, state, look } = reader();
    const others = Array.from({ length: 20 }, (_, k) => Pair.parse(`C${k}/USDT`));
    const candles = state.candles('');
    state.candles = (key) => (/^(BTC|ETH)/u.test(key) ? candles : 'late');

    const read = look([...others, ETH, BTC], [BTC, ETH]);
    await clock.advance(10_000);

    expect((await read).unread).toEqual(new Set(others));
    expect((await read).histories.slice(0, 2).map(({ pair }) => pair)).toEqual([BTC, ETH]);
  });

  it('waits long for what is held alone once it has looked', async () => {
    const { clock, state, look } = reader();
    await look([BTC], [BTC]);
    const candles = state.candles('');
    state.candles = (key) => (key.startsWith('ETH') ? 'late' : candles);
    const tookMs = async (held: readonly Pair[]) => {
      const startMs = clock.monotonic();
      const read = look([BTC, ETH], held);
      let endMs = 0;
      void read.then(() => (endMs = clock.monotonic()));
      await clock.advance(10_000);
      await read;
      return endMs - startMs;
    };

    expect(await tookMs([BTC])).toBe(2_000);
    expect(await tookMs([BTC, ETH])).toBe(10_000);
  });
});
