import { expect, it } from 'vitest';
import type { Broker } from '#broker/broker.ts';
import type { Order } from '#core/model/order.ts';
import { Pair } from '#core/model/pair.ts';
import { Universe } from '#core/model/universe.ts';
import { checkLedger } from '#ledger/index.ts';
import { BTC, testDesk, type TestDesk } from '../desk.fixture.ts';
import { ScriptedAccount } from './account.fixture.ts';

const ETH = Pair.parse('ETH/USDT');
const SOL = Pair.parse('SOL/USDT');
const ENTER = { action: 'enter', stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };
const NO_SYMBOL = { outcome: 'refused', code: '-1121', reason: 'Invalid symbol.' } as const;
const WRITES: ReadonlySet<PropertyKey> = new Set(['place', 'placeExitList', 'replace', 'cancel']);

interface World extends AsyncDisposable {
  readonly desk: TestDesk;
  readonly account: ScriptedAccount;
}

/** A venue that takes no order and no cancel of pairs that it has no more. */
function refusingUnknown(account: ScriptedAccount, paper: Broker): Broker {
  return new Proxy(account.watch(paper), {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function' || !WRITES.has(name)) return value;
      const write = value as (...args: readonly unknown[]) => unknown;
      return (first: Partial<Order> & { readonly stop?: Order }, ...rest: readonly unknown[]) => {
        const { pair = first.stop?.pair } = first;
        if (pair === undefined || !account.unknown.has(pair)) return write(first, ...rest);
        account.calls.push(`refused ${String(name)}`);
        return Promise.resolve(NO_SYMBOL);
      };
    },
  });
}

async function world(): Promise<World> {
  const account = new ScriptedAccount();
  const desk = await testDesk(
    { open_positions_max: 5, correlated_exposure_max: 1 },
    {
      account: account.port({ pairs: [BTC, ETH] }),
      broker: (paper) => refusingUnknown(account, paper),
      morePairs: [ETH, SOL],
    },
  );
  account.nowMs = () => Math.floor(desk.clock.now());
  await desk.price(50_000);
  for (const pair of [BTC, ETH, SOL]) desk.trade(100, 50_000, { pair });
  await desk.pass(3_000);
  await desk.send(ENTER);
  await desk.pass(4_000);
  expect(await stops(desk)).toHaveLength(1);
  return { desk, account, [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose]() };
}

const openOf = (desk: TestDesk) => desk.ledger.read((query) => query.openOrders('shadow', BTC));
const stops = async (desk: TestDesk) => (await openOf(desk)).filter(({ leg }) => leg === 'stop');
const differencesOf = (desk: TestDesk) =>
  desk.ledger.read((query) => query.openDifferences('shadow'));

/** As often as the desk does it by itself. */
async function minutes({ desk }: World, count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) {
    const compared = desk.execution.reconcile();
    await desk.pass(60_000);
    await compared;
  }
}

async function refusalsOf({ desk }: World, pair: Pair): Promise<readonly string[]> {
  const { id } = await desk.send({ ...ENTER, pair });
  return desk.events.flatMap((e) =>
    e.kind === 'intent.refused' && e.intentId === id ? e.reasons : [],
  );
}

it('ends the orders of a pair that the venue dropped, and holds up nobody', async () => {
  await using it_ = await world();
  const { desk, account } = it_;
  const before = await openOf(desk);
  account.unknown.add(BTC);

  await minutes(it_, 7);

  const after = await desk.ledger.read((query) => query.order(before[0]?.clientOrderId as never));
  expect(after?.status).toBe('expired');
  const told = desk.events.filter((event) => event.kind === 'order.pair-gone');
  expect(told.map(({ clientOrderId }) => clientOrderId).toSorted()).toEqual(
    before.map(({ clientOrderId }) => clientOrderId).toSorted(),
  );
  expect(Number(told[0]?.heldQty), 'what it holds, it still holds').toBeGreaterThan(0);
  expect(await differencesOf(desk)).toEqual([]);
  expect(await refusalsOf(it_, ETH)).toEqual([]);
  const atMs = Math.floor(desk.clock.now());
  const pairs = [ETH, SOL].map((pair) => ({ pair, standing: 'trade', sinceMs: 0, why: '' }));
  desk.execution.onUniverse(Universe.parse({ atMs, version: 1, pairs, chain: [] }));
  await desk.pass(10_000);
  expect(await refusalsOf(it_, SOL), 'a pair that joins').toEqual([]);
  expect((await checkLedger(desk.ledgerPath)).problems).toEqual([]);
});

it('ends nothing that the account still locks coins for', async () => {
  await using it_ = await world();
  const { desk, account } = it_;
  const before = await openOf(desk);
  account.unknown.add(BTC);
  account.locked.set('BTC', account.total('BTC'));

  await minutes(it_, 2);
  expect(await openOf(desk)).toHaveLength(before.length);
  expect((await differencesOf(desk)).map(({ difference }) => difference.kind)).toContain(
    'order-gone',
  );
  account.locked.clear();
  await minutes(it_, 2);

  expect((await openOf(desk)).filter(({ status }) => status !== 'created')).toEqual([]);
  expect(await differencesOf(desk)).toEqual([]);
});

it('lets the balances say what an order executed before the venue dropped its pair', async () => {
  await using it_ = await world();
  const { desk, account } = it_;
  account.unknown.add(BTC);
  account.move('BTC', `-${account.total('BTC')}`);
  account.move('USDT', '490');

  await minutes(it_, 2);

  const found = (await differencesOf(desk)).map(({ difference }) => difference.key);
  expect(found).toEqual(['balance BTC', 'balance USDT']);
});

it('does not cancel again and again what the venue cannot cancel any more', async () => {
  await using it_ = await world();
  const { desk, account } = it_;
  const before = await openOf(desk);
  account.unknown.add(BTC);
  account.calls.length = 0;

  const about = { by: 'ada', reason: '', issuedMs: 0 };
  await desk.execution.obey({ id: 'flatten-1', kind: 'flatten', ...about });
  await desk.pass(60_000);
  const asked = account.calls.filter((call) => call.startsWith('refused'));
  await minutes(it_, 2);

  expect(asked.length).toBeLessThan(6);
  const after = await desk.ledger.read((query) => query.order(before[0]?.clientOrderId as never));
  expect(after?.status).toBe('expired');
});
