import { format, fromNumber, isZero, mul, round } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Fill } from '#core/model/fill.ts';
import { baseOf, Pair, quoteOf } from '#core/model/pair.ts';
import type { Desk } from './desk.ts';

const PLACES = 12;

/**
 * What a fee in a third asset is worth at its fill; undefined for one in base or quote, which needs
 * no price. The desk owes it to whoever keeps that asset on the account. Without a fresh price of
 * the asset it counts as the account's whole fee, which is more than one with a discount.
 */
export function otherFeeQuote({ ports, market }: Desk, fill: Fill): DecimalText | undefined {
  const { fee, feeAsset, pair } = fill;
  if (feeAsset === baseOf(pair) || feeAsset === quoteOf(pair) || isZero(fee)) return undefined;
  const feePair = Pair.safeParse(`${feeAsset}/${quoteOf(pair)}`).data;
  const isFresh = feePair !== undefined && market.isFresh(feePair, ports.clock.now());
  const ask = isFresh ? market.quote(feePair)?.ask : undefined;
  const value =
    ask === undefined
      ? mul(fill.quoteQty, fromNumber(ports.config.takerFeeFraction, PLACES))
      : mul(fee, ask);
  return format(round(value, PLACES, 'half-even'));
}
