/**
 * Whole ticks and lots into the venue's decimal text. Binance writes every price and amount with
 * eight decimals; the arithmetic here is on whole numbers, so no float ever rounds a price.
 */
import type { SymbolSpec } from '../world.ts';

const VENUE_DECIMALS = 8;

export interface SymbolText {
  readonly spec: SymbolSpec;
  /** Stream names start with the symbol in lower case. */
  readonly lower: string;
  price(ticks: number): string;
  quantity(lots: number): string;
  /** Quote amount of a sum of ticks x lots. */
  quote(tickLots: number): string;
}

export function symbolText(spec: SymbolSpec): SymbolText {
  const tick = unitsOf(spec.tickSize);
  const lot = unitsOf(spec.stepSize);
  return {
    spec,
    lower: spec.symbol.toLowerCase(),
    price: (ticks) => decimalText(ticks * tick.units, tick.digits),
    quantity: (lots) => decimalText(lots * lot.units, lot.digits),
    quote: (tickLots) => decimalText(tickLots * tick.units * lot.units, tick.digits + lot.digits),
  };
}

/** `units` of 10^-digits with eight decimals; digits beyond the eighth are cut, as the venue does. */
export function decimalText(units: number, digits: number): string {
  if (units < 0) return `-${decimalText(-units, digits)}`;
  const whole = Number.isSafeInteger(units) ? String(units) : String(BigInt(Math.round(units)));
  const padded = whole.padStart(digits + 1, '0');
  const split = padded.length - digits;
  const fraction = padded.slice(split);
  const tail =
    digits >= VENUE_DECIMALS
      ? fraction.slice(0, VENUE_DECIMALS)
      : fraction.padEnd(VENUE_DECIMALS, '0');
  return `${padded.slice(0, split)}.${tail}`;
}

/** `0.25` -> 25 units of two digits. */
function unitsOf(text: string): { units: number; digits: number } {
  const [whole = '0', fraction = ''] = text.split('.');
  const significant = fraction.replace(/0+$/, '');
  return { units: Number(whole + significant), digits: significant.length };
}

/** A number that is no money of the venue's own (an average) with eight decimals. */
export function ratioText(value: number): string {
  return value.toFixed(VENUE_DECIMALS);
}
