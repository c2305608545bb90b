import { describe, expect, it } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import type { Order } from '#core/model/order.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import { anOrder, exitList, PAIR, testBrokerContract } from '../broker-contract.fixture.ts';
import { liveWorld, type LiveWorld } from './live-world.fixture.ts';

const dec = (text: string): DecimalText => DecimalText.parse(text);

async function withBook(world: LiveWorld = liveWorld()): Promise<LiveWorld> {
  await world.showBook([['99', '1']], [['100', '5']]);
  return world;
}

/** A buy that rests at 99 behind another of 1, accepted. */
async function withRestingBuy() {
  const world = await withBook();
  const buy = anOrder({ side: 'buy', type: 'limit', price: dec('99'), qty: dec('1') });
  await world.settle(world.broker.place(buy));
  return { world, buy };
}

function kindsOf(events: readonly OrderEvent[], order: Order): string[] {
  return events.filter((e) => e.clientOrderId === order.clientOrderId).map(({ kind }) => kind);
}

describe('LiveBroker over a scripted venue', () => {
  testBrokerContract(() => Promise.resolve(liveWorld()));
});

describe('a new process whose stream does not come', () => {
  it('reads its orders back all the same, takes no entry, and misses nothing later', async () => {
    const { world, buy } = await withRestingBuy();
    world.venue.script.loses = () => true;
    const { broker, told } = world.restart();
    world.venue.disconnect();
    const resting = { ...buy, status: 'open', venueOrderId: 'x' } as const;
    const state = { pair: PAIR, orders: [resting], ownedQty: dec('0'), seen: undefined };

    await world.settle(broker.restore(state));

    expect(kindsOf(told, buy)).toEqual(['accepted']);
    expect(broker.isCurrent(PAIR)).toBe(false);
    await world.trade('99', '2', 'sell');
    world.venue.connect();
    await world.clock.advance(1_000);
    expect(kindsOf(told, buy)).toEqual(['accepted', 'fill']);
    expect(broker.isCurrent(PAIR)).toBe(true);
  });
});

describe('an order of a pair that the venue does not have any more', () => {
  it('keeps no new process from starting, and no gap open', async () => {
    const { world, buy } = await withRestingBuy();
    world.venue.script.hasNoPair = true;
    const { broker, told } = world.restart();
    const resting = { ...buy, status: 'open', venueOrderId: 'x' } as const;
    const state = { pair: PAIR, orders: [resting], ownedQty: dec('0'), seen: undefined };

    await world.settle(broker.restore(state));
    world.venue.disconnect();
    world.venue.connect();
    await world.clock.advance(2_000);

    expect(broker.isCurrent(PAIR)).toBe(true);
    expect(kindsOf(told, buy), 'nothing is concluded from that here').toEqual([]);
  });

  it('is not asked for its fills for ever', async () => {
    const { world, buy } = await withRestingBuy();
    world.venue.script.loses = (_order, trade) => trade !== undefined;
    await world.trade('99', '2', 'sell');
    world.venue.script.hasNoPair = true;
    const state = world.venue.stateOf(buy.clientOrderId);
    if (state !== undefined) world.venue.emit(state);
    await world.clock.advance(1_000);
    const asked = world.venue.calls.length;

    await world.clock.advance(60_000);

    expect(world.venue.calls.length).toBe(asked);
  });
});

describe('a new process that meets an old order', () => {
  it('finds fills from long before it first heard of the order', async () => {
    const { world, buy } = await withRestingBuy();
    await world.trade('99', '1.2', 'sell');
    await world.clock.advance(600_000);
    await world.trade('99', '0.3', 'sell');
    const { broker, told } = world.restart();
    await world.settle(broker.query(buy));

    await world.trade('99', '0.2', 'sell');
    await world.clock.advance(5_000);

    expect(kindsOf(told, buy).filter((kind) => kind === 'fill')).toHaveLength(3);
    expect(broker.isCurrent(PAIR)).toBe(true);
  });
});

