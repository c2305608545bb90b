import { expect, it } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import { IntentId } from '#core/model/intent.ts';
import { ClientOrderId, type Order } from '#core/model/order.ts';
import { Pair } from '#core/model/pair.ts';
import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import type { Broker } from './broker.ts';

export const PAIR = Pair.parse('BTC/USDT');

/** `[price, quantity]`, best first. */
type Levels = readonly (readonly [string, string])[];

/** A venue whose market the test moves. Its fee is 0.1 % of what is received. */
export interface BrokerWorld {
  readonly broker: Broker;
  /** Everything that was told to the listener. */
  readonly told: readonly OrderEvent[];
  showBook(bids: Levels, asks: Levels): Promise<void>;
  trade(price: string, qty: string, takerSide: 'buy' | 'sell'): Promise<void>;
  /** Lets time pass until the work is done. */
  readonly settle: <T>(work: Promise<T>) => Promise<T>;
}

const dec = (text: string): DecimalText => DecimalText.parse(text);
const BOOK = {
  bids: [
    ['99', '1'],
    ['98', '5'],
  ],
  asks: [
    ['100', '1'],
    ['101', '2'],
    ['102', '5'],
  ],
} as const;

let orders = 0;

export function anOrder(input: Partial<Order> & Pick<Order, 'side' | 'type' | 'qty'>): Order {
  orders += 1;
  return {
    clientOrderId: ClientOrderId.parse(`ndtest${orders}`),
    intentId: IntentId.parse('abcdefgh01234567'),
    account: 'shadow',
    pair: PAIR,
    leg: input.side === 'buy' ? 'entry' : 'exit',
    attempt: 0,
    timeInForce: 'gtc',
    status: 'created',
    filledQty: dec('0'),
    filledQuote: dec('0'),
    createdMs: 0,
    updatedMs: 0,
    ...input,
  };
}

export function exitList(qty: string, stopPrice: string, targetPrice: string, listId = 'list1') {
  return {
    stop: anOrder({
      side: 'sell',
      type: 'stop-loss',
      leg: 'stop',
      qty: dec(qty),
      stopPrice: dec(stopPrice),
      listId,
    }),
    target: anOrder({
      side: 'sell',
      type: 'limit-maker',
      leg: 'target',
      qty: dec(qty),
      price: dec(targetPrice),
      listId,
    }),
  };
}

function eventsOf(outcome: CommandOutcome): readonly OrderEvent[] {
  expect(outcome.outcome).toBe('accepted');
  return outcome.outcome === 'accepted' ? outcome.events : [];
}

function kindsOf(events: readonly OrderEvent[], order: Order): string[] {
  return events.filter((e) => e.clientOrderId === order.clientOrderId).map((e) => e.kind);
}

function fillsOf(events: readonly OrderEvent[], order: Order): string[] {
  return events.flatMap((e) =>
    e.kind === 'fill' && e.clientOrderId === order.clientOrderId
      ? [`${e.fill.qty}@${e.fill.price} ${e.fill.liquidity}`]
      : [],
  );
}

