import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../server/api-error.ts';
import { listState } from './account-book.ts';
import { unitsOf } from './amount.ts';
import { testFloor } from './floor.fixture.ts';
import type { TestFloor } from './floor.fixture.ts';
import { FloorState } from './floor-state.ts';
import { forgetfulJournal, readJournal } from './journal.ts';
import { stateOf } from './order-record.ts';
import { loadState } from './restore.ts';
import { snapshot } from './snapshot.ts';
import type { AccountEvent, OrderState, TradingAccount } from './trading.ts';

/** A failing case is made smaller no longer than this. */
const SHRINK_MS = 20_000;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'floor-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

type Command = (floor: TestFloor, account: TradingAccount) => void;

const side = fc.constantFrom('BUY' as const, 'SELL' as const);
const price = fc.integer({ min: 9970, max: 10030 }).map((ticks) => (ticks / 100).toFixed(2));
const quantity = fc.integer({ min: 40, max: 900 }).map((lots) => (lots / 1000).toFixed(3));
const stpMode = fc.constantFrom(
  'NONE' as const,
  'EXPIRE_TAKER' as const,
  'EXPIRE_MAKER' as const,
  'EXPIRE_BOTH' as const,
  'DECREMENT' as const,
);
const timeInForce = fc.constantFrom('GTC' as const, 'IOC' as const, 'FOK' as const);

const single: fc.Arbitrary<Command> = fc
  .record({
    side,
    price,
    stopPrice: price,
    quantity,
    selfTradePreventionMode: stpMode,
    timeInForce,
    type: fc.constantFrom(
      'MARKET',
      'LIMIT',
      'LIMIT_MAKER',
      'STOP_LOSS',
      'STOP_LOSS_LIMIT',
      'TAKE_PROFIT_LIMIT',
      'TAKE_PROFIT',
    ) as fc.Arbitrary<OrderState['type']>,
    trailingDelta: fc.option(fc.integer({ min: 10, max: 300 }), { nil: undefined, freq: 2 }),
    isByValue: fc.boolean(),
  })
  .map((of) => (_floor, account) => {
    const isContingent = of.type.startsWith('STOP') || of.type.startsWith('TAKE');
    const hasPrice = of.type.includes('LIMIT');
    const hasTime = of.type === 'LIMIT' || of.type.endsWith('_LIMIT');
    const byValue = of.type === 'MARKET' && of.isByValue;
    account.place({
      symbol: 'BTCUSDT',
      side: of.side,
      type: of.type,
      selfTradePreventionMode: of.selfTradePreventionMode,
      ...(byValue ? { quoteOrderQty: of.price } : { quantity: of.quantity }),
      ...(hasPrice ? { price: of.price } : {}),
      ...(hasTime ? { timeInForce: of.timeInForce } : {}),
      ...(isContingent ? { stopPrice: of.stopPrice } : {}),
      ...(isContingent && of.trailingDelta !== undefined
        ? { trailingDelta: of.trailingDelta }
        : {}),
    });
  });

const list: fc.Arbitrary<Command> = fc
  .record({
    kind: fc.constantFrom(
      'OCO' as const,
      'OTO' as const,
      'OTOCO' as const,
      'OPO' as const,
      'OPOCO' as const,
    ),
    side,
    quantity,
    price,
    away: fc.integer({ min: 1, max: 40 }),
    timeInForce,
  })
  .map((of) => (floor, account) => {
    const last = (floor.btc.market.candles.lastTicks ?? 10_000) / 100;
    const [up, down] = [(last + of.away / 100).toFixed(2), (last - of.away / 100).toFixed(2)];
    const isSell = of.kind !== 'OCO' || of.side === 'SELL';
    const gain = { type: 'LIMIT_MAKER' as const, price: isSell ? up : down };
    const stop = { type: 'STOP_LOSS' as const, stopPrice: isSell ? down : up };
    const [above, below] = isSell ? [gain, stop] : [stop, gain];
    const working = {
      side: 'BUY' as const,
      type: 'LIMIT' as const,
      timeInForce: of.timeInForce,
      quantity: of.quantity,
      price: of.price,
    };
    const { kind, quantity: pendingQuantity } = of;
    const symbol = 'BTCUSDT';
    if (kind === 'OCO') {
      account.placeList({ kind, symbol, side: of.side, quantity: of.quantity, above, below });
    } else if (kind === 'OTOCO' || kind === 'OPOCO') {
      account.placeList({
        kind,
        symbol,
        working,
        pendingSide: 'SELL',
        pendingAbove: above,
        pendingBelow: below,
        ...(kind === 'OTOCO' ? { pendingQuantity } : {}),
      });
    } else {
      const pending = { ...stop, side: 'SELL' as const };
      const sized = kind === 'OTO' ? { ...pending, quantity: of.quantity } : pending;
      account.placeList({ kind, symbol, working, pending: sized });
    }
  });

