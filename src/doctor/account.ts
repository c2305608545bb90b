import type { DecimalText } from '#core/model/decimal-text.ts';
import { isPositive } from '#core/money/decimal.ts';
import { fail, pass, warn } from './finding.ts';
import type { Finding } from './finding.ts';

export type AccountFacts =
  | {
      readonly kind: 'read';
      readonly accountId: string;
      readonly totals: readonly { readonly asset: string; readonly amount: DecimalText }[];
      /** Open orders that are not this desk's. */
      readonly foreignOrders: number;
      /** Assets the desk trades: its quote, and the bases of its pairs. */
      readonly ownAssets: ReadonlySet<string>;
    }
  | { readonly kind: 'away'; readonly why: string };

/** The desk accounts for all that happens in the account: the less of others' the better. */
export function judgeAccount(facts: AccountFacts): Finding {
  if (facts.kind === 'away') {
    return fail(
      'account',
      facts.why,
      'check the keys, and that they may be used from this address',
    );
  }
  const others = facts.totals.filter(
    ({ asset, amount }) => isPositive(amount) && !facts.ownAssets.has(asset),
  );
  const seen = [
    ...(others.length === 0 ? [] : [`${others.length} assets the desk does not trade`]),
    ...(facts.foreignOrders === 0 ? [] : [`${facts.foreignOrders} orders of somebody else`]),
  ];
  const text = `account ${facts.accountId}`;
  if (seen.length === 0) return pass('account', `${text}, nothing in it that is not the desk's`);
  return warn(
    'account',
    `${text} also has ${seen.join(' and ')}`,
    'give the desk a sub-account of its own: then every difference is its own',
  );
}
