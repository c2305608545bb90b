import { DatabaseSync } from 'node:sqlite';
import { truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Ledger } from '../ledger.ts';
import {
  ACCOUNT,
  fillOf,
  intentOf,
  orderOf,
  PAIR,
  T0,
  tempLedger,
  text,
  trade,
} from '../ledger.fixture.ts';
import { checkLedger } from './check-ledger.ts';
import type { ProblemCode } from './problem.ts';

/** A day of trading: winners, losers, fees of all kinds, a late fill, dust, an order that waits. */
async function tradeAll(ledger: Ledger): Promise<void> {
  await trade(ledger, { id: 'b1', trade: '1', fee: '0.00001', feeAsset: 'BTC' });
  await trade(ledger, {
    id: 's1',
    trade: '2',
    side: 'sell',
    qty: '0.0099',
    price: '51000',
    fee: '0.5',
  });
  await ledger.transaction((tx) => tx.moveToDust(ACCOUNT, PAIR, T0 + 20));
  await trade(ledger, { id: 'b2', trade: '3', qty: '0.03', price: '33333.33', fee: '1' });
  await trade(ledger, { id: 's2', trade: '4', side: 'sell', price: '30000' });
  await ledger.transaction(async (tx) => {
    const verdict = { kind: 'accept', action: 'exit', qty: text('1'), reasons: [] } as const;
    await tx.recordIntent({
      intent: intentOf('b3'),
      verdict: { ...verdict, reasons: [] },
      atMs: T0,
    });
    await tx.createOrder(orderOf({ id: 'b3' }), text('500'));
    await tx.moveOrder({
      clientOrderId: orderOf({ id: 'b3' }).clientOrderId,
      to: 'open',
      event: 'accepted',
      isLegal: true,
      atMs: T0,
    });
    await tx.bookFill({
      fill: fillOf({ id: 'b3', trade: '5', qty: '0.001', fee: '0.001', feeAsset: 'BNB' }),
      otherFeeQuote: text('0.6'),
      to: 'partly-filled',
      isLegal: true,
    });
  });
}