const cancel: fc.Arbitrary<Command> = fc.nat(30).map((pick) => (_floor, account) => {
  const open = account.openOrders();
  const order = open[pick % Math.max(1, open.length)];
  if (order !== undefined) account.cancel({ key: order });
});

const replace: fc.Arbitrary<Command> = fc
  .record({ pick: fc.nat(30), price, quantity })
  .map(({ pick, ...of }) => (_floor, account) => {
    const open = account.openOrders();
    const order = open[pick % Math.max(1, open.length)];
    if (order === undefined) return;
    const next = { symbol: 'BTCUSDT', side: order.side, type: 'LIMIT' as const, ...of };
    account.cancelReplace({
      cancel: { key: order },
      order: { ...next, timeInForce: 'GTC' },
      mode: 'STOP_ON_FAILURE',
    });
  });

const trader: fc.Arbitrary<Command> = fc
  .record({
    side: fc.constantFrom('buy' as const, 'sell' as const),
    lots: fc.integer({ min: 1, max: 900 }),
    ticks: fc.integer({ min: 9960, max: 10040 }),
  })
  .map((of) => (floor) => {
    floor.pass(7);
    floor.btc.order(of.side, of.lots, of.ticks / 100);
  });

const command = fc.oneof(
  { weight: 4, arbitrary: single },
  { weight: 3, arbitrary: list },
  { weight: 2, arbitrary: cancel },
  { weight: 1, arbitrary: replace },
  { weight: 6, arbitrary: trader },
);

const START = [
  { asset: 'USDT', amount: '1000' },
  { asset: 'BTC', amount: '5' },
  { asset: 'BNB', amount: '0.02' },
];

