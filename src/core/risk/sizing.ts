import {
  add,
  type Decimal,
  div,
  format,
  fromNumber,
  isAbove,
  isPositive,
  max,
  mul,
  ONE,
  parse,
  sub,
} from '#core/money/decimal.ts';
import { ceilToStep, floorToStep } from '#core/money/step.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { RiskLimits } from './config.ts';
import type { GateCode, GateReason } from './gate-verdict.ts';

/**
 * How much to buy. The stop distance says what one unit can lose, the risk fraction what the desk
 * may lose, and every cap can only make it less. Worst case throughout: bought at the limit price,
 * fees both ways, stop filled at its price. Rounded down to the venue's step.
 */
export interface SizingInput {
  readonly equityQuote: DecimalText;
  readonly freeQuote: DecimalText;
  /** Value already in this pair and in all pairs, entries that may still fill included. */
  readonly pairExposureQuote: Decimal;
  readonly totalExposureQuote: Decimal;
  readonly prices: EntryPrices;
  readonly takerFeeFraction: number;
  readonly instrument: Instrument;
  readonly limits: RiskLimits;
  /** What the portfolio leaves room for; absent when no word of the risk agent is needed. */
  readonly portfolio?: PortfolioCaps | undefined;
}

/** From the risk agent's picture, as fractions of equity but for the volume. */
export interface PortfolioCaps {
  /** Share of the risk fraction that may be taken. */
  readonly scaler: number;
  readonly valueAtRisk: number;
  readonly correlated: number;
  /** Most of this pair in all, of the optimiser. */
  readonly capFraction: number | undefined;
  /** Quote that trades in a day, times what may be held of it. */
  readonly volumeQuote: number | undefined;
}

export interface EntryPrices {
  /** The most an entry pays. */
  readonly limitPrice: Decimal;
  readonly stopPrice: Decimal;
  readonly targetPrice: Decimal;
}

export interface Sizing {
  /** On the venue's step; 0 when nothing is left to buy. */
  readonly qty: Decimal;
  readonly holdQuote: Decimal;
  /** The caps that made it smaller, with what they leave in quote. */
  readonly reasons: readonly GateReason[];
}

// Fractions come from the config and the committee as floats; nobody means more than this.
const FRACTION_PLACES = 12;
// Steps are no finer; rounding down here and again to the step is rounding down once.
const QTY_PLACES = 12;

interface EntryDistances {
  readonly ask: DecimalText;
  readonly tickSize: DecimalText;
  readonly slippageFraction: number;
  readonly stopDistanceFraction: number;
  readonly stopDistanceMax: number;
  readonly targetDistanceFraction: number;
}

/**
 * Limit, stop and target on the venue's tick, from the ask. Where a tick is a large part of the price
 * the stop goes to the near side of its greatest distance: the filters refuse what is left no room.
 */
export function entryPrices(input: EntryDistances): EntryPrices {
  const { ask, tickSize } = input;
  const from = (fraction: number): Decimal =>
    mul(ask, add(ONE, fromNumber(fraction, FRACTION_PLACES)));
  const at = (fraction: number): Decimal => floorToStep(from(fraction), tickSize);
  return {
    limitPrice: at(input.slippageFraction),
    stopPrice: max(
      at(-input.stopDistanceFraction),
      ceilToStep(from(-input.stopDistanceMax), tickSize),
    ),
    targetPrice: at(input.targetDistanceFraction),
  };
}

export function sizeEntry(input: SizingInput): Sizing {
  const { prices, limits, equityQuote, instrument, portfolio } = input;
  const fee = fromNumber(input.takerFeeFraction, FRACTION_PLACES);
  const lossPerUnit = add(
    sub(prices.limitPrice, prices.stopPrice),
    mul(fee, add(prices.limitPrice, prices.stopPrice)),
  );
  if (!isPositive(lossPerUnit)) return { qty: parse(ZERO), holdQuote: parse(ZERO), reasons: [] };
  const risked = mul(
    equityQuote,
    fraction(Math.min(limits.risk_fraction, limits.risk_fraction_max) * (portfolio?.scaler ?? 1)),
  );
  let qty = div(risked, lossPerUnit, QTY_PLACES, 'down');
  const reasons: GateReason[] = [];
  if (portfolio !== undefined && portfolio.scaler < 1) {
    reasons.push({ code: 'risk-scaled', found: portfolio.scaler });
  }
  for (const cap of caps(input, fee)) {
    // Compared in quote first: most caps do not bind, and a division is the dear part.
    if (!isAbove(mul(qty, cap.perUnit), cap.limit)) continue;
    qty = div(cap.limit, cap.perUnit, QTY_PLACES, 'down');
    reasons.push({ code: cap.code, limit: format(cap.limit) });
  }
  const rounded = isPositive(qty) ? floorToStep(qty, instrument.stepSize) : parse(ZERO);
  const worstCost = mul(rounded, prices.limitPrice);
  return { qty: rounded, holdQuote: add(worstCost, mul(worstCost, fee)), reasons };
}

const ZERO = '0' as DecimalText;

interface Cap {
  readonly code: GateCode;
  /** What is left, in quote; for quantity limits the quantity. */
  readonly limit: Decimal;
  /** What one unit bought takes of it. */
  readonly perUnit: Decimal;
}

function caps(input: SizingInput, fee: Decimal): Cap[] {
  const { limits, equityQuote, instrument, prices } = input;
  const perUnit = prices.limitPrice;
  const room = (share: number, used: Decimal): Decimal =>
    sub(mul(equityQuote, fraction(share)), used);
  const { pairExposureQuote, totalExposureQuote } = input;
  const list: Cap[] = [
    { code: 'pair-exposure', limit: room(limits.pair_exposure_max, pairExposureQuote), perUnit },
    { code: 'total-exposure', limit: room(limits.total_exposure_max, totalExposureQuote), perUnit },
    { code: 'free-quote', limit: parse(input.freeQuote), perUnit: add(perUnit, mul(perUnit, fee)) },
  ];
  list.push(...portfolioCaps(input, room));
  if (instrument.maxQty !== undefined) {
    list.push({ code: 'above-max-qty', limit: parse(instrument.maxQty), perUnit: ONE });
  }
  if (instrument.maxNotional !== undefined) {
    list.push({ code: 'above-max-notional', limit: parse(instrument.maxNotional), perUnit });
  }
  return list;
}

function portfolioCaps(
  { portfolio, pairExposureQuote, prices }: SizingInput,
  room: (share: number, used: Decimal) => Decimal,
): Cap[] {
  if (portfolio === undefined) return [];
  const { valueAtRisk, correlated, capFraction, volumeQuote } = portfolio;
  const perUnit = prices.limitPrice;
  const nothing = parse(ZERO);
  const caps: Cap[] = [
    { code: 'value-at-risk', limit: room(Math.min(1, valueAtRisk), nothing), perUnit },
    { code: 'correlated-exposure', limit: room(Math.min(1, correlated), nothing), perUnit },
  ];
  if (capFraction !== undefined) {
    caps.push({ code: 'optimiser-cap', limit: room(capFraction, pairExposureQuote), perUnit });
  }
  if (volumeQuote !== undefined) {
    const limit = sub(fromNumber(volumeQuote, FRACTION_PLACES), pairExposureQuote);
    caps.push({ code: 'daily-volume', limit, perUnit });
  }
  return caps;
}

function fraction(value: number): Decimal {
  return fromNumber(value, FRACTION_PLACES);
}
