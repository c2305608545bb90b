import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { feeds, instruments } from '#bus/states.ts';
import { Candle } from '#core/model/candle.ts';
import { FeedStatus } from '#core/model/feed-status.ts';
import { Instrument } from '#core/model/instrument.ts';
import { Quote } from '#core/model/market.ts';
import { Pair } from '#core/model/pair.ts';
import { Timeframe } from '#core/model/timeframe.ts';
import { NoQuery, get } from '../http/get-route.ts';
import { RequestProblem } from '../http/problem.ts';
import { listOf, pairQuery, timeMs, wholeNumberOr } from '../http/query.ts';
import { withoutUndefined } from '../http/without-undefined.ts';
import type { GatewayPorts } from '../ports.ts';
import * as examples from './examples.ts';

const TradedSymbol = z.strictObject({
  pair: Pair,
  instrument: Instrument,
  feed: FeedStatus.optional(),
  quote: Quote.optional(),
  lastCandle: z.strictObject({ timeframe: Timeframe, candle: Candle }).optional(),
});

const CandleQuery = z.strictObject({
  pair: pairQuery,
  timeframe: Timeframe,
  limit: wholeNumberOr(500, 1, 5_000),
  /** Only candles that open before this. */
  beforeMs: timeMs.optional(),
});

const CandleAnswer = z.strictObject({
  pair: Pair,
  timeframe: Timeframe,
  /** Oldest first. */
  items: z.array(Candle),
});

export function marketRoutes(server: FastifyInstance, ports: GatewayPorts): void {
  const { bus, cache, live } = ports;
  get(server, {
    path: '/api/v1/symbols',
    tag: 'market',
    summary: 'What may be traded, its rules at the venue, and how fresh its data is',
    query: NoQuery,
    answer: listOf(TradedSymbol),
    example: { items: [examples.symbol] },
    handler: async () => {
      const [rules, fresh] = await Promise.all([bus.all(instruments), bus.all(feeds)]);
      const items = [...rules.values()].map((instrument) => {
        const { pair } = instrument;
        const found = {
          feed: fresh.get(pair),
          quote: live.quote(pair),
          lastCandle: live.lastCandle(pair),
        };
        return { pair, instrument, ...withoutUndefined(found) };
      });
      return { items: items.toSorted((a, b) => a.pair.localeCompare(b.pair)) };
    },
  });
  get(server, {
    path: '/api/v1/candles',
    tag: 'market',
    summary: 'Closed candles, oldest first',
    canBeMissing: true,
    query: CandleQuery,
    answer: CandleAnswer,
    example: { pair: 'BTC/USDT', timeframe: '1m', items: [examples.candle] },
    handler: async ({ pair, timeframe, limit, beforeMs }) => {
      const series = await cache.get(pair, timeframe);
      if (series === undefined) {
        throw new RequestProblem(404, `no ${timeframe} candles of ${pair} are kept`);
      }
      const candles =
        beforeMs === undefined
          ? series.candles
          : series.candles.filter((candle) => candle.openMs < beforeMs);
      return { pair, timeframe, items: candles.slice(-limit) };
    },
  });
}