describe('commands of the live broker', () => {
  it('passes on what is not known, and finds the order by its id', async () => {
    const world = await withBook();
    const buy = anOrder({ side: 'buy', type: 'market', qty: dec('1') });
    world.venue.script.answer = () => ({ outcome: 'unknown', cause: 'timeout' });

    const outcome = await world.settle(world.broker.place(buy));

    expect(outcome).toEqual({ outcome: 'unknown', cause: 'timeout' });
    expect(await world.broker.query(buy)).toMatchObject({ status: 'filled', filledQty: '1' });
    expect(kindsOf(world.told, buy)).toEqual(['accepted', 'fill']);
    expect(world.venue.calls.filter((call) => call === 'place')).toHaveLength(1);
  });

  it('never sends an order that has become old', async () => {
    const world = await withBook(liveWorld({ sendWithinMs: 3_000 }));
    const createdMs = world.clock.now();
    await world.clock.advance(3_001);

    const buy = anOrder({ side: 'buy', type: 'market', qty: dec('1'), createdMs });
    const outcome = await world.settle(world.broker.place(buy));

    expect(outcome).toMatchObject({ outcome: 'refused', code: 'too-old' });
    expect(world.venue.calls).toEqual([]);
    expect(world.broker.absenceFenceMs).toBe(3_000 + 2_000 + 10_000);
  });

  it('completes an answer that leaves executions out', async () => {
    const world = await withBook();
    const buy = anOrder({ side: 'buy', type: 'market', qty: dec('1') });
    world.venue.script.loses = () => true;
    world.venue.script.answer = (answer) => ({ ...answer, trades: [] });

    const outcome = await world.settle(world.broker.place(buy));

    expect(outcome.outcome === 'accepted' && kindsOf(outcome.events, buy)).toEqual([
      'accepted',
      'fill',
    ]);
  });

  it('does not know what became of an order whose executions the venue does not list', async () => {
    const world = await withBook();
    const buy = anOrder({ side: 'buy', type: 'market', qty: dec('1') });
    world.venue.script.loses = () => true;
    world.venue.script.hides = () => true;
    world.venue.script.answer = (answer) => ({ ...answer, trades: [] });

    const outcome = await world.settle(world.broker.place(buy));

    expect(outcome).toMatchObject({ outcome: 'unknown' });
  });

  it('asks what became of a bracket whose answer was written before its entry executed', async () => {
    const world = await withBook();
    const { stop, target } = exitList('2', '95', '110', 'bracket1');
    const fok = { side: 'buy', type: 'limit', timeInForce: 'fok', price: dec('101') } as const;
    const entry = anOrder({ ...fok, qty: dec('2') });
    world.venue.script.loses = () => true;
    world.venue.script.answer = (answer) =>
      answer.outcome !== 'accepted'
        ? answer
        : {
            ...answer,
            trades: [],
            orders: answer.orders.map((order) =>
              order.side === 'buy'
                ? { ...order, status: 'open', filledQty: dec('0') }
                : { ...order, status: 'pending-new', qty: undefined },
            ),
          };

    const outcome = await world.settle(world.broker.placeBracket({ entry, stop, target }));

    const events = outcome.outcome === 'accepted' ? outcome.events : [];
    expect(kindsOf(events, entry)).toEqual(['accepted', 'fill']);
    expect(events.findLast((e) => e.clientOrderId === stop.clientOrderId)).toMatchObject({
      kind: 'accepted',
      isPending: false,
      qty: '1.998',
    });
  });

  it.each([
    ['placeBracket', { hasBracket: false }],
    ['placeExitList', { hasExits: false }],
    ['replace', { hasCancelReplace: false }],
    ['a stop', { hasStops: false }],
  ] as const)('refuses %s where the venue has no such thing', async (_, features) => {
    const world = await withBook(liveWorld({ features }));
    const { stop, target } = exitList('1', '95', '110');
    const entry = anOrder({ side: 'buy', type: 'market', qty: dec('1') });
    const asked = {
      hasBracket: () => world.broker.placeBracket({ entry, stop, target }),
      hasExits: () => world.broker.placeExitList({ stop, target }),
      hasCancelReplace: () => world.broker.replace(stop, entry),
      hasStops: () => world.broker.place(stop),
    };

    const [feature] = Object.keys(features) as [keyof typeof asked];
    const outcome = await world.settle(asked[feature]());

    expect(outcome).toMatchObject({ outcome: 'refused', code: 'not-supported' });
    expect(world.venue.calls).toEqual([]);
  });
});

