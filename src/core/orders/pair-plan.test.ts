import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import { Instrument } from '#core/model/instrument.ts';
import { IntentId } from '#core/model/intent.ts';
import { ClientOrderId, type Order } from '#core/model/order.ts';
import { Pair } from '#core/model/pair.ts';
import { type PairStep, type PairView, planPair } from './pair-plan.ts';

const dec = (text: string): DecimalText => DecimalText.parse(text);
const PAIR = Pair.parse('BTC/USDT');
const ENTRY = IntentId.parse('entry00000000000');
const EXIT = IntentId.parse('exit000000000000');

const INSTRUMENT = Instrument.parse({
  pair: PAIR,
  venueSymbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  status: 'trading',
  tickSize: '0.01',
  stepSize: '0.001',
  minQty: '0.001',
  minNotional: '10',
  hasOco: true,
  hasTrailingStop: true,
});

const PROTECTION = {
  intentId: ENTRY,
  stopPrice: dec('98'),
  targetPrice: dec('106'),
  trailingFraction: undefined,
};

function order(leg: Order['leg'], input: Partial<Order> = {}): Order {
  return {
    clientOrderId: ClientOrderId.parse(`nd${leg}`),
    intentId: ENTRY,
    account: 'shadow',
    pair: PAIR,
    side: leg === 'entry' ? 'buy' : 'sell',
    type: leg === 'stop' ? 'stop-loss' : 'limit',
    leg,
    attempt: 0,
    timeInForce: 'gtc',
    qty: dec('1'),
    stopPrice: leg === 'stop' ? dec('98') : undefined,
    status: 'open',
    filledQty: dec('0'),
    filledQuote: dec('0'),
    createdMs: 0,
    updatedMs: 0,
    ...input,
  } as Order;
}

const VIEW: PairView = {
  positionQty: dec('1.0004'),
  averagePrice: dec('100'),
  protection: PROTECTION,
  orders: [],
  hasUnsettled: false,
  goal: undefined,
  instrument: INSTRUMENT,
  bid: dec('100'),
  stopRefusals: 0,
};
const goal = { intentId: EXIT, leg: 'exit', qty: undefined } as const;
const guarded = [order('stop'), order('target')];
const plan = (input: Partial<PairView>): PairStep => planPair({ ...VIEW, ...input });

