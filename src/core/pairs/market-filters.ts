/** Filters over what the venue says now: its rules, its best prices, its book. */
import type { OrderBook } from '../model/market.ts';
import type { Pair } from '../model/pair.ts';
import type { LinkOf } from './config.ts';
import { missing, percent, type Facts } from './facts.ts';

export function statusObjection(facts: Facts, pair: Pair): string | undefined {
  const status = facts.instruments.get(pair)?.status;
  if (status === undefined) return 'the venue does not list it';
  return status === 'trading' ? undefined : `the venue says ${status}`;
}

/** (ask - bid) / ask. */
export function spreadObjection(
  link: LinkOf<'spread'>,
  facts: Facts,
  pair: Pair,
): string | undefined {
  const { bid, ask } = facts.tickers.get(pair) ?? {};
  if (bid === undefined || ask === undefined) return missing('bid and ask', link);
  const spread = 1 - bid / ask;
  return spread > link.max_fraction ? `spread ${percent(spread)}` : undefined;
}

export function priceObjection(
  link: LinkOf<'price'>,
  facts: Facts,
  pair: Pair,
): string | undefined {
  const last = facts.tickers.get(pair)?.last;
  if (last === undefined) return missing('price', link);
  if (link.min !== null && last < link.min) return `price ${last} below ${link.min}`;
  if (link.max !== null && last > link.max) return `price ${last} above ${link.max}`;
  if (link.max_tick_fraction === null) return undefined;
  const tick = facts.instruments.get(pair)?.tickSize;
  if (tick === undefined) return missing('tick size', link);
  const fraction = Number(tick) / last;
  return fraction > link.max_tick_fraction
    ? `one tick is ${percent(fraction)} of the price`
    : undefined;
}

/** The worse side counts: what is bought has to be sold again. */
export function depthObjection(
  link: LinkOf<'depth'>,
  facts: Facts,
  pair: Pair,
): string | undefined {
  const book = facts.books.get(pair);
  if (book === undefined) return missing('order book', link);
  const impact = bookImpact(book, link.order_quote);
  if (impact === undefined) return `the book holds less than ${link.order_quote}`;
  return impact > link.max_impact_fraction ? `impact ${percent(impact)}` : undefined;
}

/**
 * How far the mean price of a market order of `orderQuote` lies from the middle of the book, as a
 * fraction, on the worse of its sides; undefined when the levels do not hold so much.
 */
export function bookImpact(book: OrderBook, orderQuote: number): number | undefined {
  const [bid, ask] = [Number(book.bids[0]?.[0]), Number(book.asks[0]?.[0])];
  if (!(bid > 0 && ask > 0)) return undefined;
  const middle = (bid + ask) / 2;
  const [buy, sell] = [book.asks, book.bids].map((side) => meanPrice(side, orderQuote));
  if (buy === undefined || sell === undefined) return undefined;
  return Math.max(buy / middle - 1, 1 - sell / middle);
}

function meanPrice(levels: OrderBook['bids'], orderQuote: number): number | undefined {
  let left = orderQuote;
  let base = 0;
  for (const level of levels) {
    const [price, qty] = [Number(level[0]), Number(level[1])];
    const taken = Math.min(left, price * qty);
    base += taken / price;
    left -= taken;
    if (left <= 0) return orderQuote / base;
  }
  return undefined;
}
