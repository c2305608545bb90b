import {
  add,
  compare,
  type Decimal,
  isNegative,
  isPositive,
  max,
  min,
  negate,
  parse,
  sub,
  ZERO,
} from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { baseOf, quoteOf } from '#core/model/pair.ts';
import type { SeenTrade } from './venue-view.ts';

/** Whose coins an asset of the account is made of. What the venue has is the sum. */
export interface Shares {
  /** The desk's, free for use. Negative: fees in this asset that the rest paid for it. */
  readonly free: DecimalText;
  /** The desk's, set aside for its orders. */
  readonly held: DecimalText;
  /** The desk's, too small to sell. */
  readonly dust: DecimalText;
  /** Everybody else's. */
  readonly rest: DecimalText;
}

/** A change that was not the desk's doing, by whose coins it changes. */
export interface SplitChange {
  readonly rest: Decimal;
  /** Capital that came to or left the desk. */
  readonly desk: Decimal;
  readonly dust: Decimal;
}

export interface ShareRules {
  readonly quoteAsset: string;
  /** The desk's capital is the whole quote balance, not a stated part of it. */
  readonly ownsQuote: boolean;
}

export function totalOf({ free, held, dust, rest }: Shares): Decimal {
  return add(add(free, held), add(dust, rest));
}

/**
 * Whose a change from outside is: a deposit, a withdrawal, a conversion, a person's trade.
 *
 * 1. The parts add up to the change.
 * 2. What comes belongs to the rest; quote that comes to an account that is the desk's whole belongs
 *    to the desk.
 * 3. What leaves is taken from the rest, then from the desk's dust, then of the quote asset from the
 *    desk's free capital. Coins of a position are never taken: what is left over makes the rest
 *    negative, which says that the desk's coins are not all there ({@link uncovered}).
 */
export function splitChange(
  asset: string,
  amount: DecimalText | Decimal,
  of: { readonly shares: Shares; readonly rules: ShareRules },
): SplitChange {
  const { shares, rules } = of;
  const change = parse(amount);
  const isQuote = asset === rules.quoteAsset;
  if (!isNegative(change)) {
    const isDesks = isQuote && rules.ownsQuote;
    return isDesks
      ? { rest: ZERO, desk: change, dust: ZERO }
      : { rest: change, desk: ZERO, dust: ZERO };
  }
  let left = negate(change);
  const fromRest = takeable(shares.rest, left);
  left = sub(left, fromRest);
  const fromDust = takeable(shares.dust, left);
  left = sub(left, fromDust);
  const fromDesk = isQuote ? takeable(shares.free, left) : ZERO;
  left = sub(left, fromDesk);
  return {
    rest: negate(add(fromRest, left)),
    dust: negate(fromDust),
    desk: negate(fromDesk),
  };
}

function takeable(has: DecimalText, wanted: Decimal): Decimal {
  return min(wanted, max(has, ZERO));
}

/** How much of the desk's own coins is not on the account any more; 0 when all of it is. */
export function uncovered({ free, held, dust, rest }: Shares): Decimal {
  if (!isNegative(rest)) return ZERO;
  const desks = add(add(free, held), dust);
  return isPositive(desks) ? min(negate(rest), desks) : ZERO;
}

/**
 * Whether a fee in this asset that is taken from what is free, outside of positions, would take
 * coins that are not the desk's. Its own dust may go.
 */
export function othersWouldPay({ dust, rest }: Shares, fee: Decimal): boolean {
  return isPositive(rest) && compare(add(dust, rest), fee) >= 0;
}

/** What a trade changed of each asset, as its owner sees it. */
export function changesOf(trade: SeenTrade): ReadonlyMap<string, Decimal> {
  const changes = new Map<string, Decimal>();
  const change = (asset: string, amount: Decimal): void => {
    changes.set(asset, add(changes.get(asset) ?? ZERO, amount));
  };
  const sign = trade.side === 'buy' ? parse : negate;
  const opposite = trade.side === 'buy' ? negate : parse;
  change(baseOf(trade.pair), sign(trade.qty));
  change(quoteOf(trade.pair), opposite(trade.quoteQty));
  change(trade.feeAsset, negate(trade.fee));
  return changes;
}
