/**
 * Event payloads, field by field as in the venue's web-socket-streams.md (July 2026). Frequent
 * ones are written as text: all values are numbers, booleans and decimal text, so nothing needs
 * escaping, and a template costs a third of JSON.stringify.
 */
import type { KlineInterval, Level, WorldAggTrade, WorldKline, WorldTrade } from '../world.ts';
import type { AveragePrice } from './average-price.ts';
import type { SymbolText } from './symbol-text.ts';
import type { BestPrices, DayStats, LastTrade } from './tickers.ts';

export function tradePayload(text: SymbolText, trade: WorldTrade, eventMs: number): string {
  return (
    `{"e":"trade","E":${eventMs},"s":"${text.spec.symbol}","t":${trade.id},` +
    `"p":"${text.price(trade.ticks)}","q":"${text.quantity(trade.lots)}",` +
    `"T":${trade.timeMs},"m":${trade.buyerIsMaker},"M":true}`
  );
}

export function aggTradePayload(text: SymbolText, trade: WorldAggTrade, eventMs: number): string {
  return (
    `{"e":"aggTrade","E":${eventMs},"s":"${text.spec.symbol}","a":${trade.id},` +
    `"p":"${text.price(trade.ticks)}","q":"${text.quantity(trade.lots)}",` +
    `"f":${trade.firstTradeId},"l":${trade.lastTradeId},` +
    `"T":${trade.timeMs},"m":${trade.buyerIsMaker},"M":true}`
  );
}

export interface KlineEvent {
  readonly interval: KlineInterval;
  readonly kline: WorldKline;
  readonly isClosed: boolean;
  readonly eventMs: number;
}

export function klinePayload(text: SymbolText, event: KlineEvent): string {
  const { kline } = event;
  const { symbol } = text.spec;
  return (
    `{"e":"kline","E":${event.eventMs},"s":"${symbol}","k":{"t":${kline.openMs},` +
    `"T":${kline.closeMs},"s":"${symbol}","i":"${event.interval}",` +
    `"f":${kline.firstTradeId},"L":${kline.lastTradeId},"o":"${text.price(kline.openTicks)}",` +
    `"c":"${text.price(kline.closeTicks)}","h":"${text.price(kline.highTicks)}",` +
    `"l":"${text.price(kline.lowTicks)}","v":"${text.quantity(kline.lots)}",` +
    `"n":${kline.trades},"x":${event.isClosed},"q":"${text.quote(kline.quoteTickLots)}",` +
    `"V":"${text.quantity(kline.takerBuyLots)}",` +
    `"Q":"${text.quote(kline.takerBuyQuoteTickLots)}","B":"0"}}`
  );
}

export function bookTickerPayload(symbol: string, best: BestPrices): string {
  return (
    `{"u":${best.updateId},"s":"${symbol}","b":"${best.bidPrice}","B":"${best.bidQty}",` +
    `"a":"${best.askPrice}","A":"${best.askQty}"}`
  );
}

export interface DepthChange {
  readonly firstId: number;
  readonly lastId: number;
  readonly bids: Iterable<Level>;
  readonly asks: Iterable<Level>;
  readonly eventMs: number;
}

export function depthPayload(text: SymbolText, change: DepthChange): string {
  return (
    `{"e":"depthUpdate","E":${change.eventMs},"s":"${text.spec.symbol}",` +
    `"U":${change.firstId},"u":${change.lastId},` +
    `"b":${levelRows(text, change.bids)},"a":${levelRows(text, change.asks)}}`
  );
}

export function partialDepthPayload(
  text: SymbolText,
  book: { lastUpdateId: number; bids: Iterable<Level>; asks: Iterable<Level> },
): string {
  return (
    `{"lastUpdateId":${book.lastUpdateId},"bids":${levelRows(text, book.bids)},` +
    `"asks":${levelRows(text, book.asks)}}`
  );
}

function levelRows(text: SymbolText, levels: Iterable<Level>): string {
  let rows = '';
  for (const [ticks, lots] of levels) {
    rows += `${rows === '' ? '' : ','}["${text.price(ticks)}","${text.quantity(lots)}"]`;
  }
  return `[${rows}]`;
}

export function miniTickerPayload(symbol: string, stats: DayStats, eventMs: number): string {
  return JSON.stringify({
    e: '24hrMiniTicker',
    E: eventMs,
    s: symbol,
    c: stats.lastPrice,
    o: stats.openPrice,
    h: stats.highPrice,
    l: stats.lowPrice,
    v: stats.volume,
    q: stats.quoteVolume,
  });
}

export function tickerPayload(
  symbol: string,
  facts: DayStats & BestPrices & LastTrade,
  eventMs: number,
): string {
  return JSON.stringify({
    e: '24hrTicker',
    E: eventMs,
    s: symbol,
    p: facts.priceChange,
    P: facts.priceChangePercent,
    w: facts.weightedAvgPrice,
    x: facts.prevClosePrice,
    c: facts.lastPrice,
    Q: facts.lastQty,
    b: facts.bidPrice,
    B: facts.bidQty,
    a: facts.askPrice,
    A: facts.askQty,
    o: facts.openPrice,
    h: facts.highPrice,
    l: facts.lowPrice,
    v: facts.volume,
    q: facts.quoteVolume,
    O: facts.openTime,
    C: facts.closeTime,
    F: facts.firstId,
    L: facts.lastId,
    n: facts.count,
  });
}

export function avgPricePayload(symbol: string, average: AveragePrice, eventMs: number): string {
  return JSON.stringify({
    e: 'avgPrice',
    E: eventMs,
    s: symbol,
    i: `${average.minutes}m`,
    w: average.price,
    T: average.lastTradeMs,
  });
}

export function serverShutdownPayload(eventMs: number): string {
  return `{"e":"serverShutdown","E":${eventMs}}`;
}
