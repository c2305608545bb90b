/**
 * Laws of the size of an entry, for any venue rules, account and risk state: it keeps every limit, lies
 * on the venue's steps, and never grows when something gets riskier or is not known any more.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOnStep } from '#core/money/step.ts';
import {
  add,
  compare,
  type Amount,
  type Decimal,
  format,
  fromNumber,
  mul,
  ONE,
  parse,
  sub,
  ZERO,
} from '#core/money/decimal.ts';
import type { Pair } from '#core/model/pair.ts';
import type { RiskState } from '#core/model/risk-state.ts';
import { RiskLimits } from './config.ts';
import { gate } from './gate.ts';
import { calmRisk, enter, INSTRUMENT, inputOf, OTHER, QUOTE, text } from './gate.fixture.ts';
import type { GateInput } from './gate-input.ts';
import { gateRisk } from './gate-risk.ts';
import type { GateVerdict } from './gate-verdict.ts';

const STEPS = ['0.00000001', '0.00001', '0.0025', '0.01', '0.05', '0.3', '1', '7'] as const;

/** Thousandths from `least` to `most`: doubles would nearly all be next to 0. */
const between = (least: number, most: number) =>
  fc
    .integer({ min: Math.round(least * 1_000), max: Math.round(most * 1_000) })
    .map((n) => n / 1_000);

/** A world in which an entry may well be possible; prices are whole ticks, a step is no fortune. */
const worlds = fc
  .record({
    tick: fc.constantFrom(...STEPS),
    ticks: fc.integer({ min: 2, max: 100_000 }),
    coarse: fc.nat({ max: STEPS.length - 1 }),
    equity: fc.integer({ min: 1_000, max: 10_000_000 }),
    free: between(0, 1),
    used: between(0, 0.9),
    stop: between(0.001, 0.1),
    risk: between(0.001, 0.02),
    pairMax: between(0.01, 0.9),
    minNotional: fc.integer({ min: 0, max: 50 }),
    maxQty: fc.option(fc.integer({ min: 1, max: 5_000 }), { nil: undefined }),
    maxNotional: fc.option(fc.integer({ min: 50, max: 50_000 }), { nil: undefined }),
    fee: fc.constantFrom(0, 0.00075, 0.001, 0.006),
    accountScaler: between(0, 1),
    scalers: fc.record({
      volatility: between(0.25, 1),
      correlation: between(0.25, 1),
      concentration: between(0.25, 1),
      liquidity: between(0.25, 1),
    }),
    volatility: between(0, 0.4),
    correlation: between(0, 1),
    volume: fc.integer({ min: 0, max: 10_000_000 }),
    cap: fc.option(between(0, 1), { nil: undefined }),
  })
  .map(({ coarse, ...world }) => {
    const ask = mul(text(world.tick), text(String(world.ticks)));
    const fine = STEPS.filter((step) => compare(mul(text(step), ask), text('20')) <= 0);
    return { ...world, ask, step: fine[Math.min(coarse, fine.length - 1)] ?? STEPS[0] };
  });
type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never;

function stateOf(world: World): RiskState {
  const { accountScaler, scalers, volatility, correlation, volume, cap } = world;
  return calmRisk({
    accountScaler,
    correlations: [correlation],
    pairs: calmRisk().pairs.map((of) => ({
      ...of,
      scalers,
      volatility,
      dailyVolumeQuote: volume,
      ...(cap === undefined ? {} : { capFraction: cap }),
    })),
  });
}

function inputFor(world: World, state: RiskState = stateOf(world)): GateInput {
  const { ask, tick, step, equity, maxQty, maxNotional } = world;
  const money = (of: number) => text((equity * of).toFixed(2));
  return inputOf({
    intent: enter({ stopDistanceFraction: world.stop, targetDistanceFraction: 0.3 }),
    quote: { ...QUOTE, ask: format(ask), bid: format(ask) },
    account: { ...inputOf().account, equityQuote: money(1), freeQuote: money(world.free) },
    entries: world.used === 0 ? [] : [{ pair: OTHER, worstQuote: money(world.used) }],
    takerFeeFraction: world.fee,
    instrument: {
      ...INSTRUMENT,
      tickSize: text(tick),
      stepSize: text(step),
      minQty: text(step),
      minNotional: text(String(world.minNotional)),
      maxQty: maxQty === undefined ? undefined : text(String(maxQty)),
      maxNotional: maxNotional === undefined ? undefined : text(String(maxNotional)),
      minPrice: undefined,
      maxPrice: undefined,
    } as GateInput['instrument'],
    risk: gateRisk(state),
    limits: RiskLimits.parse({
      risk_fraction: world.risk,
      pair_exposure_max: world.pairMax,
      data_age_max_ms: 5_000,
    }),
  });
}

function qtyOf(verdict: GateVerdict): Decimal {
  return verdict.kind === 'accept' && verdict.action === 'enter' ? parse(verdict.qty) : ZERO;
}

const twelve = (value: number): Decimal => fromNumber(value, 12);

/** Fails unless enough of the worlds were worth looking at. */
function forWorlds(check: (world: World, verdict: GateVerdict) => void): void {
  let bought = 0;
  fc.assert(
    fc.property(worlds, (world) => {
      const verdict = gate(inputFor(world));
      if (compare(qtyOf(verdict), ZERO) > 0) bought += 1;
      check(world, verdict);
    }),
    { numRuns: 500 },
  );
  expect(bought, 'the worlds must not all be refused').toBeGreaterThan(20);
}

