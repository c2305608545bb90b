import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { balanceOf, limitOrder, newOrder, testFloor } from './floor.fixture.ts';
import { FloorState } from './floor-state.ts';
import { FileJournal, forgetfulJournal, readJournal } from './journal.ts';
import { loadState } from './restore.ts';
import { snapshot } from './snapshot.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'floor-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const journal = (): string => join(folder, 'practice', 'accounts.jsonl');
/** As after a kill: nobody closes anything, and the same second may come again. */
const reopened = (startMs?: number) =>
  testFloor({ journalFile: journal(), ...(startMs === undefined ? {} : { startMs }) });

describe('accounts after a restart of the exchange', () => {
  it('still have their orders, trades, balances and transfers', () => {
    const before = reopened();
    before.account.place(newOrder({ quantity: '0.1' }));
    before.account.place(limitOrder({ newClientOrderId: 'rest' }));
    before.account.transfer({ kind: 'deposit', asset: 'USDT', amount: '25' });

    const after = reopened();

    expect(after.account.view()).toEqual(before.account.view());
    const query = { symbol: 'BTCUSDT', limit: 100 };
    expect(after.account.allOrders(query)).toEqual(before.account.allOrders(query));
    expect(after.account.trades(query)).toEqual(before.account.trades(query));
    expect(after.account.transfers({ kind: 'deposit' })).toHaveLength(1);
    expect(balanceOf(after.account, 'USDT')[1]).toBe(9.9);
  });

  it('give no id twice, though the exchange comes back in the same second', () => {
    const before = reopened();
    const first = before.account.place(newOrder({ quantity: '0.1' }));

    const second = reopened().account.place(newOrder({ quantity: '0.1' }));

    expect(second.order.orderId).toBeGreaterThan(first.order.orderId);
    expect(second.trades[0]?.id).toBeGreaterThan(first.trades[0]?.id ?? Infinity);
  });

  it('rest again, trade where the market has moved past them, and trigger at the first price', () => {
    const before = reopened();
    before.account.place(newOrder({ quantity: '0.3' }));
    before.account.place(limitOrder({ price: '99.95', newClientOrderId: 'rests' }));
    before.account.place(limitOrder({ side: 'SELL', price: '100.5', newClientOrderId: 'passed' }));
    before.account.place(
      newOrder({
        side: 'SELL',
        type: 'STOP_LOSS',
        quantity: '0.1',
        stopPrice: '99',
        newClientOrderId: 'stop',
      }),
    );

    const after = reopened();
    const status = (id: string): string =>
      after.account.order({ symbol: 'BTCUSDT', origClientOrderId: id }).status;
    expect(['rests', 'passed', 'stop'].map(status)).toEqual(['NEW', 'NEW', 'NEW']);
    after.btc.moveTo(99.94);
    expect(status('rests')).toBe('FILLED');
    after.btc.moveTo(101);
    expect(status('passed')).toBe('FILLED');
    after.btc.moveTo(98.5);
    expect(status('stop')).not.toBe('NEW');
  });

  it('go on with a bracket whose entry has filled in part', () => {
    const before = reopened();
    const { list } = before.account.placeList({
      kind: 'OPOCO',
      symbol: 'BTCUSDT',
      working: { side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.3', price: '99.95' },
      pendingSide: 'SELL',
      pendingAbove: { type: 'LIMIT_MAKER', price: '101' },
      pendingBelow: { type: 'STOP_LOSS', stopPrice: '99' },
    });
    before.btc.order('sell', 500 + 100, 99.95);

    const after = reopened();
    expect(balanceOf(after.account, 'BTC')).toEqual([0, 0.0999]);
    after.btc.moveTo(99.94);

    const { orders } = after.account.list({ orderListId: list.orderListId });
    expect(orders.map((order) => [order.status, order.quantity])).toEqual([
      ['FILLED', '0.30000000'],
      ['NEW', '0.29900000'],
      ['NEW', '0.29900000'],
    ]);
  });

  it('stop at a journal that cannot be written, and have what was written', () => {
    const before = reopened();
    before.account.place(limitOrder({ newClientOrderId: 'kept' }));
    // Whoever writes to the file now is told that it is closed.
    before.floor.close();

    expect(() => before.account.place(limitOrder({}))).toThrow();
    expect(() => before.account.place(limitOrder({}))).toThrow('stopped at an error');
    expect(() => before.btc.moveTo(98)).toThrow('stopped at an error');
    expect(() => before.bnb.moveTo(9.9), 'nobody of ours is there').toThrow('stopped at an error');

    expect(
      reopened()
        .account.openOrders()
        .map((order) => order.clientOrderId),
    ).toEqual(['kept']);
  });

  it('forget a last line that was cut off, and refuse a damaged one before it', () => {
    const before = reopened();
    before.account.place(newOrder({ quantity: '0.1' }));
    const whole = readFileSync(journal(), 'utf8');
    appendFileSync(journal(), whole.slice(0, 40));
    expect(readJournal(journal())).toHaveLength(whole.split('\n').length - 1);
    expect(reopened().account.view()).toEqual(before.account.view());

    writeFileSync(journal(), `${whole.slice(0, 40)}\n${whole}`);
    expect(() => reopened()).toThrow('line 1');
  });

  it('end what was open of a symbol that is not listed any more', () => {
    const before = reopened();
    before.account.place(limitOrder({ newClientOrderId: 'gone' }));
    const text = readFileSync(journal(), 'utf8').replaceAll('BTCUSDT', 'OLDUSDT');
    writeFileSync(journal(), text);

    const { account } = reopened();

    expect(account.openOrders()).toEqual([]);
    const order = account.order({ symbol: 'OLDUSDT', origClientOrderId: 'gone' });
    expect([order.status, order.expiryReason]).toEqual(['EXPIRED', 'EXCHANGE_CANCELED']);
    expect(balanceOf(account, 'USDT')).toEqual([1000, 0]);
  });
});

describe('a snapshot', () => {
  it('keeps what is open and the newest of what has ended', () => {
    const { account } = reopened();
    for (let i = 0; i < 5; i += 1) account.place(newOrder({ quantity: '0.1' }));
    account.place(limitOrder({ price: '90', newClientOrderId: 'open' }));
    const state = new FloorState(forgetfulJournal(), snapshot);
    loadState(state, readJournal(journal()));

    const { orders, trades, accounts } = snapshot(state, 2);

    expect(orders.map((order) => order.status)).toEqual(['FILLED', 'FILLED', 'NEW']);
    expect(trades).toHaveLength(2);
    expect(accounts[0]?.balances.find(({ asset }) => asset === 'BTC')?.amount).toBe(49_950_000n);
  });
});

describe('the journal file', () => {
  it('is bounded: the whole state takes the place of its lines', () => {
    const { account } = reopened();
    account.place(limitOrder({}));
    const [entry] = readJournal(journal()).slice(-1);
    const file = join(folder, 'small.jsonl');
    const small = new FileJournal(file, 1000);
    for (let i = 0; i < 20 && entry !== undefined; i += 1) {
      small.write(entry);
      if (small.isLong) small.replace(entry);
    }

    const lines = readJournal(file);

    expect(lines.length).toBeLessThan(5);
    expect(lines.at(-1)).toEqual(entry);
    small.close();
  });
});
