import { describe, expect, it } from 'vitest';
import type { Broker } from '#broker/broker.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { BTC, testDesk } from './desk.fixture.ts';

const ENTER = { action: 'enter', stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };

/** A venue whose stream loses every sale. */
function losingSales(paper: Broker): Broker {
  return new Proxy(paper, {
    get: (target, name) => {
      if (name === 'listen') {
        return (listener: Parameters<Broker['listen']>[0]) =>
          target.listen((event) => {
            if (event.kind !== 'fill' || event.fill.side === 'buy') listener(event);
          });
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

describe('reconciliation', () => {
  it('books a fill that the stream lost of an order that has ended since', async () => {
    await using desk = await testDesk({}, { broker: losingSales });
    const position = () => desk.ledger.read((query) => query.position('shadow', BTC));
    await desk.price(50_000);
    desk.trade(100, 50_000);
    await desk.send(ENTER);
    const bought = Number((await position())?.qty);
    // The target of 53,005.30 stands behind 5 at its level: this trade fills a part of it.
    await desk.price(53_000);
    desk.trade(101, 53_005.3, { takerSide: 'buy', qty: '5.004' as DecimalText });
    await desk.pass(2_000);
    expect(Number((await position())?.qty), 'nobody told').toBe(bought);

    await desk.execution.reconcile();
    await desk.pass(31_000);

    expect(Number((await position())?.qty)).toBeCloseTo(bought - 0.004, 8);
    expect(desk.counts.get('illegal event')).toBeUndefined();
    expect(
      await desk.ledger.read(async (query) =>
        (await query.openOrders('shadow')).map(({ leg }) => leg).toSorted(),
      ),
    ).toEqual(['stop', 'target']);
  });
});
