import { DatabaseSync } from 'node:sqlite';
import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  fillOf,
  intentOf,
  open,
  orderOf,
  PAIR,
  T0,
  tempLedger,
  text,
  trade,
} from './ledger.fixture.ts';
import { MIGRATIONS } from './migrations.ts';

describe('ledger', () => {
  it('funds an account from outside', async () => {
    await using temp = await tempLedger();

    await temp.ledger.read(async (query) => {
      expect(await query.balance(ACCOUNT, 'free', 'USDT')).toBe('10000');
      expect(await query.balance(ACCOUNT, 'external', 'USDT')).toBe('-10000');
      expect(await query.figures(ACCOUNT)).toMatchObject({
        capitalQuote: '10000',
        peakEquityQuote: '10000',
        lossesInRow: 0,
      });
    });
  });

  it('holds for an order and gives back what an ended one did not need', async () => {
    await using temp = await tempLedger();
    const order = orderOf({ id: 'a1' });

    await temp.ledger.transaction((tx) => tx.createOrder(order, text('500')));
    await temp.ledger.read(async (query) => {
      expect(await query.balance(ACCOUNT, 'free', 'USDT')).toBe('9500');
      expect(await query.heldBy(order.clientOrderId)).toBe('500');
    });

    await temp.ledger.transaction((tx) =>
      tx.moveOrder({
        clientOrderId: order.clientOrderId,
        to: 'cancelled',
        event: 'cancelled',
        isLegal: true,
        atMs: T0 + 1,
      }),
    );
    await temp.ledger.read(async (query) => {
      expect(await query.balance(ACCOUNT, 'free', 'USDT')).toBe('10000');
      expect(await query.balance(ACCOUNT, 'held', 'USDT')).toBe('0');
      expect(await query.openOrders(ACCOUNT)).toEqual([]);
    });
  });

  it('refuses an order that needs more than is free and writes nothing of it', async () => {
    await using temp = await tempLedger();

    const asked = temp.ledger.transaction((tx) =>
      tx.createOrder(orderOf({ id: 'a1' }), text('10000.01')),
    );

    await expect(asked).rejects.toMatchObject({ code: 'ledger.insufficient-funds' });
    await temp.ledger.read(async (query) => {
      expect(await query.openOrders(ACCOUNT)).toEqual([]);
      expect(await query.balance(ACCOUNT, 'free', 'USDT')).toBe('10000');
    });
  });

  it('books a buy and a sell: cash, coins, fees, position and round trip', async () => {
    await using temp = await tempLedger();
    await trade(temp.ledger, {
      id: 'a1',
      trade: '1',
      qty: '0.01',
      price: '50000',
      fee: '0.00001',
      feeAsset: 'BTC',
    });

    await temp.ledger.read(async (query) => {
      expect(await query.position(ACCOUNT, PAIR)).toMatchObject({
        qty: '0.00999',
        costQuote: '500',
        feesQuote: '0.5',
      });
      expect(await query.balance(ACCOUNT, 'free', 'BTC')).toBe('0.00999');
      expect(await query.balance(ACCOUNT, 'held', 'USDT')).toBe('0');
    });

    await trade(temp.ledger, {
      id: 'a2',
      trade: '2',
      side: 'sell',
      qty: '0.00999',
      price: '51000',
      fee: '0.50949',
    });

    await temp.ledger.read(async (query) => {
      expect(await query.positions(ACCOUNT)).toEqual([]);
      expect(await query.balance(ACCOUNT, 'free', 'USDT')).toBe('10008.98051');
      expect(await query.balance(ACCOUNT, 'fees', 'BTC')).toBe('0.00001');
      expect(await query.figures(ACCOUNT)).toMatchObject({
        realisedQuote: '8.98051',
        feesQuote: '1.00949',
      });
    });
  });

  it('books the same fill once, however often it is brought', async () => {
    await using temp = await tempLedger();
    await trade(temp.ledger, { id: 'a1', trade: '1' });

    const again = await temp.ledger.transaction((tx) =>
      tx.bookFill({ fill: fillOf({ id: 'a1', trade: '1' }), to: 'filled', isLegal: true }),
    );

    expect(again).toEqual({ kind: 'duplicate' });
    await temp.ledger.read(async (query) => {
      expect(await query.position(ACCOUNT, PAIR)).toMatchObject({ qty: '0.01' });
      expect(await query.balance(ACCOUNT, 'free', 'USDT')).toBe('9500');
    });
  });

  it('books a fill that comes after the cancel, from what is free', async () => {
    await using temp = await tempLedger();
    const order = orderOf({ id: 'a1' });
    const about = { clientOrderId: order.clientOrderId, isLegal: true, atMs: T0 } as const;
    await temp.ledger.transaction(async (tx) => {
      await tx.createOrder(order, text('500'));
      await tx.moveOrder({ ...about, to: 'cancelled', event: 'cancelled' });
    });

    const late = await temp.ledger.transaction((tx) =>
      tx.bookFill({
        fill: fillOf({ id: 'a1', trade: '9', qty: '0.004' }),
        to: 'partly-filled',
        isLegal: false,
      }),
    );

    expect(late).toMatchObject({ order: { status: 'cancelled', filledQty: '0.004' } });
    await temp.ledger.read(async (query) => {
      expect(await query.balance(ACCOUNT, 'free', 'USDT')).toBe('9800');
      expect(await query.position(ACCOUNT, PAIR)).toMatchObject({ qty: '0.004' });
    });
  });

  it('keeps the rest of a hold while an order is partly filled', async () => {
    await using temp = await tempLedger();
    const order = orderOf({ id: 'a1' });
    await temp.ledger.transaction((tx) => tx.createOrder(order, text('501')));

    const fill = (id: string, qty: string, to: 'partly-filled' | 'filled') =>
      temp.ledger.transaction((tx) =>
        tx.bookFill({ fill: fillOf({ id: 'a1', trade: id, qty }), to, isLegal: true }),
      );
    await fill('1', '0.004', 'partly-filled');
    expect(await temp.ledger.read((query) => query.heldBy(order.clientOrderId))).toBe('301');

    await fill('2', '0.006', 'filled');
    await temp.ledger.read(async (query) => {
      expect(await query.heldBy(order.clientOrderId)).toBe('0');
      expect(await query.balance(ACCOUNT, 'free', 'USDT')).toBe('9500');
    });
  });

  it('takes a fee in a third asset as a debt, valued at the fill', async () => {
    await using temp = await tempLedger();
    await temp.ledger.transaction((tx) => tx.createOrder(orderOf({ id: 'a1' }), text('500')));

    await temp.ledger.transaction((tx) =>
      tx.bookFill({
        fill: fillOf({ id: 'a1', trade: '1', fee: '0.001', feeAsset: 'BNB' }),
        otherFeeQuote: text('0.6'),
        to: 'filled',
        isLegal: true,
      }),
    );

    await temp.ledger.read(async (query) => {
      expect(await query.figures(ACCOUNT)).toMatchObject({ otherFeesQuote: '0.6' });
      expect(await query.position(ACCOUNT, PAIR)).toMatchObject({ costQuote: '500.6' });
      expect(await query.balance(ACCOUNT, 'free', 'BNB')).toBe('-0.001');
    });
  });

  it('moves what is too small to sell to dust and closes the trade', async () => {
    await using temp = await tempLedger();
    await trade(temp.ledger, { id: 'a1', trade: '1', qty: '0.0001' });

    const moved = await temp.ledger.transaction((tx) => tx.moveToDust(ACCOUNT, PAIR, T0 + 20));

    expect(moved).toMatchObject({ position: { qty: '0' }, roundTrip: { profitQuote: '-5' } });
    await temp.ledger.read(async (query) => {
      expect(await query.positions(ACCOUNT)).toEqual([]);
      expect(await query.balance(ACCOUNT, 'dust', 'BTC')).toBe('0.0001');
      expect(await query.balance(ACCOUNT, 'free', 'BTC')).toBe('0');
      expect(await query.figures(ACCOUNT)).toMatchObject({ realisedQuote: '-5', lossesInRow: 1 });
    });
  });

  it('counts losing round trips in a row and begins anew after a winner', async () => {
    await using temp = await tempLedger();
    const roundTrip = async (n: number, price: string): Promise<number | undefined> => {
      await trade(temp.ledger, { id: `b${n}`, trade: `b${n}` });
      await trade(temp.ledger, { id: `s${n}`, trade: `s${n}`, side: 'sell', price });
      return (await temp.ledger.read((query) => query.figures(ACCOUNT)))?.lossesInRow;
    };

    expect(await roundTrip(1, '49000')).toBe(1);
    expect(await roundTrip(2, '49000')).toBe(2);
    expect(await roundTrip(3, '50000')).toBe(2);
    expect(await roundTrip(4, '51000')).toBe(0);
  });

  it('leaves what an operator sold out of the losses in a row, its dust too', async () => {
    await using temp = await tempLedger();
    const losses = async () =>
      (await temp.ledger.read((query) => query.figures(ACCOUNT)))?.lossesInRow;
    const sale = { side: 'sell', leg: 'flatten', price: '49000' } as const;

    await trade(temp.ledger, { id: 'b1', trade: 'b1' });
    await trade(temp.ledger, { ...sale, id: 's1', trade: 's1' });
    expect(await losses()).toBe(0);

    await trade(temp.ledger, { id: 'b2', trade: 'b2' });
    await trade(temp.ledger, { ...sale, id: 's2', trade: 's2', qty: '0.0099' });
    await temp.ledger.transaction((tx) => tx.moveToDust(ACCOUNT, PAIR, T0 + 20));
    expect(await losses()).toBe(0);
  });

  it('undoes everything of a transaction that fails, running balances too', async () => {
    await using temp = await tempLedger();

    const failed = temp.ledger.transaction(async (tx) => {
      await tx.createOrder(orderOf({ id: 'a1' }), text('500'));
      expect(await tx.balance(ACCOUNT, 'held', 'USDT')).toBe('500');
      throw new Error('planned');
    });

    await expect(failed).rejects.toThrow('planned');
    await temp.ledger.read(async (query) => {
      expect(await query.balance(ACCOUNT, 'held', 'USDT')).toBe('0');
      expect(await query.openOrders(ACCOUNT)).toEqual([]);
    });
    await trade(temp.ledger, { id: 'a1', trade: '1' });
  });

  it('runs transactions one at a time in the order they were asked for', async () => {
    await using temp = await tempLedger();
    const seen: string[] = [];

    await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        temp.ledger.transaction(async (tx) => {
          seen.push(`${name} begins`);
          await tx.halts();
          seen.push(`${name} ends`);
        }),
      ),
    );

    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('receives an item once and hands out commands, then exits, then entries', async () => {
    await using temp = await tempLedger();
    const item = { kind: 'intent', pair: PAIR, payload: '{}', expiresMs: undefined } as const;

    await temp.ledger.transaction(async (tx) => {
      const receive = (id: string, priority: 'entry' | 'exit' | 'command') =>
        tx.receive({ ...item, id, priority, receivedMs: T0 });
      expect(await receive('e1', 'entry')).toBe('new');
      expect(await receive('e2', 'entry')).toBe('new');
      expect(await receive('x1', 'exit')).toBe('new');
      expect(await receive('c1', 'command')).toBe('new');
      expect(await receive('e1', 'entry')).toBe('duplicate');
      await tx.finishInbox('e2', '{"kind":"refuse"}', T0);
      expect(await receive('e2', 'entry')).toBe('duplicate');
    });

    await temp.ledger.read(async (query) => {
      expect((await query.pendingInbox(10)).map(({ id }) => id)).toEqual(['c1', 'x1', 'e1']);
      expect(await query.inboxState('e2')).toMatchObject({ state: 'done' });
      expect(await query.inboxState('zz')).toBeUndefined();
    });
  });

  it('keeps an intent with its verdict, once', async () => {
    await using temp = await tempLedger();
    const intent = intentOf('i1');
    const verdict = {
      kind: 'refuse',
      reasons: [{ code: 'spread', found: 0.01, limit: 0.005 }],
    } as const;
    const record = { intent, verdict: { ...verdict, reasons: [...verdict.reasons] }, atMs: T0 };

    await temp.ledger.transaction(async (tx) => {
      expect(await tx.recordIntent(record)).toBe('new');
      expect(await tx.recordIntent(record)).toBe('duplicate');
    });

    expect(await temp.ledger.read((query) => query.intent(intent.id))).toEqual(record);
  });

  it('keeps halts, marks, commands and operator actions over a restart', async () => {
    await using temp = await tempLedger();
    const halt = { kind: 'paused', sinceMs: T0, reason: 'lunch', liftedBy: 'resume' } as const;
    const order = orderOf({ id: 'a1' });
    const mark = { account: ACCOUNT, pair: PAIR, lastTradeId: 7, atMs: T0 };
    const action = { id: 'op1', by: 'ann', kind: 'pause', reason: 'lunch', result: 'ok', atMs: T0 };
    const command = {
      account: ACCOUNT,
      pair: PAIR,
      clientOrderId: order.clientOrderId,
      kind: 'place',
      createdMs: T0,
    } as const;
    await temp.ledger.transaction(async (tx) => {
      expect(await tx.raiseHalt(halt)).toBe('new');
      expect(await tx.raiseHalt({ ...halt, reason: 'again' })).toBe('duplicate');
      await tx.setTradeMark({ ...mark, lastTradeId: 6 });
      await tx.setTradeMark(mark);
      await tx.createOrder(order);
      await tx.openCommand({ ...command, id: 'k1' });
      await tx.openCommand({ ...command, id: 'k2' });
      await tx.settleCommand({ id: 'k1', outcome: 'accepted', detail: '', atMs: T0 });
      await tx.settleCommand({ id: 'k2', outcome: 'unknown', detail: 'timeout', atMs: T0 });
      expect(await tx.recordOperatorAction(action)).toBe('new');
      expect(await tx.recordOperatorAction(action)).toBe('duplicate');
    });

    const reopened = await temp.reopen();

    await reopened.read(async (query) => {
      expect(await query.halts()).toEqual([halt]);
      expect(await query.tradeMarks(ACCOUNT)).toEqual([mark]);
      expect(await query.unsettledCommands(ACCOUNT)).toMatchObject([
        { id: 'k2', outcome: 'unknown', detail: 'timeout' },
      ]);
      expect(await query.operatorResult('op1')).toBeDefined();
      expect(await query.balance(ACCOUNT, 'free', 'USDT')).toBe('10000');
    });
    await reopened.transaction(async (tx) => {
      expect(await tx.liftHalt('paused', T0 + 1)).toBe('lifted');
      expect(await tx.liftHalt('paused', T0 + 1)).toBe('none');
      expect(await tx.raiseHalt(halt)).toBe('new');
    });
  });

  it('raises the peak only when equity is higher, and moves it with a flow', async () => {
    await using temp = await tempLedger();
    const point = (equity: string, atMs: number) => ({
      account: ACCOUNT,
      atMs,
      equityQuote: text(equity),
      cashQuote: text(equity),
      positionsQuote: text('0'),
      cause: 'minute' as const,
    });
    const figures = () => temp.ledger.read((query) => query.figures(ACCOUNT));

    await temp.ledger.transaction(async (tx) => {
      await tx.recordEquity(point('10100', T0 + 1));
      await tx.recordEquity(point('9900', T0 + 2));
    });
    expect(await figures()).toMatchObject({ peakEquityQuote: '10100', peakMs: T0 + 1 });

    await temp.ledger.transaction((tx) =>
      tx.fund({ account: ACCOUNT, asset: 'USDT', amount: text('500'), atMs: T0, reason: 'more' }),
    );
    expect(await figures()).toMatchObject({
      capitalQuote: '10500',
      peakEquityQuote: '10600',
      dayStartEquityQuote: '10500',
    });

    await temp.ledger.transaction(async (tx) => {
      await tx.resetPeak(ACCOUNT, text('9900'), T0 + 3);
      await tx.startDay(ACCOUNT, T0 + 4, text('9900'));
      await tx.resetLosses(ACCOUNT);
    });
    expect(await figures()).toMatchObject({
      peakEquityQuote: '9900',
      dayStartMs: T0 + 4,
      dayStartEquityQuote: '9900',
    });
  });

  it('names the order of an event it does not know', async () => {
    await using temp = await tempLedger();

    const booked = temp.ledger.transaction((tx) =>
      tx.bookFill({ fill: fillOf({ id: 'nope', trade: '1' }), to: 'filled', isLegal: true }),
    );

    await expect(booked).rejects.toMatchObject({
      code: 'ledger.unknown-order',
      details: { clientOrderId: 'nope' },
    });
  });
});

