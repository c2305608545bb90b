import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HaltKind } from '#core/model/halt.ts';
import { Pair } from '#core/model/pair.ts';
import { type Conditions, conditionHalts } from './condition-halts.ts';
import { RiskLimits } from './config.ts';

const LIMITS = RiskLimits.parse({});
const PAIR = Pair.parse('BTC/USDT');
const WELL: Conditions = {
  nowMs: 1_000_000,
  dataAgesMs: [10, 20],
  unknown: [],
  clockOffsetMs: 5,
  pairs: 2,
  tradingPairs: 2,
  active: [],
};

function active(kind: HaltKind): Conditions['active'] {
  return [{ kind, sinceMs: 0, reason: '', liftedBy: '' }];
}

const raised = (input: Partial<Conditions>) =>
  conditionHalts({ ...WELL, ...input }, LIMITS).raise.map(({ kind }) => kind);
const lifted = (kind: HaltKind, input: Partial<Conditions> = {}) =>
  conditionHalts({ ...WELL, active: active(kind), ...input }, LIMITS).lift;
const unknown = (...agesMs: number[]) => agesMs.map((ageMs) => ({ pair: PAIR, ageMs }));

describe('the halts of the world', () => {
  it('are none while all is well', () => {
    expect(conditionHalts(WELL, LIMITS)).toEqual({ raise: [], lift: [] });
  });

  it('begin when no pair has data, not when one has none', () => {
    expect(raised({ dataAgesMs: [29_999, 90_000] })).toEqual([]);
    expect(raised({ dataAgesMs: [30_000, 90_000] })).toEqual(['data-stale']);
    expect(raised({ dataAgesMs: [undefined] }), 'still starting').toEqual([]);
    const isOver = active('end-of-data');
    expect(raised({ dataAgesMs: [90_000], active: isOver })).toEqual([]);
  });

  it('end when data is fresh, not when it is merely younger', () => {
    expect(lifted('data-stale', { dataAgesMs: [20_000] })).toEqual([]);
    expect(lifted('data-stale', { dataAgesMs: [20_000, 4_000] })).toEqual(['data-stale']);
  });

  it('begin with many unknown commands or an old one, and end with the last', () => {
    expect(raised({ unknown: unknown(1, 2) })).toEqual([]);
    expect(raised({ unknown: unknown(1, 2, 3) })).toEqual(['unknown-commands']);
    expect(raised({ unknown: unknown(60_000) })).toEqual(['unknown-commands']);
    expect(lifted('unknown-commands', { unknown: unknown(1) })).toEqual([]);
    expect(lifted('unknown-commands')).toEqual(['unknown-commands']);
  });

  it('begin with a clock that is far off on either side, and end when it is near', () => {
    expect(raised({ clockOffsetMs: -29_999 })).toEqual([]);
    expect(raised({ clockOffsetMs: -30_000 })).toEqual(['clock-skew']);
    expect(raised({ clockOffsetMs: undefined })).toEqual([]);
    expect(lifted('clock-skew', { clockOffsetMs: 15_000 })).toEqual([]);
    expect(lifted('clock-skew', { clockOffsetMs: 14_999 })).toEqual(['clock-skew']);
    const [halt] = conditionHalts({ ...WELL, clockOffsetMs: 45_000 }, LIMITS).raise;
    expect(halt?.reason).toBe("this machine's clock is 45.0 s behind the venue's, limit 30.0 s");
  });

  it('begin when the venue lets no pair trade', () => {
    expect(raised({ tradingPairs: 1 })).toEqual([]);
    expect(raised({ tradingPairs: 0 })).toEqual(['venue-maintenance']);
    expect(raised({ pairs: 0, tradingPairs: 0 }), 'nothing known yet').toEqual([]);
    expect(lifted('venue-maintenance')).toEqual(['venue-maintenance']);
  });

  it('stay after a restart until the world has been heard of', () => {
    expect(lifted('data-stale', { dataAgesMs: [undefined] })).toEqual([]);
    expect(lifted('clock-skew', { clockOffsetMs: undefined })).toEqual([]);
    expect(lifted('venue-maintenance', { pairs: 0, tradingPairs: 0 })).toEqual([]);
  });

  it('never lift what they do not raise, and never do both at once', () => {
    const conditions = fc.record({
      nowMs: fc.nat(),
      dataAgesMs: fc.array(fc.option(fc.nat({ max: 100_000 }), { nil: undefined })),
      unknown: fc.array(fc.nat({ max: 100_000 }).map((ageMs) => ({ pair: PAIR, ageMs }))),
      clockOffsetMs: fc.option(fc.integer({ min: -100_000, max: 100_000 }), { nil: undefined }),
      pairs: fc.nat({ max: 3 }),
      tradingPairs: fc.nat({ max: 3 }),
      active: fc.subarray(HaltKind.options.flatMap((kind) => active(kind))),
    });

    fc.assert(
      fc.property(conditions, (input) => {
        const { raise, lift } = conditionHalts(input, LIMITS);

        const own = new Set(['data-stale', 'unknown-commands', 'clock-skew', 'venue-maintenance']);
        expect(lift.every((kind) => own.has(kind))).toBe(true);
        expect(lift.every((kind) => input.active.some((halt) => halt.kind === kind))).toBe(true);
        for (const { kind } of raise) {
          expect(lift).not.toContain(kind);
          expect(input.active.some((halt) => halt.kind === kind)).toBe(false);
        }
      }),
    );
  });
});
