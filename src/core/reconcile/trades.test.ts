import { expect, it } from 'vitest';
import { OTHER_ID, OWN_ID, ownOrder, seenTrade, TAG } from './seen.fixture.ts';
import { judgeTrade } from './trades.ts';

it('books a trade of an order in the ledger as a fill of it, whatever its id looks like', () => {
  const order = ownOrder();

  const found = judgeTrade(seenTrade(), { clientOrderId: 'anything', order, deskTag: TAG });

  expect(found).toEqual({
    kind: 'fill',
    fill: {
      account: 'live',
      pair: 'BTC/USDT',
      kind: 'trade',
      venueTradeId: '70',
      clientOrderId: OWN_ID,
      side: 'buy',
      price: '100',
      qty: '1',
      quoteQty: '100',
      fee: '0.001',
      feeAsset: 'BTC',
      liquidity: 'taker',
      atMs: 2_000,
    },
  });
});

it.each([
  ['external', 'web_1'],
  ['other-desk', OTHER_ID],
  ['unrecorded', OWN_ID],
])('never adopts a trade of an order that is not in the ledger: %s', (kind, clientOrderId) => {
  const found = judgeTrade(seenTrade(), { clientOrderId, order: undefined, deskTag: TAG });

  expect(found.kind).toBe(kind);
});