describe('one writer', () => {
  it('refuses a second one and says who holds the ledger since when', async () => {
    await using temp = await tempLedger();

    await expect(open(temp.path, { owner: 'second' })).rejects.toMatchObject({
      code: 'ledger.in-use',
      details: { owner: 'test', since: new Date(T0).toISOString() },
    });
  });

  it('raises the epoch with each one and tells a crash from a clean end', async () => {
    await using temp = await tempLedger();
    expect(temp.ledger).toMatchObject({ epoch: 1, previousLease: undefined });

    const second = await temp.reopen();
    expect(second).toMatchObject({ epoch: 2, previousLease: undefined });
    await second.renewLease(T0 + 5_000);
    second.abandon();

    const third = await temp.reopen({ nowMs: T0 + 9_000 });
    expect(third).toMatchObject({
      epoch: 3,
      previousLease: { owner: 'test', epoch: 2, renewedMs: T0 + 5_000 },
    });
  });

  it('fences one that another took over from', async () => {
    await using temp = await tempLedger();
    const other = new DatabaseSync(temp.path);
    other.exec('update lease set epoch = 7');
    other.close();

    const write = temp.ledger.transaction((tx) =>
      tx.createOrder(orderOf({ id: 'a1' }), text('500')),
    );

    await expect(write).rejects.toMatchObject({
      code: 'ledger.fenced',
      details: { epoch: 1, currentEpoch: 7 },
    });
    await expect(temp.ledger.renewLease(T0)).rejects.toMatchObject({ code: 'ledger.fenced' });
  });

  it('says so when it is used after its end', async () => {
    await using temp = await tempLedger();
    temp.ledger.abandon();

    await expect(temp.ledger.read((query) => query.halts())).rejects.toMatchObject({
      code: 'ledger.closed',
    });
  });
});

