import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { format, fromNumber, negate, parse, sub, sum, ZERO } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { WriteAnswer } from '#exchange/trading/trading-venue.ts';
import type { ModelHub } from './model-hub.ts';
import { BTC, hubWith, ticket, tickAt } from './model-venue.fixture.ts';

const STOP = ticket({
  clientOrderId: 'stop',
  side: 'sell',
  type: 'stop-loss',
  price: undefined,
  stopPrice: '95',
});
const TARGET = ticket({ clientOrderId: 'target', side: 'sell', type: 'limit-maker', price: '110' });
const ENTRY = ticket({ clientOrderId: 'entry', timeInForce: 'fok' });

function open(coins: readonly string[] = []): ModelHub {
  const hub = hubWith({ now: () => 1_000, coins });
  hub.venue.engine.onTick(tickAt(100));
  return hub;
}

function statuses({ venue }: ModelHub): Record<string, string> {
  return Object.fromEntries(
    venue.engine.orders.map(({ clientOrderId, status }) => [clientOrderId, status]),
  );
}

function orders(answer: WriteAnswer) {
  return answer.outcome === 'accepted' ? answer.orders : [];
}

describe('model venue: orders', () => {
  it('fills an immediate order with what is within its limit and ends the rest', () => {
    const { venue } = open();

    const answer = venue.place(ticket({ timeInForce: 'ioc', qty: '3' }));

    expect(orders(answer)[0]).toMatchObject({ status: 'expired', filledQty: '1' });
    expect(venue.engine.funds.balances()).toEqual([
      { asset: 'USDT', free: '9899.9', locked: '0' },
      { asset: 'BTC', free: '0.999', locked: '0' },
    ]);
  });

  it('holds what a resting order may cost and gives it back', () => {
    const { venue } = open();
    venue.place(ticket({ price: '90' }));
    expect(venue.engine.funds.balance('USDT')).toEqual({
      asset: 'USDT',
      free: '9910',
      locked: '90',
    });

    venue.cancel({ pair: BTC, clientOrderId: 'a' });

    expect(venue.engine.funds.balance('USDT')).toMatchObject({ free: '10000', locked: '0' });
  });

  it('fills a resting order when a trade goes through its price', () => {
    const { venue } = open();
    venue.place(ticket({ price: '90' }));

    venue.engine.onTick(tickAt(90));
    expect(venue.order({ pair: BTC, clientOrderId: 'a' })?.status).toBe('open');
    venue.engine.onTick(tickAt(89));

    expect(venue.order({ pair: BTC, clientOrderId: 'a' })?.status).toBe('filled');
  });

  it('lets a market sale expire when the book is empty', () => {
    const { venue } = open(['BTC']);
    venue.engine.onTick(tickAt(100, { qty: '0.3' }));

    const answer = venue.place(ticket({ type: 'market', side: 'sell', price: undefined }));

    expect(orders(answer)[0]).toMatchObject({ status: 'expired', filledQty: '0.6' });
  });

  it('refuses by filter, rule and balance with the venue’s codes', () => {
    const { venue } = open(['BTC']);
    const codes = [
      ticket({ qty: '0.00005' }),
      ticket({ qty: '0.01' }),
      ticket({ price: '100.001' }),
      ticket({ qty: '1000' }),
      ticket({ type: 'limit-maker', price: '100.1' }),
      { ...STOP, stopPrice: ticket({ price: '100' }).price },
    ].map((each) => venue.place(each as typeof STOP));

    expect(codes.map((answer) => 'code' in answer && answer.code)).toEqual([
      -1013, -1013, -1013, -2010, -2010, -2010,
    ]);
  });

  it('takes an id again only after its order has ended', () => {
    const { venue } = open();
    venue.place(ticket({ price: '90' }));
    expect(venue.place(ticket({ price: '90' }))).toMatchObject({ outcome: 'unknown' });

    venue.cancel({ pair: BTC, clientOrderId: 'a' });

    expect(venue.place(ticket({ price: '90' })).outcome).toBe('accepted');
  });

  it('ends a taker that would meet an own order', () => {
    const { venue } = open(['BTC']);
    venue.place(ticket({ clientOrderId: 'manual', side: 'sell', price: '100.1' }));

    const answer = venue.place(ticket({ timeInForce: 'ioc' }));

    expect(orders(answer)[0]).toMatchObject({ status: 'expired-in-match', filledQty: '0' });
  });

  it('takes the fee in the fee coin while there is enough of it', () => {
    const hub = hubWith({ now: () => 1_000, coins: ['BNB'], feeCoin: true });
    hub.venue.engine.onTick(tickAt(100));

    hub.venue.place(ticket({ timeInForce: 'ioc' }));

    expect(hub.venue.engine.trades[0]).toMatchObject({ fee: '0.0002002', feeAsset: 'BNB' });
    expect(hub.venue.engine.funds.balance('BTC').free).toBe('1');
  });

  it('follows the price with a trailing stop', () => {
    const { venue } = open(['BTC']);
    venue.place({ ...STOP, stopPrice: undefined, trailingDeltaBps: 100 } as never);
    for (const price of [110, 109.2]) venue.engine.onTick(tickAt(price));
    expect(venue.order({ pair: BTC, clientOrderId: 'stop' })?.status).toBe('open');

    venue.engine.onTick(tickAt(108.8));

    expect(venue.order({ pair: BTC, clientOrderId: 'stop' })?.status).toBe('filled');
  });
});