describe('what the live broker hears', () => {
  it('tells of fills that the stream lost, before the end of their order', async () => {
    const { world, buy } = await withRestingBuy();
    world.venue.script.loses = (_order, trade) => trade !== undefined;
    await world.trade('99', '1.4', 'sell');
    await world.trade('99', '0.3', 'sell');
    expect(kindsOf(world.told, buy)).toEqual(['accepted']);

    world.venue.script.answer = () => ({ outcome: 'unknown', cause: 'reset' });
    await world.settle(world.broker.cancel(buy));
    expect(world.broker.isCurrent(PAIR)).toBe(false);
    await world.clock.advance(400);

    expect(kindsOf(world.told, buy)).toEqual(['accepted', 'fill', 'fill', 'cancelled']);
    expect(world.broker.isCurrent(PAIR)).toBe(true);
  });

  it('goes on asking for missing fills until the venue lists them', async () => {
    const { world, buy } = await withRestingBuy();
    let isHidden = true;
    world.venue.script.hides = () => isHidden;
    world.venue.script.loses = (_order, trade) => trade !== undefined;
    await world.trade('99', '1.4', 'sell');
    world.venue.script.answer = () => ({ outcome: 'unknown', cause: 'reset' });
    await world.settle(world.broker.cancel(buy));
    await world.clock.advance(3_000);
    expect(kindsOf(world.told, buy)).toEqual(['accepted']);

    isHidden = false;
    await world.clock.advance(1_500);

    expect(kindsOf(world.told, buy)).toEqual(['accepted', 'fill', 'cancelled']);
  });

  it('asks for nothing when an event is only late', async () => {
    const { world, buy } = await withRestingBuy();
    const held: Parameters<LiveWorld['venue']['emit']>[] = [];
    world.venue.script.loses = (order, trade) => {
      if (trade === undefined || order.filledQty !== '0.4') return false;
      held.push([order, trade]);
      return true;
    };
    await world.trade('99', '1.4', 'sell');
    await world.trade('99', '0.3', 'sell');
    delete world.venue.script.loses;
    for (const event of held) world.venue.emit(...event);
    await world.clock.advance(1_000);

    expect(kindsOf(world.told, buy)).toEqual(['accepted', 'fill', 'fill']);
    expect(world.venue.calls).toEqual(['place']);
  });

  it('keeps what is not the desk’s from the listener', async () => {
    const { world, buy } = await withRestingBuy();
    const known = world.venue.stateOf(buy.clientOrderId);
    if (known === undefined) throw new Error('it rests');
    const before = world.told.length;

    world.venue.emit({ ...known, clientOrderId: 'web_1234', venueOrderId: '77' });

    expect(world.told).toHaveLength(before);
    expect(world.foreign).toMatchObject([{ clientOrderId: 'web_1234' }]);
  });

  it('restarts a stream that says nothing of what commands did', async () => {
    const world = await withBook();
    world.venue.script.loses = () => true;
    const buy = anOrder({ side: 'buy', type: 'limit', price: dec('90'), qty: dec('1') });
    await world.settle(world.broker.place(buy));
    await world.clock.advance(2_900);
    expect(world.venue.restarts).toEqual([]);

    await world.clock.advance(200);

    expect(world.venue.restarts).toHaveLength(1);
  });

  it('lets a stream that speaks alone', async () => {
    const { world } = await withRestingBuy();

    await world.clock.advance(10_000);

    expect(world.venue.restarts).toEqual([]);
  });
});

describe('a gap of the stream', () => {
  it('is over when what happened in it was asked for and told', async () => {
    const { world, buy } = await withRestingBuy();
    world.venue.disconnect();
    await world.trade('89', '5', 'sell');
    expect(kindsOf(world.told, buy)).toEqual(['accepted']);
    expect(world.broker.isCurrent(PAIR)).toBe(false);
    const before = world.caughtUp();

    world.venue.connect();
    await world.clock.advance(1);

    expect(kindsOf(world.told, buy)).toEqual(['accepted', 'fill']);
    expect(world.broker.isCurrent(PAIR)).toBe(true);
    expect(world.caughtUp()).toBe(before + 1);
  });

  it('lasts while the venue cannot be asked', async () => {
    const { world, buy } = await withRestingBuy();
    world.venue.disconnect();
    await world.trade('89', '5', 'sell');
    world.venue.script.isDeaf = true;
    world.venue.connect();
    await world.clock.advance(5_000);
    expect(world.broker.isCurrent(PAIR)).toBe(false);

    world.venue.script.isDeaf = false;
    await world.clock.advance(1_100);

    expect(world.broker.isCurrent(PAIR)).toBe(true);
    expect(kindsOf(world.told, buy)).toEqual(['accepted', 'fill']);
  });

  it('asks for all orders at once when there are many', async () => {
    const world = await withBook();
    for (let i = 0; i < 25; i += 1) {
      const buy = anOrder({ side: 'buy', type: 'limit', price: dec('90'), qty: dec('0.1') });
      await world.settle(world.broker.place(buy));
    }
    world.venue.calls.length = 0;

    world.venue.disconnect();
    world.venue.connect();
    await world.clock.advance(1);

    expect(world.venue.calls).toEqual(['openOrders']);
  });
});

describe('a restart', () => {
  it('tells what happened meanwhile, fills before the end', async () => {
    const { world, buy } = await withRestingBuy();
    const ledger = {
      ...buy,
      status: 'open',
      venueOrderId: world.venue.stateOf(buy.clientOrderId)?.venueOrderId ?? '',
    } as const;
    world.venue.disconnect();
    await world.trade('99', '1.4', 'sell');
    await world.settle(world.venue.cancel(buy));
    const again = world.restart();

    await world.settle(
      again.broker.restore({
        pair: PAIR,
        orders: [ledger],
        ownedQty: dec('0'),
        seen: undefined,
      }),
    );

    expect(kindsOf(again.told, buy)).toEqual(['accepted', 'fill', 'cancelled']);
    expect(again.broker.isCurrent(PAIR)).toBe(true);
  });

  it('waits a while for the stream', async () => {
    const world = await withBook();
    world.venue.disconnect();
    let isDone = false;
    const restored = world.broker
      .restore({ pair: PAIR, orders: [], ownedQty: dec('0'), seen: undefined })
      .then(() => {
        isDone = true;
      });
    await world.clock.advance(4_000);
    expect(isDone).toBe(false);

    world.venue.connect();
    await world.clock.advance(1);
    await restored;

    expect(world.broker.isCurrent(PAIR)).toBe(true);
  });
});
