import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { ACCOUNT, PAIR, T0, tempLedger, text } from '#ledger/ledger.fixture.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import { ledgerSource } from '#ledger/reader-source.ts';
import { reconciliationRoute } from './reconciliation-route.ts';

async function answerOf(path: string): Promise<unknown> {
  const ledger = ledgerSource(
    () => openLedgerReader(path),
    () => undefined,
  );
  const server = Fastify();
  reconciliationRoute(server, { ledger });
  const answer: unknown = (await server.inject('/api/v1/reconciliation')).json();
  await ledger.close();
  await server.close();
  return answer;
}

it('has nothing to say of a simulated account', async () => {
  await using temp = await tempLedger();

  expect(await answerOf(temp.path)).toMatchObject({ account: null, open: [], flows: [] });
});

it('shows differences in words, and what on the account is not the desk’s', async () => {
  await using temp = await tempLedger({ isFunded: false });
  const by = {
    account: ACCOUNT,
    quoteAsset: 'USDT',
    ownsQuote: false,
    atMs: T0,
    equityQuote: undefined,
  };
  const order = {
    pair: PAIR,
    venueOrderId: '9',
    clientOrderId: 'web_1',
    owner: 'person' as const,
    side: 'sell' as const,
    status: 'open' as const,
    qty: undefined,
    price: undefined,
    filledQty: text('0'),
    atMs: T0,
  };
  await temp.ledger.transaction(async (tx) => {
    await tx.recordBaseline({
      account: ACCOUNT,
      venue: 'practice',
      accountId: '1001',
      quoteAsset: 'USDT',
      capitalQuote: text('100'),
      ownsQuote: false,
      balances: [{ asset: 'USDT', free: text('100'), locked: text('0') }],
      cursors: [],
      atMs: T0,
    });
    const flow = { kind: 'deposit', id: '7', asset: 'USDT', amount: text('5'), atMs: T0 } as const;
    await tx.bookFlow(flow, by);
    await tx.setExternalOrders(ACCOUNT, [order], T0);
    const lacks = { kind: 'balance', key: 'balance BTC', asset: 'BTC' } as const;
    await tx.saveDifference(ACCOUNT, { ...lacks, expected: text('1'), found: text('0') }, T0);
  });

  expect(await answerOf(temp.path)).toMatchObject({
    account: { account: ACCOUNT, venue: 'practice' },
    open: [{ key: 'balance BTC', expected: '1', found: '0', state: 'open', endedMs: null }],
    externalOrders: [{ clientOrderId: 'web_1', owner: 'person', qty: null }],
    flows: [{ kind: 'deposit', amount: '5', deskAmount: '0' }],
  });
});
