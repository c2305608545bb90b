import { z } from 'zod';
import { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';
import { Pair } from '#core/model/pair.ts';
import { decimalOf } from './decimal.ts';
import { given } from './given.ts';

const Bounds = z.looseObject({ min: z.number().nullish(), max: z.number().nullish() }).nullish();

const UnifiedMarket = z.looseObject({
  id: z.string(),
  symbol: z.string(),
  base: z.string(),
  quote: z.string(),
  spot: z.boolean().nullish(),
  active: z.boolean().nullish(),
  precision: z.looseObject({ price: z.number().nullish(), amount: z.number().nullish() }),
  limits: z.looseObject({ amount: Bounds, price: Bounds, cost: Bounds }),
});

/**
 * The Instrument of a ccxt market. Only what ccxt unifies is known: a limit it does not state is
 * absent. Undefined for what is no spot pair in plain spelling, or has no step sizes.
 */
export function genericInstrument(market: unknown): Instrument | undefined {
  const parsed = UnifiedMarket.safeParse(market);
  if (!parsed.success || parsed.data.spot !== true) return undefined;
  const { id, base, quote, precision, limits, active } = parsed.data;
  const pair = Pair.safeParse(parsed.data.symbol);
  const tickSize = step(precision.price);
  const stepSize = step(precision.amount);
  if (!pair.success || tickSize === undefined || stepSize === undefined) return undefined;
  return {
    pair: pair.data,
    venueSymbol: id,
    base,
    quote,
    status: statusOf(active),
    tickSize,
    stepSize,
    minQty: step(limits.amount?.min) ?? stepSize,
    minNotional: step(limits.cost?.min) ?? DecimalText.parse('0'),
    ...given('maxQty', step(limits.amount?.max)),
    ...given('minPrice', step(limits.price?.min)),
    ...given('maxPrice', step(limits.price?.max)),
    ...given('maxNotional', step(limits.cost?.max)),
    hasOco: false,
    hasTrailingStop: false,
  };
}

function statusOf(active: boolean | null | undefined): Instrument['status'] {
  if (active === true) return 'trading';
  return active === false ? 'halted' : 'unknown';
}

function step(value: number | null | undefined): DecimalText | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0
    ? decimalOf(value)
    : undefined;
}
