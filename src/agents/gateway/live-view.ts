/**
 * What passes by on the topics, kept for whoever asks: the last quote of each pair, the last closed
 * candle, the last events. Bounded, and empty after a restart; the truth is in the ledger, the cache
 * and the states.
 */
import type { Bus } from '#bus/bus.ts';
import { candles, deskEvents, quotes } from '#bus/topics.ts';
import type { Candle } from '#core/model/candle.ts';
import type { ToldEvent } from '#core/model/desk-event.ts';
import type { Quote } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Timeframe } from '#core/model/timeframe.ts';

export interface SeenCandle {
  readonly timeframe: Timeframe;
  readonly candle: Candle;
}

export interface LiveView {
  quote(pair: Pair): Quote | undefined;
  /** The last of every pair. */
  quotes(): Iterable<Quote>;
  lastCandle(pair: Pair): SeenCandle | undefined;
  /** Newest first. */
  events(limit: number): readonly ToldEvent[];
  /** Calls for each event that comes, until the end of the process. */
  onEvent(listener: () => void): void;
}

const EVENTS_MAX = 500;
const PAIRS_MAX = 1_000;

export async function watchTopics(
  bus: Pick<Bus, 'subscribe'>,
): Promise<LiveView & AsyncDisposable> {
  const lastQuotes = new Map<Pair, Quote>();
  const lastCandles = new Map<Pair, SeenCandle>();
  const events: ToldEvent[] = [];
  const listeners: (() => void)[] = [];
  const subscriptions = await Promise.all([
    bus.subscribe(quotes, (batch) => {
      for (const quote of batch) keep(lastQuotes, quote.pair, quote);
    }),
    bus.subscribe(candles, ({ pair, timeframe, candle }) => {
      keep(lastCandles, pair, { timeframe, candle });
    }),
    bus.subscribe(deskEvents, (told) => {
      events.push(told);
      if (events.length > EVENTS_MAX) events.shift();
      for (const listener of listeners) listener();
    }),
  ]);

  return {
    quote: (pair) => lastQuotes.get(pair),
    quotes: () => lastQuotes.values(),
    lastCandle: (pair) => lastCandles.get(pair),
    events: (limit) => events.slice(-limit).toReversed(),
    onEvent: (listener) => void listeners.push(listener),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(subscriptions.map((subscription) => subscription[Symbol.asyncDispose]()));
    },
  };
}

function keep<T>(map: Map<Pair, T>, pair: Pair, value: T): void {
  if (map.size >= PAIRS_MAX && !map.has(pair)) return;
  map.set(pair, value);
}
