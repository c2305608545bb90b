import type { LiquidityBoard } from './market/liquidity.ts';
import type { PriceShock } from './market/price-shocks.ts';
import type { SymbolMarket } from './market/symbol-market.ts';

/**
 * The border inside the practice exchange: the market (engine, traders, replay) behind it, the
 * Binance-shaped REST and WebSocket server before it. Prices and quantities cross it as whole
 * ticks and lots, so no float ever rounds; the server turns them into the venue's decimal text.
 * Times are the exchange's own clock in epoch milliseconds.
 */

export interface SymbolSpec {
  /** Venue spelling, e.g. `BTCUSDT`. */
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  /** Decimal places of one tick and one lot; tickSize is `tick` units of 10^-priceDigits. */
  readonly priceDigits: number;
  readonly qtyDigits: number;
  /** Price of one tick and quantity of one lot as decimal text, e.g. `0.01`, `0.00001`. */
  readonly tickSize: string;
  readonly stepSize: string;
  readonly minNotional: string;
  readonly minQty: string;
  readonly maxQty: string;
}

export type SymbolStatus = 'TRADING' | 'HALT' | 'BREAK' | 'CANCEL_ONLY';

/** `[price in ticks, quantity in lots]`; quantity 0 in a change means the level is gone. */
export type Level = readonly [ticks: number, lots: number];

export interface BookSnapshot {
  readonly lastUpdateId: number;
  /** Best first. */
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

export interface WorldTrade {
  readonly symbol: string;
  readonly id: number;
  readonly ticks: number;
  readonly lots: number;
  readonly timeMs: number;
  readonly buyerIsMaker: boolean;
}

/** Trades of one taker at one price, as Binance aggregates them. */
export interface WorldAggTrade {
  readonly id: number;
  readonly ticks: number;
  readonly lots: number;
  readonly firstTradeId: number;
  readonly lastTradeId: number;
  readonly timeMs: number;
  readonly buyerIsMaker: boolean;
}

export interface WorldKline {
  readonly openMs: number;
  readonly closeMs: number;
  readonly openTicks: number;
  readonly highTicks: number;
  readonly lowTicks: number;
  readonly closeTicks: number;
  /** Base volume in lots; quote volume in ticks x lots. */
  readonly lots: number;
  readonly quoteTickLots: number;
  readonly trades: number;
  readonly takerBuyLots: number;
  readonly takerBuyQuoteTickLots: number;
  readonly firstTradeId: number;
  readonly lastTradeId: number;
}

export type KlineInterval =
  | '1s'
  | '1m'
  | '3m'
  | '5m'
  | '15m'
  | '30m'
  | '1h'
  | '2h'
  | '4h'
  | '6h'
  | '8h'
  | '12h'
  | '1d';

/** What happens in the world, in order, each with the exchange's time. */
export type WorldEvent =
  | { readonly kind: 'trade'; readonly trade: WorldTrade }
  | { readonly kind: 'aggTrade'; readonly symbol: string; readonly trade: WorldAggTrade }
  | {
      readonly kind: 'book';
      readonly symbol: string;
      readonly updateId: number;
      readonly timeMs: number;
      readonly bids: readonly Level[];
      readonly asks: readonly Level[];
    }
  /** The candle of every interval that ended; sent once, when the period is over. */
  | {
      readonly kind: 'klineClosed';
      readonly symbol: string;
      readonly interval: KlineInterval;
      readonly kline: WorldKline;
    }
  /** Replay only: the files are over; nothing more will trade. */
  | { readonly kind: 'endOfData'; readonly timeMs: number };

export interface RangeQuery {
  readonly startMs?: number;
  readonly endMs?: number;
  readonly limit: number;
}

export interface World {
  readonly specs: readonly SymbolSpec[];
  /** Where accounts trade; the server asks the questions below. */
  readonly markets: readonly SymbolMarket[];
  /** The exchange's clock (a fault may skew what the server says, not this). */
  now(): number;
  status(symbol: string): SymbolStatus;
  setStatus(symbol: string, status: SymbolStatus): void;
  /** Full depth, at most `levels` a side. */
  book(symbol: string, levels: number): BookSnapshot;
  /** Newest last, at most `limit`; `fromId` counts upward from an id. */
  trades(symbol: string, query: { fromId?: number; limit: number }): readonly WorldTrade[];
  aggTrades(symbol: string, query: RangeQuery & { fromId?: number }): readonly WorldAggTrade[];
  /** Oldest first, the forming candle last when the range reaches now. Binance's range rules. */
  klines(symbol: string, interval: KlineInterval, query: RangeQuery): readonly WorldKline[];
  /** The forming candle; undefined before the first trade of a replay without one. */
  currentKline(symbol: string, interval: KlineInterval): WorldKline | undefined;
  /** Statistics of the rolling 24 h, from 1m candles. */
  stats24h(symbol: string): WorldKline;
  subscribe(listener: (event: WorldEvent) => void): () => void;
  /** Moves the market to the clock's time; the owner calls it some 20 times a second. */
  step(): void;
  /** Synthetic market only: moves the price; false when there are too many shocks. */
  shock?(shock: PriceShock): boolean;
  /** Takes all of them back at once. */
  calm?(): void;
  /** Synthetic market only: what its makers show. */
  readonly liquidity?: LiquidityBoard;
  /** Replay only: maps served time to recorded time. */
  recordedTime?(servedMs: number): number;
}
