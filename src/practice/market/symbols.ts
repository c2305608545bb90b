import { ConfigError } from '#platform/errors.ts';
import type { SymbolSpec } from '#practice/world.ts';

/**
 * The coins of the synthetic market. Ticks, lots and notionals are Binance's (exchangeInfo); the
 * price is where the fair price lives in the long run; `beta` is how much of the market's
 * move a coin takes and `ownYearly` the yearly volatility it adds (what crypto shows: BTC 50 % a
 * year in all, the others 65 to 100 %, correlated 0.5 to 0.8 with it).
 */
export interface Coin {
  readonly base: string;
  readonly price: number;
  readonly priceDigits: number;
  readonly qtyDigits: number;
  readonly maxQty: string;
  readonly beta: number;
  readonly ownYearly: number;
  /** Takers a second on an average moment. */
  readonly takersPerSecond: number;
  /** Median quote amount of one taker. */
  readonly takerQuote: number;
}

type Row = readonly [
  base: string,
  price: number,
  digits: readonly [price: number, qty: number],
  maxQty: string,
  risk: readonly [beta: number, ownYearly: number],
  flow: readonly [takersPerSecond: number, takerQuote: number],
];

const ROWS: readonly Row[] = [
  ['BTC', 64_000, [2, 5], '9000', [1, 0.18], [5, 420]],
  ['ETH', 3_100, [2, 4], '9000', [1.15, 0.28], [4.5, 360]],
  ['SOL', 152, [2, 3], '90000', [1.35, 0.45], [4, 260]],
  ['BNB', 604, [2, 3], '9000', [0.85, 0.3], [3, 240]],
  ['XRP', 2.1, [4, 1], '9222449', [1.05, 0.5], [3.5, 220]],
  ['ADA', 0.72, [4, 1], '900000', [1.2, 0.45], [2.8, 180]],
  ['DOGE', 0.173, [5, 0], '9000000', [1.4, 0.55], [3.5, 200]],
  ['LINK', 14.8, [2, 2], '90000', [1.25, 0.42], [2.5, 180]],
  ['AVAX', 22.4, [2, 2], '90000', [1.35, 0.45], [2.5, 180]],
  ['LTC', 88, [2, 3], '90000', [0.95, 0.35], [2.4, 170]],
  ['DOT', 4.15, [3, 2], '90000', [1.2, 0.42], [2.4, 160]],
  ['TRX', 0.268, [4, 1], '9000000', [0.6, 0.3], [2.2, 160]],
  ['ATOM', 4.4, [3, 2], '90000', [1.15, 0.42], [2.2, 150]],
  ['BCH', 482, [1, 3], '90000', [1.05, 0.45], [2.2, 170]],
  ['NEAR', 2.65, [3, 1], '900000', [1.35, 0.5], [2.2, 150]],
  ['UNI', 8.2, [3, 2], '90000', [1.25, 0.48], [2.2, 150]],
  ['XLM', 0.31, [4, 0], '9000000', [1.1, 0.48], [2, 140]],
  ['ETC', 19.6, [2, 2], '90000', [1.15, 0.42], [2, 140]],
  ['FIL', 2.45, [3, 2], '900000', [1.25, 0.48], [1.8, 130]],
  ['APT', 4.9, [3, 2], '900000', [1.35, 0.52], [1.8, 130]],
  ['ARB', 0.42, [4, 1], '900000', [1.4, 0.55], [1.8, 130]],
  ['OP', 0.72, [3, 2], '900000', [1.4, 0.58], [1.8, 130]],
  ['INJ', 11.8, [2, 2], '90000', [1.4, 0.58], [1.6, 120]],
  ['ALGO', 0.21, [4, 0], '9000000', [1.2, 0.5], [1.6, 120]],
];

const COINS: readonly Coin[] = ROWS.map(
  ([base, price, [priceDigits, qtyDigits], maxQty, [beta, ownYearly], flow]) => ({
    base,
    price,
    priceDigits,
    qtyDigits,
    maxQty,
    beta,
    ownYearly,
    takersPerSecond: flow[0],
    takerQuote: flow[1],
  }),
);

const QUOTE = 'USDT';

/** The first twelve; the others are there for who asks. */
const DEFAULT_COUNT = 12;

/** The coins of `pairs` (`BTC/USDT` or `BTCUSDT`), or the default twelve. */
export function chooseCoins(pairs: readonly string[] | undefined): Coin[] {
  if (pairs === undefined || pairs.length === 0) return COINS.slice(0, DEFAULT_COUNT);
  const found: Coin[] = [];
  const unknown: string[] = [];
  for (const pair of new Set(pairs.map((text) => text.replace('/', '').toUpperCase()))) {
    const coin = COINS.find((entry) => entry.base + QUOTE === pair);
    if (coin === undefined) unknown.push(pair);
    else found.push(coin);
  }
  if (unknown.length > 0) {
    throw new ConfigError(`the practice exchange does not list ${unknown.join(', ')}`, {
      found: unknown,
      expected: COINS.map((coin) => `${coin.base}/${QUOTE}`),
    });
  }
  return found;
}

export function coinOf(symbol: string): Coin | undefined {
  return COINS.find((entry) => entry.base + QUOTE === symbol);
}

export function specOf(coin: Coin): SymbolSpec {
  return {
    symbol: coin.base + QUOTE,
    base: coin.base,
    quote: QUOTE,
    priceDigits: coin.priceDigits,
    qtyDigits: coin.qtyDigits,
    tickSize: unitText(coin.priceDigits),
    stepSize: unitText(coin.qtyDigits),
    // 5 on nearly every USDT pair since 2023; DOGE's 1 is the exception we do not need.
    minNotional: '5',
    minQty: unitText(coin.qtyDigits),
    maxQty: coin.maxQty,
  };
}

/** One unit of the last decimal place: `0.01` for 2, `1` for 0. */
export function unitText(digits: number): string {
  return digits === 0 ? '1' : `0.${'0'.repeat(digits - 1)}1`;
}
