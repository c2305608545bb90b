import { describe, expect, it } from 'vitest';
import { ACCOUNT, orderOf, PAIR, T0, tempLedger, text, trade } from './ledger.fixture.ts';
import { SCHEMA_VERSION } from './migrations.ts';
import { openLedgerReader } from './open-reader.ts';
import type { Page } from './reader.ts';

describe('ledger reader', () => {
  it('reads what the writer commits while it is open', async () => {
    await using temp = await tempLedger();
    const reader = await openLedgerReader(temp.path);
    expect((await reader.fills({ limit: 5 })).rows).toEqual([]);

    await trade(temp.ledger, { id: 'b1', trade: '1' });
    await trade(temp.ledger, { id: 's1', trade: '2', side: 'sell', price: '51000', qty: '0.004' });
    await temp.ledger.transaction((tx) => tx.createOrder(orderOf({ id: 'w1' }), text('500')));

    expect((await reader.fills({ limit: 5 })).rows.map((fill) => fill.venueTradeId)).toEqual([
      '2',
      '1',
    ]);
    expect(await reader.positions()).toMatchObject([{ qty: '0.006', averagePrice: '50000' }]);
    expect(await reader.positions('nobody')).toEqual([]);
    expect(await reader.accounts()).toMatchObject([{ account: ACCOUNT, realisedQuote: '4' }]);
    expect(await reader.meta()).toMatchObject({
      schemaVersion: SCHEMA_VERSION,
      deskId: 'desk',
      createdMs: T0,
    });
    expect((await reader.orders({ limit: 5, isOpen: true })).rows).toMatchObject([
      { clientOrderId: 'w1', status: 'created' },
    ]);
    expect((await reader.orders({ limit: 5, isOpen: false })).rows).toHaveLength(2);
    const [first] = (await reader.orders({ limit: 1 })).rows;
    expect(first?.clientOrderId).toBe('w1');
    expect(await reader.orderEvents(orderOf({ id: 'b1' }).clientOrderId)).toMatchObject([
      { to: 'created', from: undefined },
      { to: 'filled', from: 'created', isLegal: true },
    ]);
    expect((await reader.intents({ limit: 5 })).rows).toHaveLength(2);
    expect(await reader.balances(ACCOUNT)).toContainEqual({
      account: ACCOUNT,
      kind: 'held',
      asset: 'USDT',
      amount: '500',
    });
    await reader.close();
  });

  it('pages newest first without a gap or a repeat', async () => {
    await using temp = await tempLedger();
    for (let n = 1; n <= 7; n += 1) await trade(temp.ledger, { id: `b${n}`, trade: String(n) });
    const reader = await openLedgerReader(temp.path);

    const seen: string[] = [];
    let page: Page<{ venueTradeId: string }> = { rows: [], nextCursor: 'first' };
    while (page.nextCursor !== undefined) {
      page = await reader.fills({
        limit: 3,
        cursor: page.nextCursor,
        account: ACCOUNT,
        pair: PAIR,
      });
      seen.push(...page.rows.map(({ venueTradeId }) => venueTradeId));
    }

    expect(seen).toEqual(['7', '6', '5', '4', '3', '2', '1']);
    await reader.close();
  });

  it('narrows by account, pair and time', async () => {
    await using temp = await tempLedger();
    await trade(temp.ledger, { id: 'b1', trade: '1' });
    await trade(temp.ledger, { id: 's1', trade: '2', side: 'sell' });
    const reader = await openLedgerReader(temp.path);
    const atMs = T0 + 10;

    const count = async (filter: object) =>
      (await reader.fills({ limit: 9, ...filter })).rows.length;
    expect(await count({ account: 'nobody' })).toBe(0);
    expect(await count({ pair: 'ETH/USDT' })).toBe(0);
    expect(await count({ sinceMs: atMs, untilMs: atMs + 1 })).toBe(2);
    expect(await count({ sinceMs: atMs + 1 })).toBe(0);
    expect(await count({ untilMs: atMs })).toBe(0);
    const trips = await reader.roundTrips({ limit: 1, sinceMs: atMs });
    expect(trips.rows).toMatchObject([{ id: 1, profitQuote: '0', boughtQty: '0.01' }]);
    expect(trips.nextCursor).toBeUndefined();
    await reader.close();
  });

  it('thins a long equity series evenly and keeps its newest point', async () => {
    await using temp = await tempLedger();
    await temp.ledger.transaction(async (tx) => {
      for (let n = 0; n < 1_000; n += 1) {
        await tx.recordEquity({
          account: ACCOUNT,
          atMs: T0 + n,
          equityQuote: text(String(10_000 + n)),
          cashQuote: text('10000'),
          positionsQuote: text(String(n)),
          cause: 'minute',
        });
      }
    });
    const reader = await openLedgerReader(temp.path);

    const points = await reader.equity({ account: ACCOUNT, limit: 100 });
    expect(points).toHaveLength(100);
    expect(points.at(-1)).toMatchObject({ atMs: T0 + 999, equityQuote: '10999' });
    expect(points[0]?.atMs).toBe(T0 + 9);

    const some = await reader.equity({
      account: ACCOUNT,
      sinceMs: T0 + 5,
      untilMs: T0 + 8,
      limit: 9,
    });
    expect(some.map(({ atMs }) => atMs - T0)).toEqual([5, 6, 7]);
    await reader.close();
  });

  it('shows halts and operator actions', async () => {
    await using temp = await tempLedger();
    const halt = { kind: 'paused', sinceMs: T0, reason: 'lunch', liftedBy: 'resume' } as const;
    const action = { id: 'op1', by: 'ann', kind: 'pause', reason: 'lunch', result: 'ok', atMs: T0 };
    await temp.ledger.transaction(async (tx) => {
      await tx.raiseHalt(halt);
      await tx.recordOperatorAction(action);
    });
    const reader = await openLedgerReader(temp.path);

    expect(await reader.halts()).toEqual([halt]);
    expect((await reader.operatorActions({ limit: 5 })).rows).toEqual([action]);
    await reader.close();
  });

  it('says when there is no ledger', async () => {
    await expect(openLedgerReader('/nonexistent/ledger.db')).rejects.toMatchObject({
      code: 'ledger.missing',
    });
  });
});
