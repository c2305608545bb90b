import { describe, expect, it } from 'vitest';
import type { Broker } from '#broker/broker.ts';
import type { Order } from '#core/model/order.ts';
import { BTC, type TestDesk, testDesk, type TestVenue } from './desk.fixture.ts';

const ENTER = { action: 'enter', stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };
const TRAILING = { ...ENTER, trailingDistanceFraction: 0.02 };

/** The desk's own broker, to act at the venue as a person would, or as the venue itself. */
async function withVenue(venue: TestVenue = {}): Promise<{ desk: TestDesk; venue: () => Broker }> {
  let paper: Broker | undefined;
  const desk = await testDesk(
    {},
    {
      ...venue,
      broker: (made) => {
        paper = made;
        return venue.broker?.(made) ?? made;
      },
    },
  );
  return {
    desk,
    venue: () => {
      if (paper === undefined) throw new Error('no venue');
      return paper;
    },
  };
}

const held = (desk: TestDesk) => desk.ledger.read((query) => query.position('shadow', BTC));
const working = (desk: TestDesk): Promise<readonly Order[]> =>
  desk.ledger.read((query) => query.openOrders('shadow'));

async function legOf(desk: TestDesk, leg: Order['leg']): Promise<Order> {
  const found = (await working(desk)).find((order) => order.leg === leg);
  if (found === undefined) throw new Error(`no ${leg}`);
  return found;
}

/** What the stop covers and what can be sold of the position are the same. */
async function expectGuarded(desk: TestDesk): Promise<void> {
  const stop = await legOf(desk, 'stop');
  const qty = Number((await held(desk))?.qty);
  expect(Number(stop.qty) - Number(stop.filledQty)).toBeCloseTo(Math.floor(qty * 1e4) / 1e4, 8);
}

