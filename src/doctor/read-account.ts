import { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';
import { add, format } from '#core/money/decimal.ts';
import { deskTag } from '#core/orders/client-order-id.ts';
import type { RightsToCheck } from '#core/risk/key-rights.ts';
import type { TradingVenue } from '#exchange/trading/trading-venue.ts';
import { hashId } from '#platform/ids.ts';
import type { AccountFacts } from './account.ts';

export interface AccountReading {
  readonly rights: RightsToCheck;
  readonly account: AccountFacts;
  readonly freeQuote: DecimalText;
}

const NOTHING = DecimalText.parse('0');

/** What the account says of itself. Reads only. */
export async function readAccount(
  venue: Pick<TradingVenue, 'rights' | 'balances' | 'openOrders'>,
  desk: {
    readonly deskId: string;
    readonly quoteAsset: string;
    readonly instruments: readonly Instrument[];
  },
): Promise<AccountReading> {
  const rights = await venue.rights();
  const balances = await venue.balances();
  const orders = await venue.openOrders();
  const tag = deskTag(desk.deskId, hashId);
  return {
    rights,
    account: {
      kind: 'read',
      accountId: rights.accountId,
      totals: balances.map(({ asset, free, locked }) => ({
        asset,
        amount: format(add(free, locked)),
      })),
      foreignOrders: orders.filter(({ clientOrderId }) => !clientOrderId.startsWith(tag)).length,
      ownAssets: new Set([desk.quoteAsset, ...desk.instruments.map(({ base }) => base)]),
    },
    freeQuote: balances.find(({ asset }) => asset === desk.quoteAsset)?.free ?? NOTHING,
  };
}
