import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MatchingEngine } from './matching-engine.ts';
import type { Fill, OrderRequest, Side } from './order.ts';

const engineAt1 = () => new MatchingEngine({ orderId: 1, tradeId: 1, updateId: 0 });

function limit(side: Side, limitTicks: number, lots: number, owner = 'a'): OrderRequest {
  return { owner, side, limitTicks, lots };
}

describe('matching engine', () => {
  it('fills the oldest order at the best price first, at the price that waited', () => {
    const engine = engineAt1();
    const older = engine.submit(limit('sell', 101, 5), 0);
    engine.submit(limit('sell', 101, 5), 0);
    const best = engine.submit(limit('sell', 100, 2), 0);

    const taken = engine.submit(limit('buy', 105, 4), 7);

    expect(taken.outcome).toBe('filled');
    expect(taken.fills.map((fill) => [fill.makerOrderId, fill.ticks, fill.lots])).toEqual([
      [best.orderId, 100, 2],
      [older.orderId, 101, 2],
    ]);
    expect(engine.order(older.orderId)?.lotsLeft).toBe(3);
    expect(taken.fills.map((fill) => fill.tradeId)).toEqual([1, 2]);
  });

  it('rests what a GTC limit order could not fill', () => {
    const engine = engineAt1();
    engine.submit(limit('sell', 100, 2), 0);

    const result = engine.submit(limit('buy', 100, 5), 0);

    expect(result).toMatchObject({ outcome: 'resting', filledLots: 2, restingLots: 3 });
    expect(engine.depth('buy', 5)).toEqual([[100, 3]]);
    expect(engine.depth('sell', 5)).toEqual([]);
  });

  it('takes an order under an id reserved before, and no id twice', () => {
    const engine = engineAt1();
    const reserved = engine.reserveOrderId();
    engine.skipOrderIds(40);

    const later = engine.submit(limit('buy', 99, 1), 0);
    const first = engine.submit({ ...limit('buy', 98, 1), orderId: reserved }, 0);

    expect([first.orderId, later.orderId]).toEqual([1, 41]);
    engine.skipOrderIds(5);
    expect(engine.reserveOrderId()).toBe(42);
  });

  it('shows who waits, in the order in which a taker meets them', () => {
    const engine = engineAt1();
    engine.submit(limit('sell', 101, 5, 'later'), 0);
    engine.submit(limit('sell', 101, 5, 'last'), 0);
    engine.submit(limit('sell', 100, 5, 'first'), 0);
    engine.submit(limit('sell', 103, 5, 'too dear'), 0);

    const owners = [...engine.waiting('sell', 102)].map((order) => order.owner);

    expect(owners).toEqual(['first', 'later', 'last']);
  });

  it('makes an order smaller without taking its place from it', () => {
    const engine = engineAt1();
    const first = engine.submit(limit('sell', 101, 5), 0);
    engine.submit(limit('sell', 101, 5), 0);

    engine.reduce(first.orderId, 3);

    expect(engine.depth('sell', 1)).toEqual([[101, 7]]);
    const taken = engine.submit(limit('buy', 101, 2), 0);
    expect(taken.fills.map((fill) => fill.makerOrderId)).toEqual([first.orderId]);
    expect(() => engine.reduce(first.orderId, 1)).toThrow();
  });

  it('expires the rest of IOC and market orders', () => {
    const engine = engineAt1();
    engine.submit(limit('sell', 100, 2), 0);
    engine.submit(limit('sell', 110, 2), 0);

    const ioc = engine.submit({ ...limit('buy', 100, 5), timeInForce: 'IOC' }, 0);
    const market = engine.submit({ owner: 'a', side: 'buy', lots: 5 }, 0);

    expect(ioc).toMatchObject({ outcome: 'expired', filledLots: 2, restingLots: 0 });
    expect(market).toMatchObject({ outcome: 'expired', filledLots: 2 });
    expect(engine.openOrders).toBe(0);
  });

  it('fills a FOK order whole or not at all', () => {
    const engine = engineAt1();
    engine.submit(limit('sell', 100, 2), 0);
    engine.submit(limit('sell', 101, 2), 0);

    const tooLarge = engine.submit({ ...limit('buy', 101, 5), timeInForce: 'FOK' }, 0);
    const fits = engine.submit({ ...limit('buy', 101, 4), timeInForce: 'FOK' }, 0);

    expect(tooLarge).toMatchObject({ outcome: 'expired', filledLots: 0 });
    expect(fits).toMatchObject({ outcome: 'filled', filledLots: 4 });
  });

  it('refuses a post-only order that would trade and rests one that would not', () => {
    const engine = engineAt1();
    engine.submit(limit('sell', 100, 2), 0);

    expect(engine.submit({ ...limit('buy', 100, 1), isPostOnly: true }, 0).outcome).toBe('refused');
    expect(engine.submit({ ...limit('buy', 99, 1), isPostOnly: true }, 0).outcome).toBe('resting');
  });

  it('cancels once and reports what was left', () => {
    const engine = engineAt1();
    const { orderId } = engine.submit(limit('buy', 99, 4), 0);
    engine.submit(limit('sell', 99, 1), 0);

    expect(engine.cancel(orderId)).toMatchObject({ lots: 4, lotsLeft: 3 });
    expect(engine.cancel(orderId)).toBeUndefined();
    expect(engine.depth('buy', 5)).toEqual([]);
  });

  it('reports each changed level once, with quantity 0 for a level that is gone', () => {
    const engine = engineAt1();
    engine.submit(limit('buy', 99, 4), 0);
    engine.submit(limit('buy', 98, 1), 0);
    engine.takeChanges();

    engine.submit(limit('sell', 98, 5), 0);

    expect(engine.takeChanges()).toEqual({
      updateId: 4,
      bids: [
        [99, 0],
        [98, 0],
      ],
      asks: [],
    });
    expect(engine.takeChanges()).toBeUndefined();
  });
});

