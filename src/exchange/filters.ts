import { z } from 'zod';
import { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';
import { Pair } from '#core/model/pair.ts';
import { given } from './given.ts';

/** One symbol of a Binance-shaped `exchangeInfo`, with only the fields that are used. */
const Filter = z.looseObject({ filterType: z.string() });
const VenueSymbol = z.looseObject({
  symbol: z.string(),
  status: z.string(),
  baseAsset: z.string(),
  quoteAsset: z.string(),
  ocoAllowed: z.boolean().optional(),
  allowTrailingStop: z.boolean().optional(),
  isSpotTradingAllowed: z.boolean().optional(),
  filters: z.array(Filter),
});
type VenueSymbol = z.output<typeof VenueSymbol>;

export const ExchangeInfo = z.looseObject({ symbols: z.array(z.unknown()) });

/**
 * The Instrument of one `exchangeInfo` symbol; undefined when it cannot be traded by this desk: a
 * name outside A-Z0-9 (Binance lists some), no spot trading, or no tick and lot size.
 */
export function instrumentOf(symbol: unknown): Instrument | undefined {
  const parsed = VenueSymbol.safeParse(symbol);
  if (!parsed.success) return undefined;
  const venue = parsed.data;
  const pair = Pair.safeParse(`${venue.baseAsset}/${venue.quoteAsset}`);
  const price = numbersOf(venue, 'PRICE_FILTER');
  const lot = numbersOf(venue, 'LOT_SIZE');
  const tickSize = positive(price['tickSize']);
  const stepSize = positive(lot['stepSize']);
  const isSpot = venue.isSpotTradingAllowed ?? true;
  if (!pair.success || !isSpot || tickSize === undefined || stepSize === undefined) {
    return undefined;
  }
  return {
    pair: pair.data,
    venueSymbol: venue.symbol,
    base: venue.baseAsset,
    quote: venue.quoteAsset,
    status: statusOf(venue.status),
    tickSize,
    stepSize,
    minQty: lot['minQty'] ?? stepSize,
    minNotional: minNotionalOf(venue),
    ...limitsOf(venue, { price, lot }),
    hasOco: venue.ocoAllowed ?? false,
    hasTrailingStop: venue.allowTrailingStop ?? false,
  };
}

type Numbers = Readonly<Record<string, DecimalText>>;
type Limits = Partial<Instrument>;

function limitsOf(venue: VenueSymbol, known: { price: Numbers; lot: Numbers }): Limits {
  const market = numbersOf(venue, 'MARKET_LOT_SIZE');
  const notional = numbersOf(venue, 'NOTIONAL');
  const bySide = numbersOf(venue, 'PERCENT_PRICE_BY_SIDE');
  const both = numbersOf(venue, 'PERCENT_PRICE');
  return {
    ...given('maxQty', positive(known.lot['maxQty'])),
    // Zero means "no own step for market orders": the lot size holds.
    ...given('marketStepSize', positive(market['stepSize'])),
    ...given('marketMinQty', positive(market['minQty'])),
    ...given('marketMaxQty', positive(market['maxQty'])),
    ...given('minPrice', positive(known.price['minPrice'])),
    ...given('maxPrice', positive(known.price['maxPrice'])),
    ...given('maxNotional', positive(notional['maxNotional'])),
    ...given('bidPriceUp', bySide['bidMultiplierUp'] ?? both['multiplierUp']),
    ...given('bidPriceDown', bySide['bidMultiplierDown'] ?? both['multiplierDown']),
    ...given('askPriceUp', bySide['askMultiplierUp'] ?? both['multiplierUp']),
    ...given('askPriceDown', bySide['askMultiplierDown'] ?? both['multiplierDown']),
    ...given('maxOpenOrders', countOf(venue, 'MAX_NUM_ORDERS', 'maxNumOrders')),
    ...given('maxAlgoOrders', countOf(venue, 'MAX_NUM_ALGO_ORDERS', 'maxNumAlgoOrders')),
    ...given('maxOrderLists', countOf(venue, 'MAX_NUM_ORDER_LISTS', 'maxNumOrderLists')),
  };
}

function statusOf(status: string): Instrument['status'] {
  switch (status) {
    case 'TRADING':
      return 'trading';
    case 'CANCEL_ONLY':
      return 'cancel-only';
    case 'HALT':
    case 'BREAK':
    case 'END_OF_DAY':
    case 'PRE_TRADING':
    case 'POST_TRADING':
    case 'AUCTION_MATCH':
      return 'halted';
    default:
      return 'unknown';
  }
}

function minNotionalOf(venue: VenueSymbol): DecimalText {
  const current = numbersOf(venue, 'NOTIONAL')['minNotional'];
  const old = numbersOf(venue, 'MIN_NOTIONAL')['minNotional'];
  return current ?? old ?? DecimalText.parse('0');
}

function numbersOf(venue: VenueSymbol, filterType: string): Numbers {
  const filter = venue.filters.find((candidate) => candidate.filterType === filterType);
  const numbers: Record<string, DecimalText> = {};
  for (const [key, value] of Object.entries(filter ?? {})) {
    const text = DecimalText.safeParse(value);
    if (text.success) numbers[key] = text.data;
  }
  return numbers;
}

function countOf(venue: VenueSymbol, filterType: string, key: string): number | undefined {
  const filter = venue.filters.find((candidate) => candidate.filterType === filterType);
  const count = z.int().nonnegative().safeParse(filter?.[key]);
  return count.success ? count.data : undefined;
}

function positive(value: DecimalText | undefined): DecimalText | undefined {
  return value !== undefined && /[1-9]/.test(value) && !value.startsWith('-') ? value : undefined;
}
