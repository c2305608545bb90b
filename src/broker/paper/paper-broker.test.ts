import { describe, expect, it } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import type { Order } from '#core/model/order.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { anOrder, exitList, PAIR, testBrokerContract } from '../broker-contract.fixture.ts';
import { paperWorld } from './paper-world.fixture.ts';

const dec = (text: string): DecimalText => DecimalText.parse(text);
const ASKS = [
  ['100', '1'],
  ['101', '2'],
] as const;
const BIDS = [['99', '1']] as const;

describe('paper broker contract', () => {
  testBrokerContract(() => Promise.resolve(paperWorld()));
});

describe('paper broker', () => {
  const market = (side: 'buy' | 'sell', qty: string): Order =>
    anOrder({ side, type: 'market', qty: dec(qty) });

  function restored(order: Order, nowMs: number): Order {
    return { ...order, status: 'open', createdMs: nowMs, updatedMs: nowMs };
  }

  it('does not sell the same liquidity twice until the venue refills it', async () => {
    const world = paperWorld();
    await world.showBook(BIDS, ASKS);

    await world.settle(world.broker.place(market('buy', '1')));
    await world.settle(world.broker.place(market('buy', '1')));
    await world.showBook(BIDS, [['100', '1.5'], ...ASKS.slice(1)]);
    await world.settle(world.broker.place(market('buy', '1')));

    const prices = world.told.flatMap((e) => (e.kind === 'fill' ? [e.fill.price] : []));
    expect(prices).toEqual(['100', '101', '100']);
  });

  it('refuses a buy without a fresh book and fills nothing', async () => {
    const world = paperWorld();
    await world.showBook(BIDS, ASKS);
    await world.clock.advance(5_000);

    const outcome = await world.settle(world.broker.place(market('buy', '1')));

    expect(outcome).toMatchObject({ outcome: 'refused', code: 'no-fresh-book' });
    expect(world.told).toEqual([]);
  });

  it('lets a market exit wait for a fresh book', async () => {
    const world = paperWorld();
    await world.showBook(BIDS, ASKS);
    await world.settle(world.broker.place(market('buy', '1')));
    await world.clock.advance(60_000);
    const sell = market('sell', '0.5');

    await world.settle(world.broker.place(sell));
    expect(await world.broker.query(sell)).toMatchObject({ status: 'open', filledQty: '0' });
    await world.showBook([['90', '1']], ASKS);

    expect(await world.broker.query(sell)).toMatchObject({ status: 'filled' });
  });

  it('keeps the rest of a market exit until the levels refill', async () => {
    const world = paperWorld();
    await world.showBook(BIDS, ASKS);
    await world.settle(world.broker.place(market('buy', '3')));
    const sell = market('sell', '2');
    await world.settle(world.broker.place(sell));
    expect(await world.broker.query(sell)).toMatchObject({ filledQty: '1' });

    await world.showBook(BIDS, ASKS);
    expect(await world.broker.query(sell), 'the level shows the same').toMatchObject({
      filledQty: '1',
    });
    await world.showBook([['98', '7']], ASKS);

    expect(await world.broker.query(sell)).toMatchObject({ status: 'filled' });
  });

  it('replays missed trades before it says what happened to a stop', async () => {
    const later = paperWorld();
    const nowMs = later.clock.now();
    const legs = exitList('1', '95', '110');
    await later.clock.advance(1);
    for (const [price, side] of [
      ['100', 'buy'],
      ['96', 'sell'],
      ['94.5', 'sell'],
      ['120', 'buy'],
    ] as const) {
      later.tradeUnseen(price, '1', side);
    }
    await later.broker.restore({
      pair: PAIR,
      orders: [restored(legs.stop, nowMs), restored(legs.target, nowMs)],
      ownedQty: dec('1'),
      seen: { lastTradeId: 0, atMs: nowMs },
    });

    const stop = later.told.flatMap((e) => (e.kind === 'fill' ? [e.fill] : []));
    expect(stop.map((f) => f.price)).toEqual(['94.45']);
    expect(await later.broker.query(legs.target)).toMatchObject({ status: 'expired' });
    expect(later.broker.seen(PAIR)?.lastTradeId).toBe(3);
  });

  it('reads back a gap in the live trades before it believes what comes after', async () => {
    const world = paperWorld();
    await world.showBook(BIDS, [['100', '50']]);
    await world.settle(world.broker.place(market('buy', '1')));
    await world.trade('100', '1', 'buy');
    const legs = exitList('0.9', '95', '110');
    await world.settle(world.broker.placeExitList(legs));

    world.tradeUnseen('94', '1', 'sell');
    await world.trade('111', '3', 'buy');

    expect(await world.broker.query(legs.stop)).toMatchObject({ status: 'filled' });
    expect(await world.broker.query(legs.target)).toMatchObject({ status: 'expired' });
  });

  it('trails a stop behind the highest price and never lowers it', async () => {
    const world = paperWorld();
    await world.showBook(BIDS, [['100', '50']]);
    await world.settle(world.broker.place(market('buy', '1')));
    await world.trade('100', '1', 'buy');
    const stop = anOrder({
      side: 'sell',
      type: 'stop-loss',
      leg: 'stop',
      qty: dec('0.9'),
      stopPrice: dec('98'),
      trailingFraction: 0.02,
    });
    await world.settle(world.broker.place(stop));

    for (const price of ['105', '110', '109']) await world.trade(price, '1', 'buy');
    const levels = world.told.flatMap((e) => (e.kind === 'trailed' ? [e.stopPrice] : []));
    await world.trade('107.8', '1', 'sell');

    expect(levels).toEqual(['102.9', '107.8']);
    expect(await world.broker.query(stop)).toMatchObject({ status: 'triggered' });
  });

  it('sells a stop at its level at best when the book has come back', async () => {
    const world = paperWorld();
    await world.showBook(BIDS, [['100', '50']]);
    await world.settle(world.broker.place(market('buy', '1')));
    await world.trade('100', '1', 'buy');
    const legs = exitList('0.9', '95', '110');
    await world.settle(world.broker.placeExitList(legs));

    await world.trade('94.9', '1', 'sell');
    const bids: [string, string][] = [
      ['96', '0.4'],
      ['94', '50'],
    ];
    await world.showBook(bids, [['97', '50']]);

    const prices = world.told.flatMap((event) =>
      event.kind === 'fill' && event.fill.side === 'sell' ? [event.fill.price] : [],
    );
    expect(prices).toEqual(['95', '94']);
  });

  it('puts a restored maker behind everything visible at its level', async () => {
    const world = paperWorld();
    const sell = anOrder({
      side: 'sell',
      type: 'limit-maker',
      leg: 'target',
      price: dec('100'),
      qty: dec('1'),
    });
    await world.broker.restore({
      pair: PAIR,
      orders: [restored(sell, world.clock.now())],
      ownedQty: dec('1'),
      seen: undefined,
    });
    await world.trade('100', '5', 'buy');
    expect(await world.broker.query(sell), 'no book seen yet').toMatchObject({ filledQty: '0' });
    await world.showBook(BIDS, ASKS);

    await world.trade('100', '1', 'buy');
    await world.trade('100', '0.25', 'buy');

    expect(await world.broker.query(sell)).toMatchObject({ filledQty: '0.25' });
  });

  it('ends an immediate order that a restart interrupted', async () => {
    const world = paperWorld();
    const entry = anOrder({
      side: 'buy',
      type: 'limit',
      timeInForce: 'ioc',
      price: dec('100'),
      qty: dec('1'),
    });

    await world.broker.restore({
      pair: PAIR,
      orders: [restored(entry, world.clock.now())],
      ownedQty: dec('0'),
      seen: undefined,
    });

    expect(world.told).toMatchObject([{ kind: 'expired', clientOrderId: entry.clientOrderId }]);
  });

  it('takes the configured time and repeats it exactly from the same seed', async () => {
    const tookMs = async (): Promise<number[]> => {
      const world = paperWorld({ clock: fakeClock(0) });
      await world.showBook(BIDS, [['100', '500']]);
      const took: number[] = [];
      for (let i = 0; i < 40; i += 1) {
        const startMs = world.clock.now();
        let endMs = 0;
        const placed = world.broker.place(market('buy', '0.1')).then(() => {
          endMs = world.clock.now();
        });
        await world.settle(placed);
        took.push(endMs - startMs);
        await world.showBook(BIDS, [['100', '500']]);
      }
      return took;
    };

    const first = await tookMs();
    const median = first.toSorted((a, b) => a - b)[20] ?? 0;

    expect(median).toBeGreaterThan(35);
    expect(median).toBeLessThan(70);
    expect(await tookMs()).toEqual(first);
  });
});