type Step = { cancel: number } | { request: OrderRequest };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ cancel: fc.nat(60) }),
  fc.record({
    request: fc
      .record({
        owner: fc.constantFrom('a', 'b', 'c'),
        side: fc.constantFrom<Side>('buy', 'sell'),
        lots: fc.integer({ min: 1, max: 20 }),
        limitTicks: fc.option(fc.integer({ min: 90, max: 110 }), { nil: undefined }),
        timeInForce: fc.constantFrom(
          'GTC' as const,
          'GTC' as const,
          'IOC' as const,
          'FOK' as const,
        ),
        isPostOnly: fc.boolean(),
      })
      .map(({ limitTicks, isPostOnly, ...rest }) =>
        limitTicks === undefined ? rest : { ...rest, limitTicks, isPostOnly },
      ),
  }),
);

/** What a book is without any cleverness: a list of orders, searched in full each time. */
class PlainBook {
  orders: { id: number; side: Side; ticks: number; left: number }[] = [];

  submit(id: number, request: OrderRequest): [id: number, ticks: number, lots: number][] {
    const crosses = (ticks: number): boolean =>
      request.limitTicks === undefined ||
      (request.side === 'buy' ? ticks <= request.limitTicks : ticks >= request.limitTicks);
    const sign = request.side === 'buy' ? 1 : -1;
    const queue = this.orders
      .filter((order) => order.side !== request.side && crosses(order.ticks))
      .toSorted((a, b) => sign * (a.ticks - b.ticks) || a.id - b.id);
    const reachable = queue.reduce((sum, order) => sum + order.left, 0);
    if (request.isPostOnly === true && queue.length > 0) return [];
    if (request.isPostOnly !== true && request.timeInForce === 'FOK' && reachable < request.lots)
      return [];
    const fills: [number, number, number][] = [];
    let left = request.lots;
    for (const order of queue) {
      const lots = Math.min(left, order.left);
      if (lots === 0) break;
      order.left -= lots;
      left -= lots;
      fills.push([order.id, order.ticks, lots]);
    }
    this.orders = this.orders.filter((order) => order.left > 0);
    if (left > 0 && request.limitTicks !== undefined && request.timeInForce === 'GTC')
      this.orders.push({ id, side: request.side, ticks: request.limitTicks, left });
    return fills;
  }

  depth(side: Side): [number, number][] {
    const levels = new Map<number, number>();
    for (const order of this.orders.filter((entry) => entry.side === side))
      levels.set(order.ticks, (levels.get(order.ticks) ?? 0) + order.left);
    const sign = side === 'buy' ? -1 : 1;
    return [...levels].toSorted((a, b) => sign * (a[0] - b[0]));
  }
}

describe('matching engine under any sequence of orders', () => {
  it('does what a plain list of orders does: price-time priority, quantity, depth', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const engine = engineAt1();
        const plain = new PlainBook();
        for (const next of steps) {
          if ('cancel' in next) {
            engine.cancel(next.cancel);
            plain.orders = plain.orders.filter((order) => order.id !== next.cancel);
            continue;
          }
          const result = engine.submit(next.request, 0);
          const expected = plain.submit(result.orderId, next.request);
          expect(result.fills.map((f) => [f.makerOrderId, f.ticks, f.lots])).toEqual(expected);
          expect(engine.depth('buy', 99)).toEqual(plain.depth('buy'));
          expect(engine.depth('sell', 99)).toEqual(plain.depth('sell'));
        }
      }),
    );
  });

  it('never crosses the book, conserves lots, and its changes rebuild the depth', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const engine = engineAt1();
        const mirror = { bids: new Map<number, number>(), asks: new Map<number, number>() };
        const submitted = new Map<number, number>();
        const fills: Fill[] = [];
        let gone = 0;
        let lastUpdateId = 0;
        for (const next of steps) {
          if ('cancel' in next) gone += engine.cancel(next.cancel)?.lotsLeft ?? 0;
          else {
            const result = engine.submit(next.request, 0);
            submitted.set(result.orderId, next.request.lots);
            fills.push(...result.fills);
            gone += next.request.lots - result.filledLots - result.restingLots;
          }
          const changes = engine.takeChanges();
          if (changes === undefined) continue;
          expect(changes.updateId).toBeGreaterThan(lastUpdateId);
          lastUpdateId = changes.updateId;
          for (const [ticks, lots] of changes.bids) mirror.bids.set(ticks, lots);
          for (const [ticks, lots] of changes.asks) mirror.asks.set(ticks, lots);
          const bid = engine.best('buy') ?? -Infinity;
          expect(bid).toBeLessThan(engine.best('sell') ?? Infinity);
        }
        const resting = [...engine.depth('buy', 99), ...engine.depth('sell', 99)];
        const traded = fills.reduce((sum, fill) => sum + fill.lots, 0);
        const total = [...submitted.values()].reduce((sum, lots) => sum + lots, 0);
        expect(total).toBe(2 * traded + gone + resting.reduce((sum, level) => sum + level[1], 0));
        expect(fills.map((fill) => fill.tradeId)).toEqual(fills.map((_, i) => i + 1));
        const rebuilt = (levels: Map<number, number>): [number, number][] =>
          [...levels].filter(([, lots]) => lots > 0).toSorted((a, b) => a[0] - b[0]);
        expect(rebuilt(mirror.asks)).toEqual(engine.depth('sell', 99));
        expect(rebuilt(mirror.bids).toReversed()).toEqual(engine.depth('buy', 99));
      }),
    );
  });
});