describe('a ledger that cannot be opened', () => {
  it('is refused when it is not a ledger, and left as it was', async () => {
    await using temp = await tempLedger();
    const path = `${temp.path}.txt`;
    writeFileSync(path, 'this is not a database, whatever its name says'.repeat(100));

    await expect(open(path)).rejects.toMatchObject({ code: 'ledger.corrupt' });
  });

  it('is brought up to date when the first version wrote it', async () => {
    await using temp = await tempLedger();
    await temp.ledger.close();
    rmSync(temp.path);
    const old = new DatabaseSync(temp.path);
    const [first] = MIGRATIONS;
    for (const statement of first?.statements ?? []) old.exec(statement);
    old.exec(`create table migrations (version integer primary key, name text, applied_ms integer);
      insert into migrations values (1, 'first ledger', 0);
      insert into meta values (1, 'desk', 0)`);
    old.close();

    const ledger = await temp.reopen();
    expect(await ledger.read((query) => query.market())).toBeUndefined();
    await ledger.transaction((tx) => tx.setMarket('binance'));
    expect(await ledger.read((query) => query.market())).toBe('binance');
  });

  it('is refused when a newer program wrote it', async () => {
    await using temp = await tempLedger();
    await temp.ledger.close();
    const other = new DatabaseSync(temp.path);
    other.exec(`insert into migrations values (99, 'from the future', 0)`);
    other.close();

    await expect(open(temp.path)).rejects.toMatchObject({
      code: 'ledger.newer',
      details: { found: 99 },
    });
  });

  it('is refused when it is the ledger of another desk', async () => {
    await using temp = await tempLedger();
    await temp.ledger.close();

    await expect(open(temp.path, { deskId: 'other' })).rejects.toMatchObject({
      code: 'ledger.other-desk',
    });
  });

  it('is refused when its folder is missing', async () => {
    await expect(open('/nonexistent/folder/ledger.db')).rejects.toMatchObject({
      code: 'ledger.read-only',
    });
  });
});
