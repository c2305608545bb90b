import { type Decimal, negate, parse, sum, ZERO } from '#core/money/decimal.ts';
import { baseOf, quoteOf } from '#core/model/pair.ts';
import type { VenueTrade } from '#exchange/trading/trading-venue.ts';

/** What one execution did to the account's balance of an asset. */
export function tradeMoves(trade: VenueTrade, asset: string): Decimal {
  const { pair, side, qty, quoteQty, fee, feeAsset } = trade;
  const isBuy = side === 'buy';
  const base = isBuy ? parse(qty) : negate(qty);
  const quote = isBuy ? negate(quoteQty) : parse(quoteQty);
  return sum([
    asset === baseOf(pair) ? base : ZERO,
    asset === quoteOf(pair) ? quote : ZERO,
    asset === feeAsset ? negate(fee) : ZERO,
  ]);
}