/** What every broker does, whatever is behind it. */
export function testBrokerContract(create: () => Promise<BrokerWorld>): void {
  async function withBook(): Promise<BrokerWorld> {
    const world = await create();
    await world.showBook(BOOK.bids, BOOK.asks);
    return world;
  }

  async function withCoins(qty: string): Promise<BrokerWorld> {
    const world = await withBook();
    const buy = anOrder({ side: 'buy', type: 'market', qty: dec(qty) });
    await world.settle(world.broker.place(buy));
    await world.showBook(BOOK.bids, [['100', '50']]);
    return world;
  }

  it('1. answers a market order with every fill, best price first', async () => {
    const { broker, settle } = await withBook();
    const buy = anOrder({ side: 'buy', type: 'market', qty: dec('2') });

    const events = eventsOf(await settle(broker.place(buy)));

    expect(kindsOf(events, buy)).toEqual(['accepted', 'fill', 'fill']);
    expect(fillsOf(events, buy)).toEqual(['1@100 taker', '1@101 taker']);
  });

  it('2. takes the fee from what is received', async () => {
    const { broker, settle } = await withBook();
    const buy = anOrder({ side: 'buy', type: 'market', qty: dec('1') });
    const sell = anOrder({ side: 'sell', type: 'market', qty: dec('0.5') });

    const bought = eventsOf(await settle(broker.place(buy)));
    const sold = eventsOf(await settle(broker.place(sell)));

    const fees = [...bought, ...sold].flatMap((e) =>
      e.kind === 'fill' ? [[e.fill.fee, e.fill.feeAsset]] : [],
    );
    expect(fees).toEqual([
      ['0.001', 'BTC'],
      ['0.0495', 'USDT'],
    ]);
  });

  it('3. ends an immediate order that its limit keeps from filling', async () => {
    const { broker, settle } = await withBook();
    const ioc = { side: 'buy', type: 'limit', qty: dec('5'), timeInForce: 'ioc' } as const;
    const buy = anOrder({ ...ioc, price: dec('101') });

    const events = eventsOf(await settle(broker.place(buy)));

    expect(kindsOf(events, buy)).toEqual(['accepted', 'fill', 'fill', 'expired']);
    expect(await settle(broker.query(buy))).toMatchObject({ status: 'expired', filledQty: '3' });
  });

  it('4. fills a fill-or-kill order whole or not at all', async () => {
    const { broker, settle } = await withBook();
    const fok = { side: 'buy', type: 'limit', price: dec('101'), timeInForce: 'fok' } as const;
    const tooLarge = anOrder({ ...fok, qty: dec('4') });
    const fits = anOrder({ ...fok, qty: dec('3') });

    const first = eventsOf(await settle(broker.place(tooLarge)));
    const second = eventsOf(await settle(broker.place(fits)));

    expect(kindsOf(first, tooLarge)).toEqual(['accepted', 'expired']);
    expect(fillsOf(second, fits)).toEqual(['1@100 taker', '2@101 taker']);
  });

  it('5. lets a maker wait its turn behind what stood before it', async () => {
    const world = await withBook();
    const buy = anOrder({ side: 'buy', type: 'limit', price: dec('99'), qty: dec('1') });
    await world.settle(world.broker.place(buy));

    await world.trade('99', '0.6', 'sell');
    expect(fillsOf(world.told, buy)).toEqual([]);
    await world.trade('99', '0.9', 'sell');

    expect(fillsOf(world.told, buy)).toEqual(['0.5@99 maker']);
    expect(await world.settle(world.broker.query(buy))).toMatchObject({ status: 'partly-filled' });
  });

  it('6. fills a maker whole when the market goes through its price', async () => {
    const world = await withBook();
    const buy = anOrder({ side: 'buy', type: 'limit', price: dec('99'), qty: dec('1') });
    await world.settle(world.broker.place(buy));

    await world.trade('98', '7', 'sell');

    expect(fillsOf(world.told, buy)).toEqual(['1@99 maker']);
  });

  it('7. refuses a maker that would take', async () => {
    const { broker, settle } = await withBook();
    const buy = anOrder({ side: 'buy', type: 'limit-maker', price: dec('100'), qty: dec('1') });

    expect(await settle(broker.place(buy))).toMatchObject({ outcome: 'refused' });
  });

  it('8. cancels an open order once', async () => {
    const { broker, settle, told } = await withBook();
    const buy = anOrder({ side: 'buy', type: 'limit', price: dec('90'), qty: dec('1') });
    await settle(broker.place(buy));

    const first = eventsOf(await settle(broker.cancel(buy)));
    const second = await settle(broker.cancel(buy));

    expect(kindsOf(first, buy)).toEqual(['cancelled']);
    expect(second.outcome).toBe('refused');
    expect(kindsOf(told, buy)).toEqual(['accepted', 'cancelled']);
  });

  it('9. ends the target when the stop triggers', async () => {
    const world = await withCoins('1');
    const legs = exitList('0.9', '95', '110');
    await world.settle(world.broker.placeExitList(legs));

    await world.showBook([['94', '10']], [['96', '10']]);
    await world.trade('95', '0.1', 'sell');
    // Simulated, it executes against the first book after.
    await world.showBook([['94', '10']], [['96', '10']]);

    // A venue that fills the stop in the same instant need not say that it was triggered.
    expect(kindsOf(world.told, legs.stop).filter((kind) => kind !== 'triggered')).toEqual([
      'accepted',
      'fill',
    ]);
    expect(fillsOf(world.told, legs.stop)).toEqual(['0.9@94 taker']);
    expect(kindsOf(world.told, legs.target)).toEqual(['accepted', 'expired']);
  });

  it('10. ends the stop when the target fills', async () => {
    const world = await withCoins('1');
    const legs = exitList('0.9', '95', '110');
    await world.settle(world.broker.placeExitList(legs));

    await world.trade('111', '5', 'buy');

    expect(fillsOf(world.told, legs.target)).toEqual(['0.9@110 maker']);
    expect(kindsOf(world.told, legs.stop)).toEqual(['accepted', 'expired']);
    expect(await world.settle(world.broker.openOrders())).toEqual([]);
  });

  it('11. cancels both legs of a list by one of them', async () => {
    const world = await withCoins('1');
    const legs = exitList('0.9', '95', '110');
    await world.settle(world.broker.placeExitList(legs));

    await world.settle(world.broker.cancel(legs.target));

    expect(kindsOf(world.told, legs.stop)).toEqual(['accepted', 'cancelled']);
    expect(kindsOf(world.told, legs.target)).toEqual(['accepted', 'cancelled']);
  });

  it('12. refuses to sell what is not owned or already claimed', async () => {
    const world = await withCoins('1');
    await world.settle(world.broker.placeExitList(exitList('0.9', '95', '110')));

    const more = anOrder({ side: 'sell', type: 'market', qty: dec('0.5') });

    expect(await world.settle(world.broker.place(more))).toMatchObject({ outcome: 'refused' });
  });

  it('13. refuses a stop that would trigger at once', async () => {
    const world = await withCoins('1');
    await world.trade('94', '1', 'sell');

    const outcome = await world.settle(world.broker.placeExitList(exitList('0.9', '95', '110')));

    expect(outcome.outcome).toBe('refused');
    expect(await world.settle(world.broker.openOrders())).toEqual([]);
  });

  it('14. does not know an order it never got', async () => {
    const { broker, settle } = await withBook();
    const never = anOrder({ side: 'buy', type: 'market', qty: dec('1') });

    expect(await settle(broker.query(never))).toBe('absent');
  });

  it('15. takes no order whose id is open', async () => {
    const { broker, settle } = await withBook();
    const buy = anOrder({ side: 'buy', type: 'limit', price: dec('90'), qty: dec('1') });
    await settle(broker.place(buy));

    // Refused, or unknown where the venue only proves that an order with this id is there.
    expect(await settle(broker.place(buy))).not.toMatchObject({ outcome: 'accepted' });
  });

  it('16. lists the fills of a pair', async () => {
    const { broker, settle, told } = await withBook();
    const buy = anOrder({ side: 'buy', type: 'market', qty: dec('2') });
    await settle(broker.place(buy));

    const listed = await settle(broker.fillsSince({ pair: PAIR, sinceMs: 0 }));

    expect(listed).toEqual(told.flatMap((e) => (e.kind === 'fill' ? [e.fill] : [])));
    expect(listed).toHaveLength(2);
  });

  function aBracket(input: { qty: string; limit: string; stop: string; target: string }) {
    const entry = anOrder({
      side: 'buy',
      type: 'limit',
      timeInForce: 'fok',
      qty: dec(input.qty),
      price: dec(input.limit),
    });
    return { entry, ...exitList(input.qty, input.stop, input.target, 'bracket1') };
  }

  it('17. sizes the exits of a bracket from what its entry brought', async () => {
    const world = await withBook();
    if (!world.broker.features.hasBracket) return;
    const bracket = aBracket({ qty: '2', limit: '101', stop: '95', target: '110' });

    const events = eventsOf(await world.settle(world.broker.placeBracket(bracket)));

    expect(fillsOf(events, bracket.entry)).toEqual(['1@100 taker', '1@101 taker']);
    for (const leg of [bracket.stop, bracket.target]) {
      const report = await world.settle(world.broker.query(leg));
      expect(report).toMatchObject({ status: 'open', qty: '1.998' });
      const told = world.told.findLast((e) => e.clientOrderId === leg.clientOrderId);
      expect(told).toMatchObject({ kind: 'accepted', isPending: false, qty: '1.998' });
    }
    await world.trade('111', '5', 'buy');
    expect(fillsOf(world.told, bracket.target)).toEqual(['1.998@110 maker']);
    expect(await world.settle(world.broker.openOrders())).toEqual([]);
  });

  it('18. ends the exits of a bracket with an entry that is not filled', async () => {
    const world = await withBook();
    if (!world.broker.features.hasBracket) return;
    const bracket = aBracket({ qty: '4', limit: '101', stop: '95', target: '110' });

    const events = eventsOf(await world.settle(world.broker.placeBracket(bracket)));

    expect(fillsOf(events, bracket.entry)).toEqual([]);
    expect(kindsOf(world.told, bracket.entry).at(-1)).toBe('expired');
    for (const leg of [bracket.stop, bracket.target]) {
      expect(['cancelled', 'expired']).toContain(kindsOf(world.told, leg).at(-1));
    }
    expect(await world.settle(world.broker.openOrders())).toEqual([]);
  });

  it('19. replaces a list by a sale of what it held', async () => {
    const world = await withCoins('1');
    if (!world.broker.features.hasReplace) return;
    const legs = exitList('0.9', '95', '110');
    await world.settle(world.broker.placeExitList(legs));
    const sale = anOrder({ side: 'sell', type: 'market', qty: dec('0.9') });

    const events = eventsOf(await world.settle(world.broker.replace(legs.stop, sale)));

    expect(fillsOf(events, sale)).toEqual(['0.9@99 taker']);
    expect(kindsOf(world.told, legs.stop).at(-1)).toBe('cancelled');
    expect(kindsOf(world.told, legs.target).at(-1)).toBe('cancelled');
  });

  it('20. places no replacement for an order that has ended', async () => {
    const world = await withCoins('1');
    if (!world.broker.features.hasReplace) return;
    const legs = exitList('0.9', '95', '110');
    await world.settle(world.broker.placeExitList(legs));
    await world.settle(world.broker.cancel(legs.stop));
    const sale = anOrder({ side: 'sell', type: 'market', qty: dec('0.9') });

    const outcome = await world.settle(world.broker.replace(legs.stop, sale));

    expect(outcome).toMatchObject({ outcome: 'refused' });
    expect(await world.settle(world.broker.query(sale))).toBe('absent');
  });

  it('21. says what ended and what was refused when a replacement is not taken', async () => {
    const world = await withCoins('1');
    if (!world.broker.features.hasReplace) return;
    const legs = exitList('0.9', '95', '110');
    await world.settle(world.broker.placeExitList(legs));
    const tooMuch = anOrder({ side: 'sell', type: 'market', qty: dec('5') });

    const events = eventsOf(await world.settle(world.broker.replace(legs.stop, tooMuch)));

    expect(kindsOf(events, legs.stop)).toEqual(['cancelled']);
    expect(kindsOf(events, tooMuch)).toEqual(['rejected']);
    expect(await world.settle(world.broker.openOrders())).toEqual([]);
  });

  it('22. does not replace an order that has filled in part', async () => {
    const world = await withBook();
    if (!world.broker.features.hasReplace) return;
    const buy = anOrder({ side: 'buy', type: 'limit', price: dec('99'), qty: dec('1') });
    await world.settle(world.broker.place(buy));
    await world.trade('99', '1.5', 'sell');
    const next = anOrder({ side: 'buy', type: 'limit', price: dec('98'), qty: dec('1') });

    const outcome = await world.settle(world.broker.replace(buy, next));

    expect(outcome).toMatchObject({ outcome: 'refused' });
    expect(await world.settle(world.broker.query(buy))).toMatchObject({ status: 'partly-filled' });
    expect(await world.settle(world.broker.query(next))).toBe('absent');
  });
}
