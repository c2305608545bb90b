import { describe, expect, it } from 'vitest';
import type { Broker } from '#broker/broker.ts';
import type { Order } from '#core/model/order.ts';
import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import { BTC, type TestDesk, testDesk } from './desk.fixture.ts';
import { ScriptedAccount } from './reconcile/account.fixture.ts';

type List = Parameters<Broker['placeExitList']>[0];
type Carry = () => Promise<CommandOutcome>;

const ENTER = { action: 'enter', stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };
const FENCE_MS = 15_000;
const STEP_BY_STEP = { hasBracket: false, hasReplace: true, hasStops: true };
const never = (): Promise<CommandOutcome> => new Promise(() => undefined);

interface Line {
  readonly desk: TestDesk;
  readonly lists: readonly Order[];
  readonly sales: readonly Order[];
  readonly venue: () => Broker;
}

/** A venue that does with each exit list what its turn says; from then on all goes well. */
async function deskWith(
  turns: readonly ((carry: Carry) => Promise<CommandOutcome>)[],
  account?: ScriptedAccount,
): Promise<Line> {
  const lists: Order[] = [];
  const sales: Order[] = [];
  let paper: Broker | undefined;
  const broker = (made: Broker): Broker => {
    paper = made;
    return new Proxy(made, {
      get: (target, name) => {
        if (name === 'features') return STEP_BY_STEP;
        if (name === 'absenceFenceMs') return FENCE_MS;
        if (name === 'placeExitList') {
          return (legs: List) => {
            lists.push(legs.stop);
            const carry: Carry = () => target.placeExitList(legs);
            return (turns[lists.length - 1] ?? ((go: Carry) => go()))(carry);
          };
        }
        if (name === 'place') {
          return (order: Order) => {
            if (order.side === 'sell') sales.push(order);
            return target.place(order);
          };
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  };
  const desk = await testDesk(
    {},
    account === undefined
      ? { broker }
      : { broker: (made) => account.watch(broker(made)), account: account.port() },
  );
  await desk.price(50_000);
  // The account is compared before anything is entered.
  if (account !== undefined) await desk.pass(3_000);
  await desk.send(ENTER);
  const venue = (): Broker => {
    if (paper === undefined) throw new Error('no venue');
    return paper;
  };
  return { desk, lists, sales, venue };
}

/** At both ends one and the same stop covers what can be sold of the position. */
async function expectOneList({ desk, venue }: Line): Promise<Order> {
  const { open, qty } = await desk.ledger.read(async (query) => ({
    // What is still in doubt covers nothing.
    open: (await query.openOrders('shadow')).filter(({ status }) => status !== 'created'),
    qty: Number((await query.position('shadow', BTC))?.qty),
  }));
  const [stop, ...more] = open.filter(({ leg }) => leg === 'stop');
  if (stop === undefined) throw new Error('no stop');
  expect(more).toEqual([]);
  expect(Number(stop.qty)).toBeCloseTo(Math.floor(qty * 1e4) / 1e4, 8);
  const there = (await venue().openOrders()).map(({ clientOrderId }) => clientOrderId);
  expect(there.toSorted()).toEqual(open.map(({ clientOrderId }) => clientOrderId).toSorted());
  return stop;
}

const statusOf = async (desk: TestDesk, order: Order | undefined) =>
  order && (await desk.ledger.read((query) => query.order(order.clientOrderId)))?.status;
const bareTimes = ({ counts }: TestDesk): readonly string[] =>
  [...counts.keys()].filter((name) => name.startsWith('unprotected'));

describe('a stop whose request gets no answer', () => {
  it('is placed again within a second when the request was lost', async () => {
    const line = await deskWith([never]);
    const { desk, lists } = line;
    await using _ = desk;

    await desk.pass(1_000);

    expect(lists.map(({ attempt }) => attempt)).toEqual([0, 1]);
    expect((await expectOneList(line)).attempt).toBe(1);
    expect(bareTimes(desk)).toEqual(['unprotected under 1 s']);
    await desk.pass(FENCE_MS + 15_000);
    expect(await statusOf(desk, lists[0]), 'by the fence').toBe('rejected');
    expect(await desk.ledger.read((query) => query.unsettledCommands('shadow'))).toEqual([]);
    await expectOneList(line);
  });

  it('is found and not placed again when only the reply was lost', async () => {
    const line = await deskWith([(carry) => carry().then(never)]);
    const { desk, lists } = line;
    await using _ = desk;

    await desk.pass(30_000);

    expect(lists).toHaveLength(1);
    await expectOneList(line);
  });

  it('is refused when it comes after the second one', async () => {
    let late: Carry | undefined;
    const line = await deskWith([
      (carry) => {
        late = carry;
        return never();
      },
    ]);
    const { desk, lists } = line;
    await using _ = desk;
    await desk.pass(1_000);

    const answer = late?.();
    await desk.pass(30_000);

    expect(await answer).toMatchObject({ outcome: 'refused', code: 'insufficient-balance' });
    expect(lists).toHaveLength(2);
    expect((await expectOneList(line)).attempt).toBe(1);
    expect(await statusOf(desk, lists[0])).toBe('rejected');
  });

  it('protects when it comes before the second one, which is refused then', async () => {
    let late: Carry | undefined;
    const line = await deskWith([
      (carry) => {
        late = carry;
        return never();
      },
      async (carry) => {
        await late?.();
        return carry();
      },
    ]);
    const { desk, lists } = line;
    await using _ = desk;

    await desk.pass(30_000);

    expect(lists, 'nothing is tried a third time').toHaveLength(2);
    expect((await expectOneList(line)).attempt).toBe(0);
    expect(await statusOf(desk, lists[1])).toBe('rejected');
  });

  it('is not placed a second time where a person has coins that could feed both', async () => {
    const account = new ScriptedAccount();
    account.move('BTC', '1');
    const line = await deskWith([never], account);
    const { desk, lists } = line;
    await using _ = desk;

    await desk.pass(5_000);
    expect(lists).toHaveLength(1);
    await desk.pass(30_000);

    expect(lists, 'after the fence').toHaveLength(2);
    expect((await expectOneList(line)).attempt).toBe(1);
  });

  it('is placed again after a restart too, once the venue was asked again', async () => {
    const line = await deskWith([never, never]);
    const { desk, lists } = line;
    await using _ = desk;
    await desk.restart();

    await desk.pass(1_500);

    expect(lists).toHaveLength(3);
    await expectOneList(line);
  });

  it('counts for no refusal of the venue beside the one that works', async () => {
    const line = await deskWith([never, never]);
    const { desk, venue } = line;
    await using _ = desk;
    await desk.pass(60_000);
    const stop = await expectOneList(line);

    void venue().cancel(stop);
    await desk.pass(1_000);

    const again = await expectOneList(line);
    expect(again.clientOrderId).not.toBe(stop.clientOrderId);
    expect(again.listId, 'with its target').toBeDefined();
  });

  it('is not tried in a rush when the venue refuses the others', async () => {
    const no: CommandOutcome = { outcome: 'refused', code: 'test', reason: 'because' };
    const refuse = (): Promise<CommandOutcome> => Promise.resolve(no);
    const line = await deskWith([never, refuse, refuse, refuse, refuse, refuse, refuse]);
    const { desk, lists } = line;
    await using _ = desk;

    await desk.pass(FENCE_MS);

    expect(lists.length).toBeGreaterThan(2);
    expect(lists.length).toBeLessThan(7);
  });

  it('keeps no sale back when the price passes it meanwhile', async () => {
    const line = await deskWith([never, never, never]);
    const { desk, sales } = line;
    await using _ = desk;
    await desk.pass(2_000);
    expect(sales).toEqual([]);

    await desk.price(48_000);
    await desk.pass(1_000);

    expect(sales).toHaveLength(1);
    expect(await desk.ledger.read((query) => query.position('shadow', BTC))).toBeUndefined();
  });

  it('keeps no exit back that is asked for meanwhile', async () => {
    const line = await deskWith([never]);
    const { desk } = line;
    await using _ = desk;
    await desk.pass(1_000);

    await desk.send({ action: 'exit' });
    await desk.pass(1_000);

    expect(await desk.ledger.read((query) => query.position('shadow', BTC))).toBeUndefined();
    expect(await line.venue().openOrders()).toEqual([]);
  });
});
