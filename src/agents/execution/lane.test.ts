import { describe, expect, it } from 'vitest';
import type { Broker } from '#broker/broker.ts';
import type { Order } from '#core/model/order.ts';
import { BTC, type TestDesk, testDesk } from './desk.fixture.ts';

const ENTER = { action: 'enter', stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };
const STEP_BY_STEP = { hasBracket: false, hasReplace: false, hasStops: true };
const REFUSED = { outcome: 'refused', code: 'test', reason: 'because' } as const;

/** The paper broker, but for orders that `isRefused` says no to. */
function refusing(isRefused: (order: Order) => boolean): (paper: Broker) => Broker {
  return (paper) =>
    new Proxy(paper, {
      get: (target, name) => {
        if (name === 'features') return STEP_BY_STEP;
        if (name === 'place') {
          return (order: Order) =>
            isRefused(order) ? Promise.resolve(REFUSED) : target.place(order);
        }
        if (name === 'placeExitList') {
          return (legs: Parameters<Broker['placeExitList']>[0]) =>
            isRefused(legs.stop) ? Promise.resolve(REFUSED) : target.placeExitList(legs);
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
}

const position = (desk: TestDesk) => desk.ledger.read((query) => query.position('shadow', BTC));
const legs = (desk: TestDesk): Promise<string[]> =>
  desk.ledger.read(async (query) =>
    (await query.openOrders('shadow')).map(({ leg }) => leg).toSorted(),
  );

describe('a lane', () => {
  it('asks a venue that refuses a sale more and more rarely, and never gives up', async () => {
    let tries = 0;
    let isOpen = false;
    const broker = refusing((order) => {
      if (order.leg !== 'exit') return false;
      tries += 1;
      return !isOpen;
    });
    await using desk = await testDesk({}, { broker });
    await desk.price(50_000);
    await desk.send(ENTER);
    await desk.send({ action: 'exit' });

    await desk.pass(120_000);
    expect(tries).toBeGreaterThan(4);
    expect(tries, 'four at once, then seldom').toBeLessThan(14);
    isOpen = true;
    await desk.pass(31_000);

    expect(await position(desk)).toBeUndefined();
  });

  it('watches a stop that the venue refuses and tries it again each minute', async () => {
    let refusals = 5;
    const broker = refusing(({ leg }) => {
      if (leg !== 'stop') return false;
      refusals -= 1;
      return refusals >= 0;
    });
    await using desk = await testDesk({}, { broker });
    await desk.price(50_000);
    await desk.send(ENTER);
    await desk.pass(2_000);
    expect(await legs(desk)).toEqual([]);
    expect(refusals, 'two lists and a stop alone').toBe(2);

    await desk.execution.reconcile();
    await desk.pass(2_000);

    expect(await legs(desk)).toEqual(['stop']);
  });

  it('sells when the price passes a stop that the venue refuses', async () => {
    await using desk = await testDesk({}, { broker: refusing(({ leg }) => leg === 'stop') });
    await desk.price(50_000);
    await desk.send(ENTER);
    await desk.price(48_900);
    await desk.pass(1_000);

    expect(await position(desk)).toBeUndefined();
  });

  it('sells once however many exits come while the market is silent', async () => {
    await using desk = await testDesk();
    await desk.price(50_000);
    const entry = await desk.send(ENTER);
    await desk.silence(10_000);
    const exits: string[] = [];
    for (let candle = 0; candle < 5; candle += 1) {
      const exit = desk.wish({ action: 'exit' });
      exits.push(exit.id);
      await desk.execution.onIntent(exit);
      await desk.silence(2_000);
    }

    await desk.pass(2_000);

    expect(await position(desk)).toBeUndefined();
    const orders = await desk.ledger.read(async (query) =>
      (await Promise.all([entry.id, ...exits].map((id) => query.ordersOfIntent(id)))).flat(),
    );
    expect(orders.map(({ leg, status }) => `${leg} ${status}`).toSorted()).toEqual([
      'entry filled',
      'exit filled',
      'stop cancelled',
      'target cancelled',
    ]);
  });

  it('hears what comes in the very moment it comes to rest', async () => {
    await using desk = await testDesk();
    await desk.price(50_000);
    const late: number[] = [];
    for (let turns = 0; turns < 60; turns += 1) {
      const { id } = desk.wish({ action: 'exit' });
      desk.execution.wake();
      const arrives = desk.execution.onIntent({ ...desk.wish({ action: 'exit' }), id });
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      desk.execution.wake();
      await arrives;
      await desk.clock.advance(0);
      if ((await desk.ledger.read((query) => query.pendingInbox(9))).length > 0) late.push(turns);
    }

    expect(late).toEqual([]);
  });
});
