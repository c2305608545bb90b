import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import { Instrument } from '#core/model/instrument.ts';
import { IntentId } from '#core/model/intent.ts';
import { ClientOrderId, type Order } from '#core/model/order.ts';
import { Pair } from '#core/model/pair.ts';
import { planPair } from './pair-plan.ts';
import type { PairStep, PairView } from './pair-view.ts';

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
  nowMs: 1_000,
  blindMs: 0,
  hasFired: false,
  saleMisses: 0,
  hasReplace: false,
  hasStops: true,
  riskQuoteMax: dec('20'),
  policy: {
    entryTimeoutMs: 5_000,
    repricesMax: 2,
    keepsPartialEntry: false,
    slippageSteps: [0.01, 0.03],
  },
  positionQty: dec('1.0004'),
  averagePrice: dec('100'),
  protection: PROTECTION,
  orders: [],
  hasUnsettled: false,
  doubtfulGuards: [],
  otherQty: dec('0'),
  goal: undefined,
  isHalted: false,
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

  it('puts a sale in the place of the stop where the venue can', () => {
    const legs = guarded.map((leg) => ({ ...leg, listId: 'list' }));

    const step = plan({ goal, orders: legs, hasReplace: true });
    const loose = plan({ goal, orders: guarded, hasReplace: true });

    expect(step).toMatchObject({ kind: 'sell', qty: '1', replaces: { leg: 'stop' } });
    expect(loose, 'two orders that do not end each other').toMatchObject({ kind: 'cancel' });
  });

  it('sells lower with each miss, then at market, and never stays capped', () => {
    const limits = [0, 1, 2, 3].map((saleMisses) => plan({ goal, saleMisses }));

    expect(limits).toMatchObject([
      { limitPrice: '99' },
      { limitPrice: '97' },
      { limitPrice: undefined },
      { limitPrice: '99' },
    ]);
    expect(plan({ goal, bid: undefined })).toMatchObject({ kind: 'sell', limitPrice: undefined });
  });

  it('keeps the limit of a sale within the price band of the venue', () => {
    const instrument = { ...INSTRUMENT, askPriceDown: dec('0.98') };

    expect(plan({ goal, saleMisses: 1, instrument })).toMatchObject({ limitPrice: '98' });
  });

  it('sells what a stop that was reached has left, whatever the price is now', () => {
    expect(plan({ hasFired: true, bid: dec('105') })).toMatchObject({ kind: 'sell', qty: '1' });
    expect(plan({ hasFired: true, bid: undefined })).toMatchObject({ kind: 'sell' });
  });

  it('waits a while for exits that the venue makes by itself', () => {
    const coming = guarded.map((leg) => ({ ...leg, status: 'pending-new' as const }));

    expect(plan({ orders: coming })).toEqual({ kind: 'wait', for: 'exits' });
    expect(plan({ orders: coming, nowMs: 5_000 })).toMatchObject({ kind: 'cancel' });
  });

  it('leaves a stop alone that covers all that can be sold and no more than is held', () => {
    const coarser = { ...INSTRUMENT, stepSize: dec('0.01') };
    const stop = order('stop', { qty: dec('1.004') });
    const positionQty = dec('1.0044');

    expect(plan({ orders: [stop], positionQty, instrument: coarser })).toEqual({ kind: 'rest' });
    const tooMuch = plan({ orders: [stop], positionQty: dec('1.003'), instrument: coarser });
    expect(tooMuch).toMatchObject({ kind: 'cancel' });
  });

  it('sells what is too much for one stop, so that the rest has one', () => {
    const instrument = { ...INSTRUMENT, marketMaxQty: dec('0.8') };

    expect(plan({ instrument })).toMatchObject({ kind: 'sell', qty: '0.2' });
    const rest = plan({ instrument, positionQty: dec('0.8') });
    expect(rest).toMatchObject({ kind: 'protect', qty: '0.8' });
  });

  it('moves a refused stop away only as far as the risk limit allows', () => {
    const refused = { stopRefusals: 2, positionQty: dec('1') };

    expect(plan({ ...refused, riskQuoteMax: dec('3') })).toMatchObject({
      protection: { stopPrice: '98', placedStopPrice: '97' },
    });
    const bound = plan({ ...refused, riskQuoteMax: dec('2.9') });
    expect(bound).toMatchObject({ kind: 'protect' });
    expect(bound).not.toHaveProperty('protection.placedStopPrice');
  });

  it('adjusts the levels to filters that have changed', () => {
    const instrument = {
      ...INSTRUMENT,
      tickSize: dec('0.5'),
      askPriceDown: dec('0.99'),
      askPriceUp: dec('1.04'),
    };

    expect(plan({ instrument })).toMatchObject({
      protection: { placedStopPrice: '99', targetPrice: '104' },
    });
  });

  it('keeps a stop that stands at another level than planned', () => {
    const protection = { ...PROTECTION, placedStopPrice: dec('97') };

    expect(plan({ protection, orders: guarded })).toMatchObject({ kind: 'cancel' });
    const lower = order('stop', { stopPrice: dec('97') });
    expect(plan({ protection, orders: [lower] })).toEqual({ kind: 'rest' });
  });

  it('trails a stop itself, in steps, where the venue does not', () => {
    const protection = { ...PROTECTION, trailingFraction: 0.02 };
    const instrument = { ...INSTRUMENT, hasTrailingStop: false };
    const view = { protection, instrument, orders: guarded };

    expect(plan({ ...view, bid: dec('100.05') })).toEqual({ kind: 'rest' });
    expect(plan({ ...view, bid: dec('101') })).toEqual({ kind: 'trail', stopPrice: '98.98' });
    expect(plan({ ...view, bid: dec('99') })).toEqual({ kind: 'rest' });
  });

  it('sells what nothing guards when there has been no price for long', () => {
    const watched = { hasStops: false, bid: undefined };

    expect(plan({ ...watched, blindMs: 59_000 })).toEqual({ kind: 'wait', for: 'quote' });
    expect(plan({ ...watched, blindMs: 60_000 })).toMatchObject({ kind: 'sell' });
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
    const noLists = { ...INSTRUMENT, hasOco: false };
    expect(plan({ instrument: noLists })).toMatchObject({ kind: 'protect', withTarget: false });
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

  it('closes what sold a little more than it bought, after its orders are gone', () => {
    const positionQty = dec('-0.001');
    expect(plan({ positionQty, orders: guarded })).toMatchObject({ kind: 'cancel' });
    expect(plan({ positionQty, hasUnsettled: true })).toMatchObject({ kind: 'wait' });
    expect(plan({ positionQty })).toEqual({ kind: 'write-off' });
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

  describe('a resting entry', () => {
    const maker = order('entry', { type: 'limit-maker', price: dec('100') });
    const protection = { ...PROTECTION, entryLimitPrice: dec('101') };
    const none = { positionQty: dec('0'), protection, hasReplace: true };
    const at = (nowMs: number, bid: string, input: Partial<PairView> = {}) =>
      plan({ ...none, orders: [maker], nowMs, bid: dec(bid), ...input });

    it('waits its time, then follows the bid, but never above what it may pay', () => {
      expect(at(4_999, '100.5')).toEqual({ kind: 'wait', for: 'entry' });
      expect(at(5_000, '100.5')).toMatchObject({ kind: 'reprice', price: '100.5' });
      expect(at(5_000, '101.01')).toMatchObject({ kind: 'cancel' });
    });

    it('keeps its place while it is the best bid, and is given up in the end', () => {
      expect(at(14_999, '100')).toEqual({ kind: 'wait', for: 'entry' });
      expect(at(15_000, '100')).toMatchObject({ kind: 'cancel' });
      const last = [{ ...maker, attempt: 2 }];
      expect(at(5_000, '100.5', { orders: last })).toMatchObject({ kind: 'cancel' });
      expect(at(5_000, '100.5', { hasReplace: false })).toMatchObject({ kind: 'cancel' });
    });

    it('is taken back when entries are halted, whatever it has filled', () => {
      const halted = { isHalted: true, policy: { ...VIEW.policy, keepsPartialEntry: true } };
      expect(at(10, '100', halted)).toMatchObject({ kind: 'cancel', order: maker });
      expect(at(5_000, '100.5', halted), 'never re-priced').toMatchObject({ kind: 'cancel' });
      const filled = { ...maker, filledQty: dec('0.5') };
      const half = { ...halted, positionQty: dec('0.5'), orders: [filled] };
      expect(at(10, '100', half)).toMatchObject({ kind: 'cancel', order: filled });
    });

    it('goes on after a partial fill where that is wanted, and what it brought is guarded', () => {
      const filled = { ...maker, filledQty: dec('0.5') };
      const policy = { ...VIEW.policy, keepsPartialEntry: true };
      const kept = { policy, positionQty: dec('0.5') };

      expect(at(10, '100', { ...kept, orders: [filled] })).toMatchObject({ kind: 'protect' });
      const stop = order('stop', { qty: dec('0.5') });
      expect(at(10, '100', { ...kept, orders: [filled, stop] })).toMatchObject({ kind: 'wait' });
      expect(at(5_000, '99', { ...kept, orders: [filled] })).toMatchObject({ kind: 'cancel' });
      const tiny = { ...kept, positionQty: dec('0.01'), orders: [filled] };
      expect(at(10, '100', tiny)).toEqual({ kind: 'wait', for: 'entry' });
    });
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
      saleMisses: fc.nat({ max: 9 }),
      hasFired: fc.boolean(),
      hasReplace: fc.boolean(),
      nowMs: fc.constantFrom(0, 10_000),
    });

    fc.assert(
      fc.property(view, (input) => {
        const step = plan(input);

        if (step.kind !== 'sell' && step.kind !== 'protect') return;
        expect(Number(step.qty)).toBeLessThanOrEqual(Number(input.positionQty));
        const replaced = step.kind === 'sell' ? step.replaces : undefined;
        expect(input.orders).toEqual(replaced === undefined ? [] : [replaced]);
        expect(input.hasUnsettled).toBe(false);
      }),
    );
  });
});