describe('planPair', () => {
  it('protects a bare position for what can be sold of it', () => {
    expect(plan({})).toMatchObject({ kind: 'protect', qty: '1', withTarget: true });
  });

  it('rests while working stops cover the position', () => {
    expect(plan({ orders: guarded })).toEqual({ kind: 'rest' });
  });

  it.each([
    ['the position has shrunk', { positionQty: dec('0.5') }],
    ['the position has grown', { positionQty: dec('1.5') }],
    ['the level is another', { protection: { ...PROTECTION, stopPrice: dec('97') } }],
    ['only the target is left', { orders: [order('target', { filledQty: dec('0.5') })] }],
  ])('takes stops away to replace them when %s', (_name, input) => {
    expect(plan({ orders: guarded, ...input })).toMatchObject({ kind: 'cancel' });
  });

  it('keeps a trailing stop that has risen', () => {
    const stop = order('stop', { trailingFraction: 0.02, stopPrice: dec('99') });

    expect(plan({ orders: [stop] })).toEqual({ kind: 'rest' });
  });

  it('sends nothing while an outcome is unknown', () => {
    expect(plan({ hasUnsettled: true, goal })).toEqual({ kind: 'wait', for: 'command' });
  });

  it('takes the stops away and then sells everything for an exit', () => {
    expect(plan({ goal, orders: guarded })).toMatchObject({ kind: 'cancel' });
    expect(plan({ goal })).toMatchObject({ kind: 'sell', qty: '1', intentId: EXIT, leg: 'exit' });
    expect(plan({ goal, orders: [order('exit')] })).toEqual({ kind: 'wait', for: 'sale' });
    expect(plan({ goal, positionQty: dec('0') })).toEqual({ kind: 'goal-done' });
  });

  it('sells a part for a reduction and is done when the rest is too small', () => {
    expect(plan({ goal: { ...goal, qty: dec('0.4005') } })).toMatchObject({ qty: '0.4' });
    expect(plan({ goal: { ...goal, qty: dec('0.05') } })).toEqual({ kind: 'goal-done' });
  });

  it('sells at once when the price is already below the stop', () => {
    expect(plan({ bid: dec('98') })).toMatchObject({ kind: 'sell', intentId: ENTRY });
  });

  it('sells at once when the price is already at the target', () => {
    expect(plan({ bid: dec('106') })).toMatchObject({ kind: 'sell', intentId: ENTRY });
    expect(plan({ bid: dec('106'), orders: guarded })).toEqual({ kind: 'rest' });
  });

  it('leaves working stops alone when the price makes the position look like dust', () => {
    const small = { positionQty: dec('0.104'), bid: dec('95') };
    const orders = guarded.map((leg) => ({ ...leg, qty: dec('0.104') }));

    expect(plan({ ...small, orders })).toEqual({ kind: 'rest' });
    expect(plan({ ...small, orders, goal })).toMatchObject({ kind: 'cancel' });
    expect(plan(small)).toEqual({ kind: 'write-off' });
  });

  it('sells no more at once than the venue takes, and then the rest', () => {
    const instrument = { ...INSTRUMENT, marketMaxQty: dec('0.7004') };

    expect(plan({ goal, instrument })).toMatchObject({ kind: 'sell', qty: '0.7' });
    expect(plan({ bid: dec('97'), instrument })).toMatchObject({ kind: 'sell', qty: '0.7' });
    const rest = { goal, instrument, positionQty: dec('0.3004') };
    expect(plan(rest)).toMatchObject({ kind: 'sell', qty: '0.3' });
  });

  it('climbs down the ladder when the venue refuses the stop', () => {
    expect(plan({ stopRefusals: 1 })).toMatchObject({ kind: 'protect', withTarget: true });
    expect(plan({ stopRefusals: 2 })).toMatchObject({ kind: 'protect', withTarget: false });
    expect(plan({ stopRefusals: 3 })).toEqual({ kind: 'wait', for: 'quote' });
    expect(plan({ stopRefusals: 3, bid: dec('97') })).toMatchObject({ kind: 'sell' });
  });

  it('sells what could not be protected by a stop of the smallest notional', () => {
    const input = {
      positionQty: dec('0.101'),
      protection: { ...PROTECTION, stopPrice: dec('90') },
    };

    expect(plan(input)).toMatchObject({ kind: 'sell', qty: '0.101' });
  });

  it('writes off dust after its orders are gone', () => {
    expect(plan({ positionQty: dec('0.0009'), orders: guarded })).toMatchObject({ kind: 'cancel' });
    expect(plan({ positionQty: dec('0.0009') })).toEqual({ kind: 'write-off' });
    expect(plan({ positionQty: dec('0.05'), goal })).toEqual({ kind: 'write-off' });
  });

  it('ends the rest of an entry that filled in part, and any entry when an exit comes', () => {
    const open = order('entry');

    expect(plan({ orders: [open], positionQty: dec('0') })).toEqual({ kind: 'wait', for: 'entry' });
    expect(plan({ orders: [{ ...open, filledQty: dec('0.2') }] })).toMatchObject({
      kind: 'cancel',
    });
    expect(plan({ orders: [open], goal })).toMatchObject({ kind: 'cancel' });
  });

  it('cancels stops that guard nothing', () => {
    expect(plan({ positionQty: dec('0'), orders: guarded })).toMatchObject({ kind: 'cancel' });
    expect(plan({ positionQty: dec('0') })).toEqual({ kind: 'rest' });
  });

  it('never offers more than the position nor a second time what is at the venue', () => {
    const legs = fc.subarray([order('entry'), order('stop'), order('target'), order('exit')]);
    const view = fc.record({
      positionQty: fc.integer({ min: 0, max: 5_000 }).map((n) => dec(String(n / 1_000))),
      orders: legs,
      hasUnsettled: fc.boolean(),
      goal: fc.constantFrom(undefined, goal, { ...goal, qty: dec('0.7') }),
      bid: fc.constantFrom(undefined, dec('90'), dec('100'), dec('110')),
      stopRefusals: fc.nat({ max: 4 }),
    });

    fc.assert(
      fc.property(view, (input) => {
        const step = plan(input);

        if (step.kind !== 'sell' && step.kind !== 'protect') return;
        expect(Number(step.qty)).toBeLessThanOrEqual(Number(input.positionQty));
        expect(input.orders).toEqual([]);
        expect(input.hasUnsettled).toBe(false);
      }),
    );
  });
});
