import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOnStep } from '#core/money/step.ts';
import { add, compare, format, mul, sub, toNumber } from '#core/money/decimal.ts';
import type { Halt } from '#core/model/halt.ts';
import type { Pair } from '#core/model/pair.ts';
import { RiskLimits } from './config.ts';
import { gate } from './gate.ts';
import {
  enter,
  EXIT,
  INSTRUMENT,
  inputOf,
  NOW,
  OTHER,
  PAIR,
  QUOTE,
  reduce,
  text,
} from './gate.fixture.ts';
import type { GateInput } from './gate-input.ts';
import { GateVerdict } from './gate-verdict.ts';

const HALT: Halt = { kind: 'paused', sinceMs: NOW, reason: 'lunch', liftedBy: 'resume' };
const limits = (changed: object): RiskLimits => RiskLimits.parse(changed);
const account = (changed: object) => ({ ...inputOf().account, ...changed });
const instrument = (changed: object) => ({ ...INSTRUMENT, ...changed });
const holding = (qty: string, pair: Pair = PAIR) => ({
  pair,
  qty: text(qty),
  valueQuote: format(mul(text(qty), QUOTE.bid)),
});

describe('gate, entries', () => {
  it('accepts with quantity, limit, hold, stop and target on the venue steps', () => {
    // Loss per unit at worst: 50100 - 49000 + 0.001 x (50100 + 49000) = 1199.1; 10 / 1199.1.
    expect(gate(inputOf())).toEqual({
      kind: 'accept',
      action: 'enter',
      qty: '0.00833',
      limitPrice: '50100',
      holdQuote: '417.750333',
      stopPrice: '49000',
      targetPrice: '53000',
      reasons: [],
    });
  });

  const refusals: readonly (readonly [string, Partial<GateInput>, object])[] = [
    ['an expired intent', { nowMs: NOW + 30_001 }, { code: 'expired' }],
    ['a halt', { halts: [HALT] }, { code: 'halted', found: 'paused' }],
    ['a pair that is not reconciled', { isPairReady: false }, { code: 'pair-not-ready' }],
    ['a pair that joins', { isPairJoining: true }, { code: 'pair-joining' }],
    ['an unknown command', { hasUnknownCommand: true }, { code: 'unknown-command' }],
    ['an unknown instrument', { instrument: undefined }, { code: 'no-instrument' }],
    [
      'a pair the venue halted',
      { instrument: instrument({ status: 'halted' }) },
      { code: 'pair-not-trading', found: 'halted' },
    ],
    [
      'a pair that nobody has chosen, for that alone',
      { isPairJoining: true, standing: 'not-selected' },
      { code: 'pair-not-selected' },
    ],
    ['a pair that is exit-only', { standing: 'exit-only' }, { code: 'pair-exit-only' }],
    ['a pair that is not selected', { standing: 'not-selected' }, { code: 'pair-not-selected' }],
    ['data that never came', { freshMs: undefined }, { code: 'stale-data' }],
    ['old data', { freshMs: NOW - 5_001 }, { code: 'stale-data', found: 5_001, limit: 5_000 }],
    ['data from the future', { freshMs: NOW + 5_001 }, { code: 'stale-data', found: -5_001 }],
    ['no quote', { quote: undefined }, { code: 'no-quote' }],
    [
      'an old quote',
      { quote: { ...QUOTE, receivedMs: NOW - 6_000 } },
      { code: 'stale-quote', found: 6_000 },
    ],
    ['a crossed quote', { quote: { ...QUOTE, bid: text('50001') } }, { code: 'crossed-quote' }],
    ['a wide spread', { quote: { ...QUOTE, bid: text('49000') } }, { code: 'spread' }],
    ['a stale mark', { account: account({ hasStaleMark: true }) }, { code: 'stale-mark' }],
    ['no equity', { account: account({ equityQuote: text('0') }) }, { code: 'no-equity' }],
    [
      'a daily loss at the limit',
      { account: account({ dayLossFraction: 0.05 }) },
      { code: 'daily-loss', found: 0.05, limit: 0.05 },
    ],
    [
      'a loss that is not a number',
      { account: account({ dayLossFraction: Number.NaN }) },
      { code: 'daily-loss' },
    ],
    ['a drawdown', { account: account({ drawdownFraction: 0.1 }) }, { code: 'drawdown' }],
    ['losses in a row', { account: account({ lossesInRow: 5 }) }, { code: 'losses-in-row' }],
    ['a held pair', { positions: [holding('0.001')] }, { code: 'duplicate-pair' }],
    [
      'a pair with an entry that may still fill',
      { entries: [{ pair: PAIR, worstQuote: text('100') }] },
      { code: 'duplicate-pair' },
    ],
    [
      'too many positions, entries counted',
      {
        limits: limits({ open_positions_max: 2 }),
        positions: [holding('1', OTHER)],
        entries: [{ pair: 'SOL/USDT' as Pair, worstQuote: text('1') }],
      },
      { code: 'max-open-positions', found: 2, limit: 2 },
    ],
    [
      'a total exposure that is used up',
      { entries: [{ pair: OTHER, worstQuote: text('9500') }] },
      { code: 'total-exposure', limit: '0' },
    ],
    [
      'nothing free',
      { account: account({ freeQuote: text('0') }) },
      { code: 'free-quote', limit: '0' },
    ],
    [
      'a stop nearer than allowed',
      { intent: enter({ stopDistanceFraction: 0.0001 }) },
      { code: 'stop-distance', found: 0.0001, limit: 0.0005 },
    ],
    [
      'a stop wider than allowed',
      { intent: enter({ stopDistanceFraction: 0.2 }) },
      { code: 'stop-distance', found: 0.2, limit: 0.1 },
    ],
    [
      'a quantity below the minimum',
      { instrument: instrument({ minQty: text('0.1') }) },
      { code: 'below-min-qty', found: '0.00833', limit: '0.1' },
    ],
    [
      'a notional below the minimum',
      { instrument: instrument({ minNotional: text('1000') }) },
      { code: 'below-min-notional', found: '417.333', limit: '1000' },
    ],
    [
      'a limit price above the range',
      { instrument: instrument({ maxPrice: text('50099') }) },
      { code: 'price-range', found: '50100' },
    ],
    [
      'a limit price too far from the average',
      { instrument: instrument({ bidPriceUp: text('1.001') }) },
      { code: 'percent-price', found: '50100' },
    ],
    [
      'a stop whose notional after the fee is too small',
      { instrument: instrument({ minNotional: text('415') }) },
      { code: 'stop-not-placeable' },
    ],
    [
      'a stop at the bid',
      { intent: enter({ stopDistanceFraction: 0.0005 }), quote: { ...QUOTE, bid: text('49975') } },
      { code: 'stop-not-placeable', limit: 'below bid 49975' },
    ],
    [
      'a stop outside the percent price',
      { instrument: instrument({ askPriceDown: text('0.99') }) },
      { code: 'stop-not-placeable', limit: 'percent price' },
    ],
    [
      'a target above the price range',
      { instrument: instrument({ maxPrice: text('52000') }) },
      { code: 'stop-not-placeable', limit: 'price range' },
    ],
    [
      'no room for the stop among the algo orders',
      { orders: { openOrders: 0, algoOrders: 5, orderLists: 0 } },
      { code: 'too-many-orders', found: 6, limit: 5 },
    ],
    [
      'no room for a list',
      { orders: { openOrders: 0, algoOrders: 0, orderLists: 20 } },
      { code: 'too-many-orders', found: 21, limit: 20 },
    ],
  ];

  it.each(refusals)('refuses %s', (_, changed, reason) => {
    const verdict = gate(inputOf(changed));

    expect(verdict.kind).toBe('refuse');
    expect(verdict.reasons).toContainEqual(expect.objectContaining(reason));
    expect(GateVerdict.parse(verdict)).toEqual(verdict);
  });

  it('lists every reason, not only the first', () => {
    const verdict = gate(inputOf({ halts: [HALT], freshMs: undefined, positions: [holding('1')] }));

    expect(verdict.reasons.map(({ code }) => code)).toEqual([
      'halted',
      'duplicate-pair',
      'stale-data',
    ]);
  });

  it('makes the order smaller where a cap asks for it, and says which', () => {
    const verdict = gate(inputOf({ limits: limits({ risk_fraction: 0.02 }) }));

    expect(verdict).toMatchObject({
      kind: 'accept',
      qty: '0.00998',
      reasons: [{ code: 'pair-exposure', limit: '500' }],
    });
  });

  it('never exceeds a limit and never risks more than asked for, whatever comes', () => {
    const money = (max: number) =>
      fc.integer({ min: 0, max: max * 100 }).map((cents) => text((cents / 100).toFixed(2)));
    const cases = fc.record({
      equity: money(1_000_000),
      free: money(1_000_000),
      used: money(500_000),
      ask: fc.integer({ min: 100, max: 10_000_000 }),
      stop: fc.double({ min: 0.0005, max: 0.1, noNaN: true }),
      risk: fc.double({ min: 0.0001, max: 0.02, noNaN: true }),
    });
    let accepted = 0;
    fc.assert(
      fc.property(cases, ({ equity, free, used, ask, stop, risk }) => {
        const quote = {
          ...QUOTE,
          ask: text((ask / 100).toFixed(2)),
          bid: text(((ask - 1) / 100).toFixed(2)),
        };
        const rules = limits({ risk_fraction: risk });
        const input = inputOf({
          quote,
          intent: enter({ stopDistanceFraction: stop }),
          account: account({ equityQuote: equity, freeQuote: free }),
          entries: [{ pair: OTHER, worstQuote: used }],
          limits: rules,
        });

        const verdict = gate(input);

        if (verdict.kind === 'refuse' || verdict.action !== 'enter') return;
        accepted += 1;
        const { qty, limitPrice, holdQuote, stopPrice } = verdict;
        const notional = mul(qty, limitPrice);
        expect(compare(notional, mul(equity, text('0.05')))).toBeLessThanOrEqual(0);
        expect(compare(add(notional, used), mul(equity, text('0.95')))).toBeLessThanOrEqual(0);
        expect(compare(holdQuote, free)).toBeLessThanOrEqual(0);
        expect(isOnStep(qty, INSTRUMENT.stepSize)).toBe(true);
        expect(isOnStep(stopPrice, INSTRUMENT.tickSize)).toBe(true);
        const loss = toNumber(mul(qty, sub(limitPrice, stopPrice)));
        expect(loss).toBeLessThanOrEqual(toNumber(equity) * risk * (1 + 1e-9));
      }),
      { numRuns: 300 },
    );
    expect(accepted, 'the cases must not all be refused').toBeGreaterThan(20);
  });
});

