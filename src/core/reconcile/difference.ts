import { format, isEqual, isZero, sub, add, ZERO } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { baseOf, type Pair, quoteOf } from '#core/model/pair.ts';
import { type Shares, totalOf, uncovered } from './shares.ts';
import type { SeenBalance } from './venue-view.ts';

/** Something that ledger and venue do not agree on and no history explains. */
export type Difference = {
  /** The same thing has the same key at every read. */
  readonly key: string;
  readonly expected: DecimalText;
  readonly found: DecimalText;
} & (
  | { readonly kind: 'balance'; readonly asset: string }
  /** The account holds what it should, but part of it should be the desk's and was taken. */
  | { readonly kind: 'uncovered'; readonly asset: string }
  /** An order that the venue had accepted and does not know any more. */
  | { readonly kind: 'order-gone'; readonly pair: Pair; readonly clientOrderId: string }
  /** With our tag and not in our ledger. */
  | { readonly kind: 'unrecorded'; readonly pair: Pair; readonly clientOrderId: string }
  | { readonly kind: 'other-desk'; readonly pair: Pair; readonly clientOrderId: string }
);

/** What `found` exceeds `expected` by. */
export function gapOf({ expected, found }: Pick<Difference, 'expected' | 'found'>): DecimalText {
  return format(sub(found, expected));
}

/**
 * Compares what every asset should come to with what the venue says.
 *
 * 1. Every asset that either knows is compared, to the last digit.
 * 2. An asset whose total agrees may still lack coins of the desk: that is told apart.
 */
export function compareBalances(
  shares: ReadonlyMap<string, Shares>,
  balances: readonly SeenBalance[],
): readonly Difference[] {
  const found = new Map(balances.map(({ asset, free, locked }) => [asset, add(free, locked)]));
  const assets = new Set([...shares.keys(), ...found.keys()]);
  return [...assets].toSorted().flatMap((asset): Difference[] => {
    const share = shares.get(asset);
    const should = share === undefined ? ZERO : totalOf(share);
    const is = found.get(asset) ?? ZERO;
    if (!isEqual(should, is)) {
      const key = `balance ${asset}`;
      return [{ kind: 'balance', key, asset, expected: format(should), found: format(is) }];
    }
    const missing = share === undefined ? ZERO : uncovered(share);
    if (share === undefined || isZero(missing)) return [];
    const desks = add(add(share.free, share.held), share.dust);
    return [
      {
        kind: 'uncovered',
        key: `uncovered ${asset}`,
        asset,
        expected: format(desks),
        found: format(sub(desks, missing)),
      },
    ];
  });
}

/** Whether a pair must take no entry while this is open. */
export function touches(difference: Difference, pair: Pair): boolean {
  switch (difference.kind) {
    case 'balance':
    case 'uncovered':
      return difference.asset === baseOf(pair) || difference.asset === quoteOf(pair);
    case 'order-gone':
    case 'unrecorded':
      return difference.pair === pair;
    case 'other-desk':
      return true;
  }
}