function run(steps: readonly [number, Command][], journalFile?: string) {
  const options = journalFile === undefined ? {} : { journalFile };
  const test = testFloor({ ...options, start: { balances: START } });
  const accounts = [test.account, test.floor.open({ uid: 1002, balances: START, paysInBnb: true })];
  const events = accounts.map((account) => {
    const heard: AccountEvent[] = [];
    account.subscribe((event) => heard.push(event));
    return heard;
  });
  for (const [who, step] of steps) {
    const account = accounts[who];
    if (account === undefined) continue;
    try {
      step(test, account);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
    for (const each of accounts) checkAccount(each);
  }
  return { test, accounts, events };
}

/** Balances are what trades made of the start, and what open orders lock is locked. */
function checkAccount(account: TradingAccount): void {
  const total = new Map(START.map(({ asset, amount }) => [asset, unitsOf(amount)]));
  const add = (asset: string, units: bigint): void =>
    void total.set(asset, (total.get(asset) ?? 0n) + units);
  for (const trade of account.trades({ symbol: 'BTCUSDT', limit: 1e6 })) {
    const sign = trade.isBuyer ? 1n : -1n;
    add('BTC', sign * unitsOf(trade.qty));
    add('USDT', -sign * unitsOf(trade.quoteQty));
    add(trade.commissionAsset, -unitsOf(trade.commission));
  }
  const locked = lockedByOrders(account);
  for (const { asset, ...balance } of account.view().balances) {
    expect(unitsOf(balance.free)).toBeGreaterThanOrEqual(0n);
    expect(unitsOf(balance.locked)).toBe(locked.get(asset) ?? 0n);
    expect(unitsOf(balance.free) + unitsOf(balance.locked)).toBe(total.get(asset) ?? 0n);
  }
  for (const order of account.allOrders({ symbol: 'BTCUSDT', limit: 1e6 })) {
    const used = unitsOf(order.executedQty) + unitsOf(order.preventedQty);
    expect(used).toBeLessThanOrEqual(unitsOf(order.quantity));
  }
}

function lockedByOrders(account: TradingAccount): Map<string, bigint> {
  const groups = new Map<string, { asset: string; most: bigint }>();
  for (const order of account.openOrders()) {
    if (order.status === 'PENDING_NEW') continue;
    const left = unitsOf(order.quantity) - unitsOf(order.executedQty) - unitsOf(order.preventedQty);
    const lockPrice = unitsOf(order.price) || unitsOf(order.stopPrice ?? '0');
    const need = order.side === 'SELL' ? left : (left * lockPrice) / 100_000_000n;
    const key = isPaired(account, order) ? `list ${order.orderListId}` : String(order.orderId);
    const most = groups.get(key)?.most ?? 0n;
    const asset = order.side === 'SELL' ? 'BTC' : 'USDT';
    groups.set(key, { asset, most: need > most ? need : most });
  }
  for (const open of account.openLists()) addReceived(account, open.orderListId, groups);
  const locked = new Map<string, bigint>();
  for (const { asset, most } of groups.values()) {
    locked.set(asset, (locked.get(asset) ?? 0n) + most);
  }
  return locked;
}

function isPaired(account: TradingAccount, order: OrderState): boolean {
  if (order.orderListId === -1) return false;
  const { orders, contingencyType } = account.list({ orderListId: order.orderListId });
  const pair = contingencyType === 'OCO' ? orders : orders.length === 3 ? orders.slice(1) : [];
  return pair.some(({ orderId }) => orderId === order.orderId);
}

/** A working OPO order keeps what it has received for the orders after it. */
function addReceived(
  account: TradingAccount,
  orderListId: number,
  groups: Map<string, { asset: string; most: bigint }>,
): void {
  const { orders } = account.list({ orderListId });
  const [working, pending] = orders;
  // The pending orders of an OPO have no quantity before the working one has filled.
  if (working === undefined || pending?.status !== 'PENDING_NEW') return;
  if (unitsOf(pending.quantity) !== 0n) return;
  const held = account.trades({ symbol: 'BTCUSDT', orderId: working.orderId, limit: 1e6 });
  const before = held.reduce((sum, trade) => sum + unitsOf(trade.qty), 0n);
  groups.set(`received ${orderListId}`, { asset: 'BTC', most: before });
}

const LEGAL: Readonly<Record<string, readonly OrderState['status'][]>> = {
  '': ['NEW', 'PENDING_NEW'],
  PENDING_NEW: ['NEW', 'CANCELED', 'EXPIRED'],
  NEW: ['NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'EXPIRED', 'EXPIRED_IN_MATCH'],
  PARTIALLY_FILLED: ['PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'EXPIRED', 'EXPIRED_IN_MATCH'],
};

function checkPaths(events: readonly AccountEvent[]): void {
  const status = new Map<number, OrderState['status']>();
  for (const event of events) {
    if (event.kind !== 'execution') continue;
    const { orderId } = event.order;
    const allowed = LEGAL[status.get(orderId) ?? ''] ?? [];
    expect(allowed).toContain(event.order.status);
    status.set(orderId, event.order.status);
  }
}

/** Every execution is a trade of the market, and no trade is anybody's twice on one side. */
function checkTape(test: TestFloor, account: TradingAccount): void {
  const tape = new Map(test.btc.trades.map((trade) => [trade.id, trade]));
  const seen = new Set<string>();
  for (const trade of account.trades({ symbol: 'BTCUSDT', limit: 1e6 })) {
    const print = tape.get(trade.id);
    const key = `${trade.id} ${trade.isBuyer}`;
    expect([Number(trade.price) * 100, Number(trade.qty) * 1000].map(Math.round)).toEqual([
      print?.ticks,
      print?.lots,
    ]);
    expect(trade.isMaker).toBe(print?.buyerIsMaker === trade.isBuyer);
    expect(seen).not.toContain(key);
    seen.add(key);
  }
}

const steps = fc.array(fc.tuple(fc.constantFrom(0, 1), command), {
  minLength: 30,
  maxLength: 80,
  size: 'max',
});

describe('the floor under random orders', () => {
  it('conserves every asset, locks what is open, and moves orders along legal paths', () => {
    fc.assert(
      fc.property(steps, (commands) => {
        const { events, test, accounts } = run(commands);
        for (const account of accounts) checkTape(test, account);
        for (const heard of events) checkPaths(heard);
      }),
      { numRuns: 40, interruptAfterTimeLimit: SHRINK_MS },
    );
  });

  it('finds the same state in its journal', () => {
    let runs = 0;
    fc.assert(
      fc.property(steps, (commands) => {
        runs += 1;
        const file = join(folder, `${runs}.jsonl`);
        const { test, accounts } = run(commands, file);
        const again = new FloorState(forgetfulJournal(), snapshot);
        loadState(again, readJournal(file));
        for (const account of accounts) {
          const book = again.book(account.uid);
          const totals = account
            .view()
            .balances.map(({ asset, free, locked }) => [asset, unitsOf(free) + unitsOf(locked)]);
          expect(
            new Map([...book.purse.pockets()].map(([asset]) => [asset, book.purse.total(asset)])),
          ).toEqual(new Map(totals as [string, bigint][]));
          expect(book.trades.toSorted((a, b) => a.id - b.id)).toEqual(
            account.trades({ symbol: 'BTCUSDT', limit: 1e6 }),
          );
          expect([...book.lists.values()].map((list) => listState(book, list))).toEqual(
            account.allLists({ limit: 1e6 }),
          );
          expect([...book.orders.values()].map(stateOf)).toEqual(
            account.allOrders({ symbol: 'BTCUSDT', limit: 1e6 }),
          );
          const open = account.openOrders().map((order) => order.orderId);
          expect(new Set([...book.open].map((order) => order.orderId))).toEqual(new Set(open));
        }
        test.floor.close();
      }),
      { numRuns: 12, interruptAfterTimeLimit: SHRINK_MS },
    );
  });
});
