import type { AccountBook } from './account-book.ts';
import { ONE, times, unitsOf } from './amount.ts';
import type { Units } from './amount.ts';
import { BNB_DISCOUNT } from './rules.ts';

export interface Commission {
  readonly asset: string;
  readonly amount: Units;
}

const KEPT = ONE - unitsOf(BNB_DISCOUNT.discount);

/**
 * What a fill costs (commission_faq.md): a fraction of what is received, taken from it; or its
 * worth in BNB at a discount, when the account wants that and has enough.
 */
export function commissionOf(
  book: AccountBook,
  fill: { readonly received: Units; readonly asset: string; readonly isMaker: boolean },
  bnbPrice: (asset: string) => Units | undefined,
): Commission {
  const { terms, purse } = book;
  const fraction = fill.isMaker ? terms.makerFraction : terms.takerFraction;
  const standard = { asset: fill.asset, amount: times(fill.received, fraction) };
  if (!terms.paysInBnb) return standard;
  const price = fill.asset === BNB_DISCOUNT.asset ? ONE : bnbPrice(fill.asset);
  if (price === undefined || price === 0n) return standard;
  const amount = times((standard.amount * ONE) / price, KEPT);
  const own = fill.asset === BNB_DISCOUNT.asset ? fill.received : 0n;
  if (purse.free(BNB_DISCOUNT.asset) + own < amount) return standard;
  return { asset: BNB_DISCOUNT.asset, amount };
}