describe('the size of an entry', () => {
  it('lies on the steps of the venue, within its filters and every limit, stop and fees included', () => {
    forWorlds((world, verdict) => {
      if (verdict.kind !== 'accept' || verdict.action !== 'enter') return;
      const { equity, fee, ask, step, tick } = world;
      const { qty, limitPrice, stopPrice, targetPrice, holdQuote } = verdict;
      const notional = mul(qty, limitPrice);
      const ofEquity = (of: number): Decimal => mul(text(equity.toFixed(2)), twelve(of));
      const atMost = (value: Amount, most: Amount) =>
        expect(compare(value, most), `${format(value)} of ${format(most)}`).toBeLessThanOrEqual(0);

      expect(isOnStep(qty, text(step))).toBe(true);
      for (const price of [limitPrice, stopPrice, targetPrice]) {
        expect(isOnStep(price, text(tick))).toBe(true);
      }
      expect(compare(stopPrice, ask)).toBe(-1);
      expect(compare(targetPrice, ask)).toBe(1);
      atMost(sub(ask, stopPrice), mul(ask, text('0.1')));
      const lost = add(
        mul(qty, sub(limitPrice, stopPrice)),
        mul(twelve(fee), mul(qty, add(limitPrice, stopPrice))),
      );
      const { accountScaler: account, scalers: s } = world;
      const scaler = account * s.volatility * s.correlation * s.concentration * s.liquidity;
      atMost(lost, ofEquity(world.risk * scaler));
      atMost(notional, ofEquity(world.pairMax));
      atMost(add(notional, text((equity * world.used).toFixed(2))), ofEquity(0.95));
      atMost(holdQuote, text((equity * world.free).toFixed(2)));
      expect(compare(holdQuote, mul(notional, add(ONE, twelve(fee))))).toBe(0);
      if (world.cap !== undefined) atMost(notional, ofEquity(world.cap));
      atMost(notional, twelve(world.volume * 0.1));
      if (world.maxQty !== undefined) atMost(parse(qty), text(String(world.maxQty)));
      if (world.maxNotional !== undefined) atMost(notional, text(String(world.maxNotional)));
      const sold = mul(qty, stopPrice);
      expect(compare(sold, text(String(world.minNotional)))).toBeGreaterThanOrEqual(0);
    });
  });

  const worse = between(0, 1);
  const turns: readonly (readonly [string, (world: World, by: number) => World])[] = [
    ['the account scaler falls', (w, by) => ({ ...w, accountScaler: w.accountScaler * by })],
    ...(['volatility', 'correlation', 'concentration', 'liquidity'] as const).map(
      (name) =>
        [
          `the scaler by ${name} falls`,
          (w: World, by: number) => ({
            ...w,
            scalers: { ...w.scalers, [name]: w.scalers[name] * by },
          }),
        ] as const,
    ),
    ['the pairs move more', (w, by) => ({ ...w, volatility: w.volatility * (1 + by) })],
    [
      'they move more together',
      (w, by) => ({ ...w, correlation: w.correlation + by * (1 - w.correlation) }),
    ],
    ['less trades in a day', (w, by) => ({ ...w, volume: Math.floor(w.volume * by) })],
    ["the optimiser's cap falls", (w, by) => ({ ...w, cap: (w.cap ?? 1) * by })],
    ['the stop is further away', (w, by) => ({ ...w, stop: w.stop + by * (0.1 - w.stop) })],
    ['less is free', (w, by) => ({ ...w, free: w.free * by })],
    ['more is held', (w, by) => ({ ...w, used: w.used + by * (0.95 - w.used) })],
    ['the limit of a pair falls', (w, by) => ({ ...w, pairMax: Math.max(0.01, w.pairMax * by) })],
    [
      'the venue takes less',
      (w, by) => ({ ...w, maxQty: Math.floor((w.maxQty ?? 5_000) * by) + 1 }),
    ],
  ];

  it.each(turns)('never grows when %s', (_, turn) => {
    fc.assert(
      fc.property(worlds, worse, (world, by) => {
        const [before, after] = [world, turn(world, by)].map((of) => qtyOf(gate(inputFor(of))));

        expect(compare(after ?? ZERO, before ?? ZERO)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });

  const losses: readonly (readonly [string, (input: GateInput) => Partial<GateInput>])[] = [
    ['the risk state', () => ({ risk: undefined })],
    ['its time', ({ risk, nowMs }) => ({ risk: risk && { ...risk, atMs: nowMs - 120_001 } })],
    ['the pair in it', ({ risk }) => ({ risk: risk && { ...risk, pairs: new Map() } })],
    ['the quote', () => ({ quote: undefined })],
    ['its time', ({ nowMs }) => ({ quote: { ...QUOTE, receivedMs: nowMs - 5_001 } })],
    ['whether data are current', () => ({ freshMs: undefined })],
    ['the rules of the venue', () => ({ instrument: undefined })],
    ['what is held is worth', ({ account }) => ({ account: { ...account, hasStaleMark: true } })],
    ['the loss of the day', ({ account }) => ({ account: { ...account, dayLossFraction: NaN } })],
    ['the drawdown', ({ account }) => ({ account: { ...account, drawdownFraction: NaN } })],
    ['losses in a row', ({ account }) => ({ account: { ...account, lossesInRow: NaN } })],
    ['what became of a command', () => ({ hasUnknownCommand: true })],
  ];

  it.each(losses)('is nothing when nobody knows %s', (_, lose) => {
    const input = inputOf();

    expect(gate(input).kind).toBe('accept');
    expect(gate({ ...input, ...lose(input) }).kind).toBe('refuse');
  });

  it('is the same or smaller where a holding is not in the picture', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const known = inputFor(world);
        const [entry] = known.entries;
        if (entry === undefined) return;
        const strange = [{ ...entry, pair: 'NEW/USDT' as Pair }];

        const [before, after] = [known, { ...known, entries: strange }].map((of) =>
          qtyOf(gate(of)),
        );

        expect(compare(after ?? ZERO, before ?? ZERO)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });
});