describe('model venue: lists', () => {
  it('ends the other leg when one executes, and holds the coins once', () => {
    const hub = open(['BTC']);
    hub.venue.placeExits({ listClientOrderId: 'l', above: TARGET, below: STOP });
    expect(hub.venue.engine.funds.balance('BTC')).toMatchObject({ free: '0', locked: '1' });

    hub.venue.engine.onTick(tickAt(94));

    expect(statuses(hub)).toEqual({ stop: 'filled', target: 'expired' });
    expect(hub.venue.engine.funds.total('BTC').toFixed()).toBe('0');
  });

  it('cancels a whole list with one of its orders', () => {
    const hub = open(['BTC']);
    hub.venue.placeExits({ listClientOrderId: 'l', above: TARGET, below: STOP });

    hub.venue.cancel({ pair: BTC, clientOrderId: 'target' });

    expect(statuses(hub)).toEqual({ stop: 'cancelled', target: 'cancelled' });
    expect(hub.venue.engine.funds.free('BTC').toFixed()).toBe('1');
  });

  it('starts the exits of a bracket with what its entry received', () => {
    const hub = open();

    const answer = hub.venue.placeBracket({
      listClientOrderId: 'l',
      entry: ENTRY,
      above: TARGET,
      below: STOP,
    });

    // As on Binance: the answer still shows them pending, the stream then tells of them.
    expect(orders(answer).map(({ status, qty }) => [status, qty])).toEqual([
      ['filled', '1'],
      ['pending-new', undefined],
      ['pending-new', undefined],
    ]);
    expect(hub.venue.order({ pair: BTC, clientOrderId: 'stop' })?.qty.toFixed()).toBe('0.999');
    expect(statuses(hub)).toEqual({ entry: 'filled', stop: 'open', target: 'open' });
  });

  it('takes the commission of a bracket from free coins when there are enough', () => {
    const hub = open(['BTC']);

    hub.venue.placeBracket({ listClientOrderId: 'l', entry: ENTRY, above: TARGET, below: STOP });

    expect(hub.venue.order({ pair: BTC, clientOrderId: 'stop' })?.qty.toFixed()).toBe('1');
    expect(hub.venue.engine.funds.balance('BTC')).toMatchObject({ free: '0.999', locked: '1' });
  });

  it('ends the exits of a bracket that bought nothing', () => {
    const hub = open();

    hub.venue.placeBracket({
      listClientOrderId: 'l',
      entry: { ...ENTRY, qty: ticket({ qty: '3' }).qty },
      above: TARGET,
      below: STOP,
    });

    expect(statuses(hub)).toEqual({ entry: 'expired', stop: 'expired', target: 'expired' });
    expect(hub.venue.engine.funds.balance('USDT')).toMatchObject({ free: '10000', locked: '0' });
  });

  it('does not place the new order of a replacement when the old one has ended', () => {
    const hub = open(['BTC']);
    hub.venue.place(STOP);
    hub.venue.cancel({ pair: BTC, clientOrderId: 'stop' });

    const sale = ticket({ clientOrderId: 'sale', side: 'sell', type: 'market', price: undefined });
    const answer = hub.venue.cancelReplace({ pair: BTC, clientOrderId: 'stop' }, sale);

    expect(answer).toMatchObject({ outcome: 'refused', code: -2022 });
    expect(statuses(hub)).toEqual({ stop: 'cancelled' });
  });
});