describe('gate, exits', () => {
  const exit = (changed: Partial<GateInput> = {}) =>
    gate(inputOf({ intent: EXIT, positions: [holding('0.123456')], ...changed }));

  it('sells what is held, rounded down to the step', () => {
    expect(exit()).toEqual({ kind: 'accept', action: 'exit', qty: '0.12345', reasons: [] });
  });

  it('is not refused by halts, limits, age, expiry or an unknown command', () => {
    const verdict = exit({
      nowMs: NOW + 1_000_000,
      halts: [HALT],
      freshMs: undefined,
      hasUnknownCommand: true,
      isPairReady: false,
      account: account({ dayLossFraction: 1, drawdownFraction: 1, equityQuote: text('-5') }),
      instrument: instrument({ status: 'halted' }),
    });

    expect(verdict).toMatchObject({ kind: 'accept', qty: '0.12345' });
  });

  it.each(['exit-only', 'not-selected'] as const)('sells a pair that is %s', (standing) => {
    expect(exit({ standing })).toMatchObject({ kind: 'accept', qty: '0.12345', reasons: [] });
  });

  it('sells without filters when they are not known, and without a quote', () => {
    expect(exit({ instrument: undefined })).toMatchObject({
      kind: 'accept',
      qty: '0.123456',
      reasons: [{ code: 'no-instrument' }],
    });
    expect(exit({ quote: undefined })).toMatchObject({ kind: 'accept', qty: '0.12345' });
  });

  it('says when there is nothing to sell, or only dust', () => {
    expect(exit({ positions: [] }).reasons).toEqual([{ code: 'nothing-to-sell' }]);
    expect(exit({ positions: [holding('0.00005')] }).reasons).toMatchObject([
      { code: 'below-min-notional', limit: '5' },
    ]);
    expect(exit({ positions: [holding('0.000001')] }).reasons).toMatchObject([
      { code: 'below-min-qty' },
    ]);
  });

  it('sells at most what the venue takes in one market order', () => {
    expect(exit({ instrument: instrument({ marketMaxQty: text('0.1') }) })).toMatchObject({
      kind: 'accept',
      qty: '0.1',
      reasons: [{ code: 'above-max-qty', found: '0.12345' }],
    });
  });

  it('reduces by the share asked for', () => {
    expect(exit({ intent: reduce(0.5) })).toMatchObject({ action: 'reduce', qty: '0.06172' });
  });

  it('sells all rather than leave a rest that cannot be sold', () => {
    const verdict = exit({ intent: reduce(0.9), positions: [holding('0.0005')] });

    expect(verdict).toMatchObject({ qty: '0.0005', reasons: [{ code: 'below-min-notional' }] });
  });

  it('refuses a part too small to sell', () => {
    expect(exit({ intent: reduce(0.0001) }).kind).toBe('refuse');
  });

  it('never sells more than is held', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 ** 9 }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (units, share) => {
          const held = text((units / 1e8).toFixed(8));
          for (const intent of [EXIT, reduce(share)]) {
            const verdict = exit({ intent, positions: [holding(held)] });
            if (verdict.kind === 'accept') {
              expect(compare(verdict.qty, held)).toBeLessThanOrEqual(0);
            }
          }
        },
      ),
    );
  });
});
