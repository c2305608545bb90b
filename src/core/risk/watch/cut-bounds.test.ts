import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { cutBounds, keepRiskAtRise } from './cut-bounds.ts';
import type { HeldRisk } from './cut-bounds.ts';
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

function step(before: Memory, watched: readonly WatchedLimit[], nowMs: number, valueAtRisk = 0.04) {
  return stepHeld(before, watched, { nowMs, held: { valueAtRisk, unread: NONE } });
}

const NONE: ReadonlyMap<Pair, number> = new Map();

/** A pair alone risks a fifth of its fraction. */
function stepHeld(
  before: Memory,
  watched: readonly WatchedLimit[],
  { nowMs, held }: { readonly nowMs: number; readonly held: HeldRisk },
) {
  const stepped = stepLimits(before, watched, { nowMs, rules: MACHINE });
  const riskOfOne = (pair: Pair, fraction: number) =>
    held.unread.has(pair) ? undefined : fraction / 5;
  const memory = keepRiskAtRise(stepped, { before, watched, held, riskOfOne });
  return { memory, bounds: cutBounds(watched, { memory, margin: MACHINE.margin, held }) };
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
      cutBounds(watched, { memory, margin: 0.5, held: { valueAtRisk: 0.07, unread: NONE } })
        ?.valueAtRisk,
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

  it('of losses are half of what cannot be read, and half of the risk of the rest', () => {
    const held = { valueAtRisk: 0.04, unread: new Map([[BTC, 0.2]]) };

    const { bounds } = stepHeld(new Map(), [loss(0.08)], { nowMs: 0, held });

    expect(bounds?.valueAtRisk).toBe(0.02);
    expect(bounds?.pairs.get(BTC)).toBe(0.1);
  });

  it('of losses ask for no second half when a pair can be read again, nor when it is lost again', () => {
    const unread = new Map([[BTC, 0.2]]);
    const rise = stepHeld(new Map(), [loss(0.08)], {
      nowMs: 0,
      held: { valueAtRisk: 0.04, unread },
    });
    // Both halves are sold; what was not read turns out to risk 0.02 of the 0.04 there are now.
    const read = stepHeld(rise.memory, [loss(0.08)], {
      nowMs: 1_000,
      held: { valueAtRisk: 0.04, unread: NONE },
    });
    const lost = stepHeld(read.memory, [loss(0.08)], {
      nowMs: 2_000,
      held: { valueAtRisk: 0.02, unread: new Map([[BTC, 0.1]]) },
    });
    const grown = stepHeld(lost.memory, [loss(0.08)], {
      nowMs: 3_000,
      held: { valueAtRisk: 0.06, unread: NONE },
    });

    expect(read.memory.get('drawdown')).toMatchObject({ riskAtRise: 0.08 });
    expect(read.memory.get('drawdown')?.unreadAtRise).toBeUndefined();
    expect(read.bounds).toMatchObject({ valueAtRisk: Infinity, pairs: new Map() });
    expect(lost.bounds).toMatchObject({ valueAtRisk: Infinity, pairs: new Map() });
    expect(grown.bounds?.valueAtRisk).toBe(0.04);
  });

  it('of losses halve what cannot be read once more only when it has grown', () => {
    const rise = stepHeld(new Map(), [loss(0.08)], {
      nowMs: 0,
      held: { valueAtRisk: 0, unread: new Map([[BTC, 0.2]]) },
    });
    const boundAt = (fraction: number) =>
      stepHeld(rise.memory, [loss(0.08)], {
        nowMs: 1_000,
        held: { valueAtRisk: 0, unread: new Map([[BTC, fraction]]) },
      }).bounds?.pairs.get(BTC);

    expect(boundAt(0.125)).toBe(Infinity);
    expect(boundAt(0.13)).toBe(0.1);
  });
});
