import { isAbove, ZERO } from '#core/money/decimal.ts';
import { ClientOrderId } from '#core/model/order.ts';
import {
  accepted,
  anOrder,
  buySome,
  check,
  type ConformanceWorld,
  farExits,
  priceAt,
  restingBuy,
  sellSome,
  SkippedCase,
  tinyQty,
} from './conformance-world.ts';

interface ConformanceStep {
  readonly name: string;
  readonly run: (world: ConformanceWorld) => Promise<void>;
}

/**
 * What the desk relies on, asked of a real venue with the smallest orders it takes. The contract
 * suite of the brokers moves the market itself; here the market does what it wants, so these are the
 * cases that hold wherever it goes.
 */
export const CONFORMANCE_CASES: readonly ConformanceStep[] = [
  {
    name: 'an order that waits is taken, found by its id, listed, and cancelled once',
    run: async (world) => {
      const { broker } = world;
      const order = await restingBuy(world);
      accepted(await broker.place(order), 'placing');
      const found = await broker.query(order);
      check(found !== 'absent' && found.status === 'open', 'it is not found as open');
      const open = await broker.openOrders();
      const isListed = open.some(({ clientOrderId }) => clientOrderId === order.clientOrderId);
      check(isListed, 'it is not among the open orders');
      accepted(await broker.cancel(order), 'cancelling');
      const again = await broker.cancel(order);
      check(again.outcome === 'refused', `a second cancel is ${again.outcome}, not refused`);
      const ended = await broker.query(order);
      check(ended !== 'absent' && ended.status === 'cancelled', 'it is not found as cancelled');
    },
  },
  {
    name: 'the account stream tells of an order and of its end',
    run: async (world) => {
      const order = await restingBuy(world);
      const heard = (kind: string): boolean =>
        world.told.some((e) => e.clientOrderId === order.clientOrderId && e.kind === kind);
      accepted(await world.broker.place(order), 'placing');
      const isTold = await world.eventually(() => heard('accepted'));
      accepted(await world.broker.cancel(order), 'cancelling');
      check(isTold, 'nothing was heard of it');
      check(await world.eventually(() => heard('cancelled')), 'nothing was heard of its end');
    },
  },
  {
    name: 'an order the venue never got is absent',
    run: async ({ broker, instrument, nextId }) => {
      const clientOrderId = ClientOrderId.parse(nextId());
      const found = await broker.query({ clientOrderId, pair: instrument.pair });
      check(found === 'absent', 'it is found');
    },
  },
  {
    name: 'the id of an open order is not taken a second time',
    run: async (world) => {
      const order = await restingBuy(world);
      accepted(await world.broker.place(order), 'placing');
      // The venue's word for it may leave open which of the two it means: then it is unknown.
      const again = await world.broker.place(order);
      const open = await world.broker.openOrders();
      const same = open.filter(({ clientOrderId }) => clientOrderId === order.clientOrderId);
      accepted(await world.broker.cancel(order), 'cancelling');
      check(again.outcome !== 'accepted', 'the second is accepted');
      check(same.length === 1, `${same.length} orders are open under one id`);
    },
  },
  {
    name: 'a waiting order that would take is refused',
    run: async (world) => {
      const { ask } = await world.quote();
      const price = priceAt(world, ask, '1.01');
      const qty = tinyQty(world, price);
      const order = anOrder(world, { side: 'buy', type: 'limit-maker', qty, price });
      const outcome = await world.broker.place(order);
      check(outcome.outcome === 'refused', `it is ${outcome.outcome}`);
    },
  },
  ...(['ioc', 'fok'] as const).map((timeInForce): ConformanceStep => ({
    name: `an immediate order (${timeInForce}) that its limit keeps from filling ends`,
    run: async (world) => {
      const { bid } = await world.quote();
      const price = priceAt(world, bid, '0.95');
      const qty = tinyQty(world, price);
      const order = anOrder(world, { side: 'buy', type: 'limit', timeInForce, qty, price });
      const outcome = await world.broker.place(order);
      accepted(outcome, 'placing');
      const kinds = outcome.events.map(({ kind }) => kind);
      check(kinds.includes('expired'), `the answer says ${kinds.join(', ')}, not expired`);
      check(!kinds.includes('fill'), 'it has filled');
    },
  })),
  {
    name: 'a market buy answers with its fills, and they are listed again afterwards',
    run: async (world) => {
      const { broker, instrument } = world;
      const { ask } = await world.quote();
      const order = anOrder(world, { side: 'buy', type: 'market', qty: tinyQty(world, ask) });
      const outcome = await broker.place(order);
      accepted(outcome, 'placing');
      const fills = outcome.events.flatMap((event) => (event.kind === 'fill' ? [event.fill] : []));
      check(fills.length > 0, 'the answer has no fill');
      check(
        fills.every(({ fee }) => !isAbove(ZERO, fee)),
        'a fee is negative',
      );
      const sinceMs = order.createdMs - 1_000;
      const isListed = await world.eventually(async () => {
        const listed = await broker.fillsSince({ pair: instrument.pair, sinceMs });
        const ids = new Set(listed.map(({ venueTradeId }) => venueTradeId));
        return fills.every(({ venueTradeId }) => ids.has(venueTradeId));
      });
      await sellSome(world, await world.bought());
      check(isListed, 'a fill of the answer is not among the trades of the account');
    },
  },
  {
    name: 'a stop and a target rest together, and cancelling one ends both',
    run: async (world) => {
      if (!world.broker.features.hasStops) throw new SkippedCase('the venue has no order lists');
      const qty = await buySome(world);
      const exits = await farExits(world, qty);
      accepted(await world.broker.placeExitList(exits), 'placing');
      accepted(await world.broker.cancel(exits.target), 'cancelling');
      const stop = await world.broker.query(exits.stop);
      const hasEnded = stop !== 'absent' && stop.status !== 'open';
      await sellSome(world, await world.bought());
      check(hasEnded, 'the stop still rests');
    },
  },
  {
    name: 'a stop list is replaced by a sale of what it held',
    run: async (world) => {
      if (!world.broker.features.hasReplace) throw new SkippedCase('the venue cannot replace');
      const qty = await buySome(world);
      const exits = await farExits(world, qty);
      accepted(await world.broker.placeExitList(exits), 'placing');
      const sale = anOrder(world, { side: 'sell', type: 'market', qty });
      accepted(await world.broker.replace(exits.stop, sale), 'replacing');
      const sold = await world.broker.query(sale);
      check(sold !== 'absent' && sold.status === 'filled', 'the sale has not filled');
    },
  },
  {
    name: 'an entry brings its stop and target with it, sized from what it received',
    run: async (world) => {
      if (!world.broker.features.hasBracket) throw new SkippedCase('the venue has no brackets');
      const { ask } = await world.quote();
      const price = priceAt(world, ask, '1.005');
      const qty = tinyQty(world, ask);
      const form = { side: 'buy', type: 'limit', timeInForce: 'fok' } as const;
      const entry = anOrder(world, { ...form, qty, price });
      const exits = await farExits(world, qty);
      accepted(await world.broker.placeBracket({ entry, ...exits }), 'placing');
      const rests = await world.eventually(async () => {
        const stop = await world.broker.query(exits.stop);
        return stop !== 'absent' && stop.status === 'open';
      });
      await world.broker.cancel(exits.stop);
      await sellSome(world, await world.bought());
      check(rests, 'the stop never rested');
    },
  },
  {
    name: 'more than the account has is refused',
    run: async (world) => {
      const { ask } = await world.quote();
      const price = priceAt(world, ask, '1.04');
      const qty = await world.bought();
      const tiny = tinyQty(world, price);
      const more = isAbove(qty, tiny) ? undefined : tiny;
      if (more === undefined) throw new SkippedCase('the account holds coins of its own');
      const order = anOrder(world, { side: 'sell', type: 'limit-maker', qty: more, price });
      const outcome = await world.broker.place(order);
      if (outcome.outcome === 'accepted') await world.broker.cancel(order);
      check(outcome.outcome === 'refused', `it is ${outcome.outcome}`);
    },
  },
];
