import { describe, expect, it } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import { deskTag } from '#core/orders/client-order-id.ts';
import type { VenueOrder } from '#exchange/trading/trading-venue.ts';
import { hashId } from '#platform/ids.ts';
import { readAccount } from './read-account.ts';

const RIGHTS = { accountId: '1001', canTrade: true, canWithdraw: false, isIpRestricted: true };

describe('readAccount', () => {
  it('sums what is free and locked and counts the orders of others', async () => {
    const amount = (text: string) => DecimalText.parse(text);
    const order = (clientOrderId: string) => ({ clientOrderId }) as VenueOrder;

    const reading = await readAccount(
      {
        rights: async () => RIGHTS,
        balances: async () => [{ asset: 'USDT', free: amount('7.5'), locked: amount('2.5') }],
        openOrders: async () => [order(`${deskTag('desk', hashId)}x`), order('by-hand')],
      },
      { deskId: 'desk', quoteAsset: 'USDT', instruments: [] },
    );

    expect(reading).toMatchObject({
      rights: RIGHTS,
      freeQuote: '7.5',
      account: {
        accountId: '1001',
        totals: [{ asset: 'USDT', amount: '10' }],
        foreignOrders: 1,
        ownAssets: new Set(['USDT']),
      },
    });
  });
});
