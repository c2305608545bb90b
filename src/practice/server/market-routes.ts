import type { Level, RangeQuery, WorldKline, WorldTrade } from '../world.ts';
import {
  badCombination,
  invalidInterval,
  invalidParameter,
  mandatoryParameter,
  statusMismatch,
} from './api-error.ts';
import { averagePrice } from './average-price.ts';
import { symbolStatus } from './general-routes.ts';
import { parseInterval } from './interval.ts';
import type { Query } from './query.ts';
import type { Route } from './route.ts';
import type { SymbolText } from './symbol-text.ts';
import type { Venue } from './venue.ts';

const KLINE_PARAMETERS = ['symbol', 'interval', 'startTime', 'endTime', 'timeZone', 'limit'];
/** Depth by limit: 1-100, 101-500, 501-1000, 1001-5000. */
const DEPTH_WEIGHTS = [
  { limitMax: 100, weight: 5 },
  { limitMax: 500, weight: 25 },
  { limitMax: 1000, weight: 50 },
];
const DEPTH_WEIGHT_MAX = 250;
const TIME_ZONE = /^[-+]?\d{1,2}(:[0-5]\d)?$/;

export const MARKET_ROUTES: readonly Route[] = [
  {
    path: '/api/v3/depth',
    parameters: ['symbol', 'limit', 'symbolStatus'],
    weight: (query) => {
      const limit = query.limit(100, 5000);
      return DEPTH_WEIGHTS.find((step) => limit <= step.limitMax)?.weight ?? DEPTH_WEIGHT_MAX;
    },
    answer: depth,
  },
  {
    path: '/api/v3/trades',
    parameters: ['symbol', 'limit'],
    weight: () => 25,
    answer: (venue, query) => trades(venue, query),
  },
  {
    path: '/api/v3/historicalTrades',
    parameters: ['symbol', 'limit', 'fromId'],
    weight: () => 25,
    answer: (venue, query) => trades(venue, query, query.whole('fromId')),
  },
  {
    path: '/api/v3/aggTrades',
    parameters: ['symbol', 'fromId', 'startTime', 'endTime', 'limit'],
    weight: () => 4,
    answer: aggTrades,
  },
  { path: '/api/v3/klines', parameters: KLINE_PARAMETERS, weight: () => 2, answer: klines },
  { path: '/api/v3/uiKlines', parameters: KLINE_PARAMETERS, weight: () => 2, answer: klines },
  {
    path: '/api/v3/avgPrice',
    parameters: ['symbol'],
    weight: () => 2,
    answer: (venue, query) => {
      const average = averagePrice(venue, query.symbol(venue.symbols));
      return {
        mins: average.minutes,
        price: average.price,
        closeTime: average.lastTradeMs,
      };
    },
  },
];

function depth(venue: Venue, query: Query): unknown {
  const symbol = query.symbol(venue.symbols);
  const status = symbolStatus(query);
  if (status !== undefined && venue.world.status(symbol) !== status) throw statusMismatch();
  const text = venue.textOf(symbol);
  const book = venue.world.book(symbol, query.limit(100, 5000));
  const row = ([ticks, lots]: Level): readonly string[] => [text.price(ticks), text.quantity(lots)];
  return {
    lastUpdateId: book.lastUpdateId,
    bids: book.bids.map(row),
    asks: book.asks.map(row),
  };
}

function trades(venue: Venue, query: Query, fromId?: number): unknown {
  const symbol = query.symbol(venue.symbols);
  const text = venue.textOf(symbol);
  const range = { limit: query.limit(500, 1000), ...(fromId === undefined ? {} : { fromId }) };
  return venue.world.trades(symbol, range).map((trade) => tradeRow(text, trade));
}

function tradeRow(text: SymbolText, trade: WorldTrade): unknown {
  return {
    id: trade.id,
    price: text.price(trade.ticks),
    qty: text.quantity(trade.lots),
    quoteQty: text.quote(trade.ticks * trade.lots),
    time: trade.timeMs,
    isBuyerMaker: trade.buyerIsMaker,
    isBestMatch: true,
  };
}

function aggTrades(venue: Venue, query: Query): unknown {
  const symbol = query.symbol(venue.symbols);
  const text = venue.textOf(symbol);
  const fromId = query.whole('fromId');
  const range = timeRange(query);
  if (fromId !== undefined && (range.startMs ?? range.endMs) !== undefined) throw badCombination();
  const found = venue.world.aggTrades(symbol, {
    ...range,
    ...(fromId === undefined ? {} : { fromId }),
  });
  return found.map((trade) => ({
    a: trade.id,
    p: text.price(trade.ticks),
    q: text.quantity(trade.lots),
    f: trade.firstTradeId,
    l: trade.lastTradeId,
    T: trade.timeMs,
    m: trade.buyerIsMaker,
    M: true,
  }));
}

function klines(venue: Venue, query: Query): unknown {
  const symbol = query.symbol(venue.symbols);
  const name = query.text('interval');
  if (name === undefined) throw mandatoryParameter('interval');
  const interval = parseInterval(name);
  if (interval === undefined) throw invalidInterval();
  const zone = query.text('timeZone');
  if (zone !== undefined && !TIME_ZONE.test(zone)) throw invalidParameter('timeZone');
  const text = venue.textOf(symbol);
  return venue.world
    .klines(symbol, interval, timeRange(query))
    .map((kline) => klineRow(text, kline));
}

function klineRow(text: SymbolText, kline: WorldKline): readonly unknown[] {
  return [
    kline.openMs,
    text.price(kline.openTicks),
    text.price(kline.highTicks),
    text.price(kline.lowTicks),
    text.price(kline.closeTicks),
    text.quantity(kline.lots),
    kline.closeMs,
    text.quote(kline.quoteTickLots),
    kline.trades,
    text.quantity(kline.takerBuyLots),
    text.quote(kline.takerBuyQuoteTickLots),
    '0',
  ];
}

function timeRange(query: Query): RangeQuery {
  const startMs = query.timeMs('startTime');
  const endMs = query.timeMs('endTime');
  return {
    limit: query.limit(500, 1000),
    ...(startMs === undefined ? {} : { startMs }),
    ...(endMs === undefined ? {} : { endMs }),
  };
}
