import {
  add,
  type Decimal,
  div,
  format,
  isAbove,
  isNegative,
  isPositive,
  isZero,
  min,
  mul,
  parse,
  sub,
  ZERO,
} from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Fill } from '#core/model/fill.ts';
import { baseOf, quoteOf } from '#core/model/pair.ts';

/**
 * A spot position from the desk's own fills, at average cost with fees in.
 *
 * 1. Buying adds what arrived (quantity less a fee in base) at what it cost (with a fee in quote).
 * 2. Selling takes the sold share of the cost out; the rest of the price is realised.
 * 3. The last unit takes the whole remaining cost, so rounding never leaves a residue.
 * 4. `bought...`, `sold...`, `realisedQuote` and `feesQuote` count since the position opened.
 */
export interface PositionState {
  readonly qty: DecimalText;
  readonly costQuote: DecimalText;
  readonly realisedQuote: DecimalText;
  readonly feesQuote: DecimalText;
  readonly boughtQty: DecimalText;
  readonly boughtQuote: DecimalText;
  readonly soldQty: DecimalText;
  readonly soldQuote: DecimalText;
  readonly openedMs: number;
}

type PositionFill = Pick<
  Fill,
  'pair' | 'side' | 'price' | 'qty' | 'quoteQty' | 'fee' | 'feeAsset' | 'atMs'
>;

/** What one fill did. Changes are signed, as the desk's cash and coins see them. */
export interface FillEffect {
  readonly position: PositionState;
  readonly baseChange: DecimalText;
  readonly quoteChange: DecimalText;
  /** The fee in quote at the fill, whatever asset it was paid in. */
  readonly feeQuote: DecimalText;
  /** Realised by this fill, net of its fee; 0 for a buy. */
  readonly profitQuote: DecimalText;
  /** True when the fill brought the position to 0. */
  readonly isClosed: boolean;
}

// Places of a sold share of the cost: far below the smallest unit of any quote asset.
const COST_PLACES = 18;
const NONE = '0' as DecimalText;

export function flatPosition(openedMs: number): PositionState {
  return {
    qty: NONE,
    costQuote: NONE,
    realisedQuote: NONE,
    feesQuote: NONE,
    boughtQty: NONE,
    boughtQuote: NONE,
    soldQty: NONE,
    soldQuote: NONE,
    openedMs,
  };
}

/** `otherFeeQuote` is the value of a fee paid in neither base nor quote. */
export function applyFill(
  before: PositionState | undefined,
  fill: PositionFill,
  otherFeeQuote: DecimalText = NONE,
): FillEffect {
  const isOpen = before !== undefined && !isZero(before.qty);
  const from = isOpen ? before : flatPosition(fill.atMs);
  const fee = splitFee(fill, otherFeeQuote);
  return fill.side === 'buy' ? buy(from, fill, fee) : sell(from, fill, fee);
}

/** Writes off what is too small to sell: its cost is a loss, its coins wait in the dust account. */
export function writeOffDust(position: PositionState): PositionState {
  return {
    ...position,
    qty: NONE,
    costQuote: NONE,
    realisedQuote: format(sub(position.realisedQuote, position.costQuote)),
  };
}

/** Takes out coins that are gone without a sale: their share of the cost is a loss. */
export function writeOff(position: PositionState, qty: DecimalText): PositionState {
  const cost = costOf(position, parse(qty));
  return {
    ...position,
    qty: format(sub(position.qty, qty)),
    costQuote: format(sub(position.costQuote, cost)),
    realisedQuote: format(sub(position.realisedQuote, cost)),
  };
}

/** Cost per unit held, 12 places; 0 when flat. */
export function averagePrice(position: Pick<PositionState, 'qty' | 'costQuote'>): DecimalText {
  if (!isPositive(position.qty)) return NONE;
  return format(div(position.costQuote, position.qty, 12, 'half-even'));
}

interface FeeParts {
  readonly base: Decimal;
  readonly quote: Decimal;
  readonly other: Decimal;
  readonly value: Decimal;
}

function splitFee(fill: PositionFill, otherFeeQuote: DecimalText): FeeParts {
  const fee = parse(fill.fee);
  if (fill.feeAsset === baseOf(fill.pair)) {
    return { base: fee, quote: ZERO, other: ZERO, value: mul(fee, fill.price) };
  }
  if (fill.feeAsset === quoteOf(fill.pair)) {
    return { base: ZERO, quote: fee, other: ZERO, value: fee };
  }
  const other = parse(otherFeeQuote);
  return { base: ZERO, quote: ZERO, other, value: other };
}

function buy(from: PositionState, fill: PositionFill, fee: FeeParts): FillEffect {
  const received = sub(fill.qty, fee.base);
  const paid = add(fill.quoteQty, fee.quote);
  const position = {
    ...from,
    qty: format(add(from.qty, received)),
    costQuote: format(add(add(from.costQuote, paid), fee.other)),
    feesQuote: format(add(from.feesQuote, fee.value)),
    boughtQty: format(add(from.boughtQty, received)),
    boughtQuote: format(add(from.boughtQuote, fill.quoteQty)),
  };
  return {
    position,
    baseChange: format(received),
    quoteChange: format(sub(ZERO, paid)),
    feeQuote: format(fee.value),
    profitQuote: NONE,
    isClosed: isZero(position.qty),
  };
}

function sell(from: PositionState, fill: PositionFill, fee: FeeParts): FillEffect {
  const given = add(fill.qty, fee.base);
  const received = sub(fill.quoteQty, fee.quote);
  const cost = costOf(from, given);
  const profit = sub(sub(received, fee.other), cost);
  const qty = sub(from.qty, given);
  const position = {
    ...from,
    qty: format(qty),
    costQuote: format(sub(from.costQuote, cost)),
    realisedQuote: format(add(from.realisedQuote, profit)),
    feesQuote: format(add(from.feesQuote, fee.value)),
    soldQty: format(add(from.soldQty, given)),
    soldQuote: format(add(from.soldQuote, fill.quoteQty)),
  };
  return {
    position,
    baseChange: format(sub(ZERO, given)),
    quoteChange: format(received),
    feeQuote: format(fee.value),
    profitQuote: format(profit),
    isClosed: isZero(qty),
  };
}

// Selling more than is held should not happen; the surplus has no cost and the check reports it.
function costOf(from: PositionState, given: Decimal): Decimal {
  if (!isPositive(from.qty) || isNegative(from.costQuote)) return ZERO;
  if (!isAbove(from.qty, given)) return parse(from.costQuote);
  const share = div(mul(from.costQuote, given), from.qty, COST_PLACES, 'half-even');
  return min(share, from.costQuote);
}
