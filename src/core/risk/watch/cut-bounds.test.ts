import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { cutBounds, keepRiskAtRise } from './cut-bounds.ts';
import type { WatchedLimit } from './limits.ts';
import { keyOf, stepLimits } from './step-limits.ts';
import type { LimitMemory } from './step-limits.ts';

const BTC = Pair.parse('BTC/USDT');
const MACHINE = { margin: 0.1, recoveryMs: 60_000 };

const of = { scope: 'account', unit: 'fraction' } as const;
const risk = (value: number): WatchedLimit => ({
  ...of,
  name: 'value-at-risk',
  cut: 'risk',
  value,
  bounds: { warn: 0.05, reduce: 0.0625, halt: 0.125 },
});
const loss = (value: number): WatchedLimit => ({
  ...of,
  name: 'drawdown',
  cut: 'half-risk',
  value,
  bounds: { warn: 0.05, reduce: 0.075, halt: 0.1, flatten: 0.15 },
});
const exposure = (value: number): WatchedLimit => ({
  ...of,
  name: 'exposure',
  cut: 'exposure',
  value,
  bounds: { warn: 0.9, reduce: 0.95 },
});

type Memory = ReadonlyMap<string, LimitMemory>;

function step(
  before: Memory,
  watched: readonly WatchedLimit[],
  nowMs: number,
  valueAtRisk: number | undefined = 0.04,
) {
  const stepped = stepLimits(before, watched, { nowMs, rules: MACHINE });
  const memory = keepRiskAtRise(stepped, { before, watched, valueAtRisk });
  return { memory, bounds: cutBounds(watched, { memory, margin: MACHINE.margin, valueAtRisk }) };
}

describe('the bounds of a cut', () => {
  it('are none while nothing asks', () => {
    expect(step(new Map(), [risk(0.06), loss(0.07), exposure(0.94)], 0).bounds).toBeUndefined();
  });

  it('lie below the warning of what asks', () => {
    expect(step(new Map(), [risk(0.07)], 0).bounds?.valueAtRisk).toBeCloseTo(0.045, 12);
    expect(step(new Map(), [exposure(0.96)], 0).bounds?.exposure).toBeCloseTo(0.81, 12);
  });

  it('keep a value at risk that asks for nothing where it asks for nothing', () => {
    const { valueAtRisk = 9 } = step(new Map(), [risk(0.06), exposure(0.96)], 0).bounds ?? {};

    expect(valueAtRisk).toBeLessThan(0.0625);
    expect(valueAtRisk).toBeGreaterThan(0.06);
  });

  it('are asked for while a halt recovers at a value that reduces', () => {
    const halted = step(new Map(), [risk(0.13)], 0);
    const calmer = step(halted.memory, [risk(0.1)], 1_000);
    const calm = step(halted.memory, [risk(0.04)], 1_000);

    expect(calmer.memory.get('value-at-risk')).toMatchObject({ level: 'halt', calmSinceMs: 1_000 });
    expect(calmer.bounds?.valueAtRisk).toBeCloseTo(0.045, 12);
    expect(calm.bounds).toBeUndefined();
  });

  it('of losses are half of the risk there was at their rise, whatever there is now', () => {
    const first = step(new Map(), [loss(0.08)], 0);
    const known = first.memory.get('drawdown') as LimitMemory;
    const kept = new Map([['drawdown', { ...known, riskAtRise: 0.03 }]]);

    expect(first.bounds?.valueAtRisk).toBe(0.02);
    expect(step(kept, [loss(0.08)], 1_000).bounds?.valueAtRisk).toBe(0.015);
    expect(step(kept, [loss(0.1)], 1_000).bounds?.valueAtRisk).toBe(0.02);
  });

  it('of losses wait until the risk has grown well over its half again', () => {
    const { memory } = step(new Map(), [loss(0.08)], 0, 0.04);

    const riskOf = (risk: number) =>
      step(memory, [loss(0.08)], 1_000, risk).bounds?.valueAtRisk ?? Infinity;
    expect(riskOf(0.025)).toBe(Infinity);
    expect(riskOf(0.026)).toBe(0.02);
  });

  it('are so far below a cut that its level falls, with any margin', () => {
    const watched = [risk(0.07)];
    const memory = stepLimits(new Map(), watched, { nowMs: 0, rules: MACHINE });

    expect(
      cutBounds(watched, { memory, margin: 0.5, valueAtRisk: 0.07 })?.valueAtRisk,
    ).toBeLessThan(0.0625 / 2);
  });

  it('of a pair are its own: none of it where the market is what is wrong', () => {
    const pair = {
      scope: 'instrument',
      unit: 'fraction',
      subject: BTC,
      pair: BTC,
      value: 0.2,
    } as const;
    const bounds = { warn: 0.1, reduce: 0.15 };
    const share: WatchedLimit = { ...pair, name: 'pair-exposure', cut: 'pair', bounds };
    const wild: WatchedLimit = { ...pair, name: 'daily-volatility', cut: 'whole-pair', bounds };

    expect(keyOf(share)).not.toBe(keyOf(wild));
    expect(step(new Map(), [share], 0).bounds?.pairs.get(BTC)).toBeCloseTo(0.09, 12);
    expect(step(new Map(), [wild, share], 0).bounds?.pairs.get(BTC)).toBe(0);
  });

  it('of a risk that nobody knows are none, and others stay', () => {
    const watched = [risk(0.2), loss(0.08), exposure(0.96)];
    const { memory } = step(new Map(), watched, 0);

    const bounds = cutBounds(watched, { memory, margin: MACHINE.margin, valueAtRisk: undefined });

    expect(bounds?.valueAtRisk).toBeUndefined();
    expect(bounds?.exposure).toBeCloseTo(0.81, 12);
  });
});