describe('ledger check', () => {
  it('finds a ledger of every kind of event in order, while the desk has it open', async () => {
    await using temp = await tempLedger();
    await tradeAll(temp.ledger);

    expect(await checkLedger(temp.path)).toEqual({
      ok: true,
      problems: [],
      problemCount: 0,
      counts: {
        transactions: 10,
        entries: 36,
        orders: 5,
        fills: 5,
        intents: 5,
        positions: 1,
        audit: 10,
        outside: 0,
        events: 0,
      },
    });
  });

  it('finds an empty ledger in order', async () => {
    await using temp = await tempLedger({ isFunded: false });

    expect(await checkLedger(temp.path)).toMatchObject({ ok: true });
  });

  const faults: readonly (readonly [string, string, readonly ProblemCode[]])[] = [
    [
      'an entry that was changed',
      `update entries set amount = '-499' where amount = '-500'`,
      ['not-zero-sum', 'balance-differs'],
    ],
    [
      'a balance that was changed',
      `update accounts set balance = '99999' where kind = 'free' and asset = 'USDT'`,
      ['balance-differs', 'coins-differ'],
    ],
    [
      'money from nowhere that balances',
      `insert into transactions values (900, 'adjustment', 'x', 0);
       insert into entries (transaction_id, account_id, amount)
         select 900, id, case kind when 'free' then '5' else '-5' end from accounts
         where asset = 'USDT' and kind in ('free', 'trading');
       update accounts set balance = '99' where false`,
      ['balance-differs'],
    ],
    [
      'a transaction without entries',
      `insert into transactions values (900, 'fill', 'x', 0)`,
      ['empty-transaction'],
    ],
    ['a position that was changed', `update positions set qty = '7'`, ['position-differs']],
    ['a cost that was changed', `update positions set cost_quote = '7'`, ['position-differs']],
    ['dust from nowhere', `update positions set dust_qty = '7'`, ['position-differs']],
    ['a position that is gone', `delete from positions`, ['position-differs']],
    [
      'a negative position',
      `update positions set qty = '-1'`,
      ['position-differs', 'position-negative'],
    ],
    [
      'more sold than fees explain',
      `update positions set dust_qty = '-7'`,
      ['position-differs', 'position-negative'],
    ],
    [
      'a fill that is gone',
      `delete from fills where venue_trade_id = '3'`,
      ['filled-differs', 'position-differs', 'fill-without-transaction', 'figures-differ'],
    ],
    [
      'a fill without an order',
      `update fills set client_order_id = 'zz' where venue_trade_id = '3'`,
      ['fill-without-order', 'filled-differs', 'broken-reference'],
    ],
    [
      'a fill whose price was changed',
      `update fills set quote_qty = '1' where venue_trade_id = '3'`,
      ['filled-differs', 'position-differs', 'coins-differ'],
    ],
    [
      'a fill that moved no money',
      `insert into fills select 900, account, pair, kind, 'new', client_order_id, side, price, qty,
         quote_qty, fee, fee_asset, other_fee_quote, liquidity, at_ms
         from fills where venue_trade_id = '3'`,
      ['fill-without-transaction', 'filled-differs', 'overfilled'],
    ],
    [
      'a fill that is booked twice',
      `create table f as select * from fills; drop table fills; alter table f rename to fills;
       insert into fills select * from fills where venue_trade_id = '3'`,
      ['fill-twice', 'filled-differs'],
    ],
    [
      'a filled quantity that was changed',
      `update orders set filled_qty = '0.5' where client_order_id = 'b1'`,
      ['filled-differs'],
    ],
    [
      'an order status without an event',
      `update orders set status = 'open', is_ended = 0 where client_order_id = 'b1'`,
      ['status-differs'],
    ],
    [
      'an order marked as ended while it works',
      `update orders set is_ended = 1 where client_order_id = 'b3'`,
      ['status-differs'],
    ],
    [
      'an order that came back from the dead',
      `insert into order_events values (900, 'b1', 'filled', 'open', 'x', 1, '', 0);
       update orders set status = 'open', is_ended = 0 where client_order_id = 'b1'`,
      ['illegal-path'],
    ],
    [
      'an order whose first event is gone',
      `delete from order_events where client_order_id = 'b1' and from_status is null`,
      ['illegal-path'],
    ],
    [
      'a hold that was changed',
      `update orders set held_quote = '1' where client_order_id = 'b3'`,
      ['hold-differs'],
    ],
    [
      'a hold of an order that ended',
      `update orders set held_quote = '1' where client_order_id = 'b1'`,
      ['hold-differs'],
    ],
    [
      'an entry without an intent',
      `delete from intents where id like '%b1'`,
      ['entry-without-intent'],
    ],
    [
      'an entry of a refused intent',
      `update intents set verdict_kind = 'refuse' where id like '%b1'`,
      ['entry-without-intent'],
    ],
    [
      'two entries of one intent',
      `update orders set intent_id = '00000000000000b2' where client_order_id = 'b1'`,
      ['intent-twice'],
    ],
    [
      'an intent that is in twice',
      `create table i as select * from intents; drop table intents; alter table i rename to intents;
       insert into intents select * from intents where id like '%b1'`,
      ['intent-twice'],
    ],
    [
      'realised profit that was changed',
      `update account_figures set realised_quote = '1000000'`,
      ['figures-differ'],
    ],
    [
      'cash below zero',
      `update accounts set balance = '-1' where kind = 'free' and asset = 'USDT'`,
      ['negative-balance', 'balance-differs'],
    ],
    ['an amount that is no number', `update fills set price = 'abc'`, ['unreadable']],
  ];

  it.each(faults)('finds %s', async (_, sql, expected) => {
    await using temp = await tempLedger();
    await tradeAll(temp.ledger);
    await temp.ledger.close();
    const database = new DatabaseSync(temp.path, { enableForeignKeyConstraints: false });
    database.exec(sql);
    database.close();

    const check = await checkLedger(temp.path);

    expect(check.ok).toBe(false);
    const codes = check.problems.map(({ code }) => code);
    for (const code of expected) expect(codes).toContain(code);
  });

  it('lists the first problems and counts them all', async () => {
    await using temp = await tempLedger();
    await temp.ledger.close();
    const database = new DatabaseSync(temp.path);
    for (let id = 100; id < 400; id += 1) {
      database.exec(`insert into transactions values (${id}, 'fund', 'x', 0)`);
    }
    database.close();

    const check = await checkLedger(temp.path);

    expect(check.problemCount).toBe(300);
    expect(check.problems).toHaveLength(200);
  });

  it('leaves the file as it was', async () => {
    await using temp = await tempLedger();
    await tradeAll(temp.ledger);
    const before = await temp.ledger.read((query) => query.balances(ACCOUNT));

    await checkLedger(temp.path);

    expect(await temp.ledger.read((query) => query.balances(ACCOUNT))).toEqual(before);
  });

  it('says what is wrong with a file that is no ledger', async () => {
    await using temp = await tempLedger();
    const path = (name: string): string => temp.path.replace('ledger.db', name);
    writeFileSync(path('text.db'), 'not a database at all '.repeat(200));
    new DatabaseSync(path('other.db')).close();
    const other = new DatabaseSync(path('other.db'));
    other.exec('create table cats (name text)');
    other.close();

    await expect(checkLedger(path('none.db'))).rejects.toMatchObject({ code: 'ledger.missing' });
    await expect(checkLedger(path('text.db'))).rejects.toMatchObject({ code: 'ledger.corrupt' });
    await expect(checkLedger(path('other.db'))).rejects.toMatchObject({ code: 'ledger.missing' });
  });

  it('says that a ledger cut short is damaged', async () => {
    await using temp = await tempLedger();
    await tradeAll(temp.ledger);
    await temp.ledger.close();
    truncateSync(temp.path, 20_000);

    await expect(checkLedger(temp.path)).rejects.toMatchObject({ code: 'ledger.corrupt' });
  });
});