describe('model venue: money', () => {
  it('neither makes nor loses any, whatever is done', () => {
    const step = fc.record({
      kind: fc.constantFrom('place', 'exits', 'bracket', 'cancel', 'replace', 'tick', 'person'),
      side: fc.constantFrom('buy', 'sell'),
      type: fc.constantFrom('limit', 'market', 'limit-maker', 'stop-loss', 'stop-loss-limit'),
      timeInForce: fc.constantFrom('gtc', 'ioc', 'fok'),
      price: fc.integer({ min: 90, max: 110 }),
      qty: fc.integer({ min: 1, max: 30 }),
      id: fc.integer({ min: 0, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const hub = open(['BTC']);
        for (const each of steps) act(hub, each);

        expect(explained(hub)).toEqual({ BTC: '0', USDT: '0' });
        const live = hub.venue.engine.live();
        const holds = new Set(live.map(({ hold }) => hold));
        for (const asset of ['BTC', 'USDT']) {
          const held = sum([...holds].map((hold) => (hold?.asset === asset ? hold.amount : ZERO)));
          expect(format(held)).toBe(hub.venue.engine.funds.balance(asset).locked);
        }
      }),
      { numRuns: 300 },
    );
  });
});

interface Step {
  readonly kind: string;
  readonly side: string;
  readonly type: string;
  readonly timeInForce: string;
  readonly price: number;
  readonly qty: number;
  readonly id: number;
}

function act({ venue }: ModelHub, step: Step): void {
  const { kind, side, type, timeInForce, price, qty, id } = step;
  const each = ticket({
    clientOrderId: `o${id}`,
    side,
    type,
    timeInForce,
    qty: `${qty / 10}`,
    ...(type === 'market' ? { price: undefined } : { price: `${price}` }),
    ...(type.startsWith('stop') && { stopPrice: `${price}` }),
  });
  const list = { listClientOrderId: `l${id}`, above: TARGET, below: STOP };
  const old = { pair: BTC, clientOrderId: `o${(id + 1) % 6}` };
  if (kind === 'place') venue.place(each);
  else if (kind === 'exits') venue.placeExits(list);
  else if (kind === 'bracket') venue.placeBracket({ ...list, entry: ENTRY });
  else if (kind === 'cancel') venue.cancel(old);
  else if (kind === 'replace') venue.cancelReplace(old, each);
  else if (kind === 'tick') venue.engine.onTick(tickAt(price));
  else venue.transfer('withdrawal', 'BTC', fromNumber(-qty / 100, 2));
}

/** What the account has beyond what it started with and what its history says. */
function explained({ venue }: ModelHub): Record<string, string> {
  const { trades, funds } = venue.engine;
  const starts = { BTC: '1' as DecimalText, USDT: '10000' as DecimalText };
  return Object.fromEntries(
    Object.entries(starts).map(([asset, start]) => {
      const moves = trades.flatMap(({ side, qty, quoteQty, fee, feeAsset }) => {
        const base = side === 'buy' ? parse(qty) : negate(qty);
        const quote = side === 'buy' ? negate(quoteQty) : parse(quoteQty);
        const paid = feeAsset === asset ? negate(fee) : ZERO;
        return [asset === 'BTC' ? base : quote, paid];
      });
      const flows = venue.flows.filter((flow) => flow.asset === asset).map(({ amount }) => amount);
      return [asset, format(sub(funds.total(asset), sum([start, ...moves, ...flows])))];
    }),
  );
}