describe('the stop of a position', () => {
  it('is placed again when a person cancels the list at the venue', async () => {
    const { desk, venue } = await withVenue();
    await using _ = desk;
    await desk.price(50_000);
    await desk.send(ENTER);
    const before = await legOf(desk, 'stop');

    void venue().cancel(before);
    await desk.pass(1_000);

    const after = await legOf(desk, 'stop');
    expect(after.clientOrderId).not.toBe(before.clientOrderId);
    expect(after.stopPrice).toBe(before.stopPrice);
    await expectGuarded(desk);
  });

  it('covers the rest after a target that filled in part ended it', async () => {
    const { desk } = await withVenue();
    await using _ = desk;
    await desk.price(50_000);
    await desk.send(ENTER);
    const target = await legOf(desk, 'target');

    // Five stand before it at its price.
    await desk.price(Number(target.price) / 1.0001);
    desk.trade(2, Number(target.price), { takerSide: 'buy', qty: '5.004' as Order['qty'] });
    await desk.pass(2_000);

    const sold = await desk.ledger.read((query) => query.fillsOf(target.clientOrderId));
    expect(sold.map(({ qty }) => qty)).toEqual(['0.004']);
    await expectGuarded(desk);
  });

  it('is left alone when the venue makes its step coarser', async () => {
    const { desk } = await withVenue();
    await using _ = desk;
    await desk.price(50_000);
    await desk.send(ENTER);
    const before = await legOf(desk, 'stop');

    desk.execution.onInstrument({ ...desk.instrument, stepSize: '0.001' as Order['qty'] });
    await desk.pass(2_000);

    expect((await legOf(desk, 'stop')).clientOrderId).toBe(before.clientOrderId);
  });

  it('is placed as the new filters have it when they have changed', async () => {
    const { desk, venue } = await withVenue();
    await using _ = desk;
    await desk.price(50_000);
    await desk.send(ENTER);
    const changed = { tickSize: '10', askPriceDown: '0.985' };
    desk.execution.onInstrument({ ...desk.instrument, ...(changed as object) });

    void venue().cancel(await legOf(desk, 'stop'));
    await desk.pass(1_000);

    const stop = await legOf(desk, 'stop');
    expect(stop.stopPrice, 'no lower than the band, on the tick').toBe('49250');
    await desk.restart();
    await desk.pass(1_000);
    expect((await legOf(desk, 'stop')).clientOrderId).toBe(stop.clientOrderId);
  });

  it('is sold on at once when it was reached and the venue ended it early', async () => {
    const says: ((stop: Order) => void)[] = [];
    const { desk } = await withVenue({
      broker: (paper) => {
        const listeners: Parameters<Broker['listen']>[0][] = [];
        says.push(({ clientOrderId, pair, createdMs: atMs }) => {
          void paper.cancel({ clientOrderId, pair });
          const about = { clientOrderId, pair, atMs };
          for (const tell of listeners) {
            tell({ ...about, kind: 'triggered' });
            tell({ ...about, kind: 'expired-in-match', reason: 'no liquidity' });
          }
        });
        return new Proxy(paper, {
          get: (target, name) => {
            if (name === 'listen') {
              return (listener: Parameters<Broker['listen']>[0]) => {
                listeners.push(listener);
                target.listen(listener);
              };
            }
            const value: unknown = Reflect.get(target, name);
            return typeof value === 'function' ? (value.bind(target) as unknown) : value;
          },
        });
      },
    });
    await using _ = desk;
    await desk.price(50_000);
    await desk.send(ENTER);

    says[0]?.(await legOf(desk, 'stop'));
    await desk.pass(2_000);

    expect(await held(desk), 'although the price is above the stop').toBeUndefined();
  });

  it('is sold on after a restart between its end and the sale', async () => {
    const { desk, venue } = await withVenue();
    await using _ = desk;
    await desk.price(50_000);
    await desk.send(ENTER);
    const { clientOrderId } = await legOf(desk, 'stop');

    await desk.ledger.transaction((tx) =>
      tx.moveOrder({
        clientOrderId,
        to: 'expired-in-match',
        event: 'expired-in-match',
        isLegal: true,
        atMs: desk.clock.now(),
      }),
    );
    await desk.restart();
    await desk.pass(2_000);

    expect(await held(desk)).toBeUndefined();
    expect(await venue().openOrders()).toEqual([]);
  });

  it('is moved by the desk, in steps, where the venue does not trail', async () => {
    const { desk } = await withVenue();
    await using _ = desk;
    desk.execution.onInstrument({ ...desk.instrument, hasTrailingStop: false });
    await desk.price(50_000);
    await desk.send(TRAILING);
    const before = await legOf(desk, 'stop');
    expect(before.trailingFraction).toBeUndefined();

    await desk.price(51_000);
    await desk.pass(1_000);

    const after = await legOf(desk, 'stop');
    expect(Number(after.stopPrice)).toBeCloseTo(51_000 * 0.9999 * 0.98, 0);
    await desk.price(50_900);
    await desk.restart();
    desk.execution.onInstrument({ ...desk.instrument, hasTrailingStop: false });
    await desk.pass(1_000);
    expect((await legOf(desk, 'stop')).clientOrderId).toBe(after.clientOrderId);
    const bare = [...desk.counts].filter(([name]) => name.startsWith('unprotected'));
    expect(bare, 'for two requests').toEqual([['unprotected under 1 s', 1]]);
  });
});

describe('a sale', () => {
  it('goes further below the bid with each miss and is sold at market in the end', async () => {
    const asked: string[] = [];
    const { desk } = await withVenue({
      broker: (paper) =>
        new Proxy(paper, {
          get: (target, name) => {
            if (name === 'features') return { hasBracket: true, hasReplace: false, hasStops: true };
            if (name === 'place') {
              return (order: Order) => {
                asked.push(order.price ?? order.type);
                // As if nobody buys at a limit.
                const tooHigh = order.price && { price: '60000' as Order['qty'] };
                return target.place({ ...order, ...tooHigh });
              };
            }
            const value: unknown = Reflect.get(target, name);
            return typeof value === 'function' ? (value.bind(target) as unknown) : value;
          },
        }),
    });
    await using _ = desk;
    await desk.price(50_000);
    await desk.send(ENTER);

    await desk.send({ action: 'exit' });
    await desk.pass(1_000);

    expect(asked).toEqual(['49895.01', '49745.02', '48995.1', 'market']);
    expect(await held(desk)).toBeUndefined();
  });
});
