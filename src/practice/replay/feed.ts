import type { SymbolSpec } from '#practice/world.ts';
import { coinOf, unitText } from '#practice/market/symbols.ts';
import type { Print, RecordedCandle } from './price-path.ts';

/** What was recorded between `recordedMs` and `spanMs` later. */
export interface Block {
  readonly recordedMs: number;
  readonly spanMs: number;
  readonly prints: readonly Print[];
  /** A recorded candle without volume: it is served, nothing trades. */
  readonly quiet?: RecordedCandle;
}

/** One symbol's recording, read forward from wherever it is sought. */
export interface Feed {
  readonly file: string;
  readonly spec: SymbolSpec;
  /** Length of a recorded candle; a second for trades. */
  readonly intervalMs: number;
  /** Recorded from (included) and to (excluded). */
  readonly fromMs: number;
  readonly toMs: number;
  /** Candles record that nothing traded, trades do not: their silence is no gap. */
  readonly isSilenceQuiet: boolean;
  /** The next block is the first at `recordedMs` or later. */
  seek(recordedMs: number): void;
  /** Recorded time of the next block; undefined at the end. */
  nextMs(): number | undefined;
  /** The next block, with `prints` trades or about as many. */
  take(prints: number): Block;
}

/** One lot of an unknown coin is worth a tenth of a quote unit at most. */
const LOT_QUOTE_MAX = 0.1;

/**
 * A spec in which every recorded price is a whole number of ticks and every volume of lots: the
 * file's own decimals, and lots as fine as the coin has today so that the desk can trade it.
 */
export function recordedSpec(of: {
  name: { symbol: string; base: string; quote: string };
  priceDigits: number;
  qtyDigits: number;
  price: number;
}): SymbolSpec {
  const fine = Math.ceil(Math.log10(of.price / LOT_QUOTE_MAX));
  const usual = coinOf(of.name.symbol)?.qtyDigits ?? Math.min(8, Math.max(0, fine));
  const qtyDigits = Math.max(of.qtyDigits, usual);
  return {
    ...of.name,
    priceDigits: of.priceDigits,
    qtyDigits,
    tickSize: unitText(of.priceDigits),
    stepSize: unitText(qtyDigits),
    minNotional: '5',
    minQty: unitText(qtyDigits),
    maxQty: coinOf(of.name.symbol)?.maxQty ?? '9000000',
  };
}

/** Index of the first value that is `ms` or later. */
export function indexFrom(times: Float64Array, ms: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
