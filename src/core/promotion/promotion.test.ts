import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Halt } from '#core/model/halt.ts';
import { isAbove, parse } from '#core/money/decimal.ts';
import { breachOf } from './breach.ts';
import { checklist, type Evidence } from './checklist.ts';
import { PromotionConfig } from './config.ts';
import { neededRun, type PromotionRecord, standing } from './promotion-record.ts';
import { rampedAccount, rampFraction } from './ramp.ts';
import { type RunRecord, totalRuns } from './run-record.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const config = PromotionConfig.parse({});

function runOf(changed: Partial<RunRecord>): RunRecord {
  return {
    id: 'r',
    mode: 'shadow',
    decisionHash: 'a',
    venue: 'practice',
    tape: 'live',
    timeframe: '1m',
    startedMs: 0,
    beatMs: 0,
    liveMs: 0,
    dueCandles: 0,
    maxDrawdownFraction: 0,
    crashLoops: 0,
    endedMs: undefined,
    ...changed,
  };
}

function recordOf(changed: Partial<PromotionRecord>): PromotionRecord {
  return {
    seq: 1,
    kind: 'promoted',
    atMs: 0,
    decisionHash: 'a',
    venue: 'practice',
    venueAccount: undefined,
    by: 'ann',
    origin: '',
    reason: '',
    checklist: [],
    ...changed,
  };
}

describe('totalRuns', () => {
  it('counts the time after a death as down and the time after a stop not', () => {
    const killed = runOf({ startedMs: 0, beatMs: 10 * HOUR, liveMs: 10 * HOUR });
    const stopped = runOf({
      startedMs: 12 * HOUR,
      beatMs: 20 * HOUR,
      endedMs: 20 * HOUR,
      liveMs: 8 * HOUR,
    });
    const later = runOf({ startedMs: 100 * HOUR, beatMs: 102 * HOUR, liveMs: 2 * HOUR });

    expect(totalRuns([later, killed, stopped])).toMatchObject({
      runs: 3,
      liveMs: 20 * HOUR,
      uptimeFraction: 20 / 22,
      sinceMs: 0,
    });
  });

  it('never finds a desk up that saw nothing', () => {
    expect(totalRuns([]).uptimeFraction).toBe(0);
    expect(totalRuns([runOf({ beatMs: HOUR })]).uptimeFraction).toBe(0);
  });

  it('keeps the uptime between 0 and 1 whatever the runs say', () => {
    const times = fc.nat(1_000_000);
    const run = fc.record({
      startedMs: times,
      beatMs: times,
      liveMs: times,
      endedMs: fc.option(times, { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(run), (runs) => {
        const { uptimeFraction, liveMs } = totalRuns(runs.map(runOf));
        expect(uptimeFraction).toBeGreaterThanOrEqual(0);
        expect(uptimeFraction).toBeLessThanOrEqual(1);
        expect(liveMs).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

const good: Evidence = {
  nowMs: 10 * DAY,
  isRerun: false,
  runs: totalRuns([runOf({ beatMs: 24 * HOUR, liveMs: 24 * HOUR, dueCandles: 1_440 })]),
  closedTrades: 20,
  decidedCandles: 1_440,
  bookProblems: [],
  fidelity: { orders: 10, fillRateError: 0.1, slippageBias: 0.5 },
  conformance: {
    venue: 'practice',
    isSandbox: true,
    atMs: 9 * DAY,
    cases: [{ name: 'a', outcome: 'pass', detail: '' }],
  },
  doctorFailures: [],
  openLimits: [],
};

function missing(changed: Partial<Evidence>, limits: object = {}): string[] {
  const lines = checklist({ ...good, ...changed }, PromotionConfig.parse(limits));
  return lines.filter(({ isOk }) => !isOk).map(({ name }) => name);
}

describe('checklist', () => {
  it('is complete at exactly what is needed', () => {
    expect(missing({})).toEqual([]);
  });

  const runs = good.runs;
  it.each<[string, Partial<Evidence>]>([
    ['hours in shadow on the live tape', { runs: { ...runs, liveMs: runs.liveMs - 1 } }],
    ['closed trades', { closedTrades: 19 }],
    ['uptime', { runs: { ...runs, uptimeFraction: 0.97 } }],
    ['crash loops', { runs: { ...runs, crashLoops: 1 } }],
    ['candles decided', { decidedCandles: 1_400 }],
    ['candles decided', { runs: { ...runs, dueCandles: 0 }, decidedCandles: 0 }],
    ['deepest drawdown', { runs: { ...runs, maxDrawdownFraction: 0.081 } }],
    ['ledger and reconciliation', { bookProblems: ['BTC: expected 1, found 2'] }],
    ['paper fidelity', { fidelity: { orders: 9, fillRateError: 0, slippageBias: 0 } }],
    ['paper fidelity', { fidelity: { orders: 10, fillRateError: 0.11, slippageBias: 0 } }],
    ['paper fidelity', { fidelity: { orders: 10, fillRateError: 0, slippageBias: -0.51 } }],
    ['conformance', { conformance: undefined }],
    ['conformance', { nowMs: 40 * DAY }],
    ['doctor', { doctorFailures: ['clock'] }],
    ['doctor', { doctorFailures: undefined }],
    ['risk limits', { openLimits: ['drawdown_halt 1 is above 0.3'] }],
  ])('misses %s', (name, changed) => {
    expect(missing(changed)).toEqual([name]);
  });

  it('fails conformance on one failed case', () => {
    const cases = [
      { name: 'a', outcome: 'pass', detail: '' },
      { name: 'b', outcome: 'fail', detail: 'no' },
    ] as const;
    const conformance = { venue: 'practice', isSandbox: true, atMs: 9 * DAY, cases: [...cases] };

    expect(missing({ conformance })).toEqual(['conformance']);
  });

  it('asks for less after a promotion here, by the same lines', () => {
    const short = { isRerun: true, runs: { ...runs, liveMs: 2 * HOUR }, closedTrades: 2 };

    expect(missing(short)).toEqual([]);
    expect(missing({ ...short, closedTrades: 1 })).toEqual(['closed trades']);
  });

  it('leaves out what the config does not ask for, and takes its thresholds', () => {
    const none = { conformance: undefined, doctorFailures: undefined, closedTrades: 1 };
    const limits = { conformance_needed: false, doctor_needed: false, closed_trades: 1 };

    expect(missing(none, limits)).toEqual([]);
  });
});

describe('standing', () => {
  const subject = { decisionHash: 'a', venue: 'practice', venueAccount: '1001' };

  it('holds for this decision, venue and account alone', () => {
    expect(standing([recordOf({})], subject).kind).toBe('valid');
    expect(standing([recordOf({ venueAccount: '1001' })], subject).kind).toBe('valid');
    expect(standing([recordOf({ venueAccount: '7' })], subject).kind).toBe('other-account');
    expect(standing([recordOf({ decisionHash: 'b' })], subject).kind).toBe('other-decision');
    expect(standing([recordOf({ venue: 'binance' })], subject).kind).toBe('never');
    expect(standing([], subject).kind).toBe('never');
  });

  it('ends with a demotion on this venue', () => {
    const demoted = recordOf({ seq: 2, kind: 'demoted' });

    expect(standing([demoted, recordOf({})], subject).kind).toBe('demoted');
    expect(standing([recordOf({}), { ...demoted, venue: 'binance' }], subject).kind).toBe('valid');
    expect(standing([recordOf({}), demoted, recordOf({ seq: 3 })], subject).kind).toBe('valid');
  });

  it('lets nothing count that was shown before the breach', () => {
    const records = [recordOf({}), recordOf({ seq: 2, kind: 'demoted', atMs: 500 })];

    expect(neededRun(records, 'practice')).toEqual({ isRerun: true, sinceMs: 500 });
    expect(neededRun(records, 'binance')).toEqual({ isRerun: false, sinceMs: 0 });
  });
});

describe('ramp', () => {
  it('rises with days without a breach', () => {
    const at = (days: number): number => rampFraction(config.ramp, days * DAY);

    expect([0, 6.9, 7, 14, 29, 30, 400].map(at)).toEqual([0.1, 0.1, 0.25, 0.5, 0.5, 1, 1]);
  });

  it('refuses steps that fall or do not begin at day 0', () => {
    const falls = [
      { day: 0, fraction: 0.5 },
      { day: 7, fraction: 0.1 },
    ];

    expect(PromotionConfig.safeParse({ ramp: falls }).success).toBe(false);
    expect(PromotionConfig.safeParse({ ramp: [{ day: 1, fraction: 1 }] }).success).toBe(false);
  });

  it('never shows the gate more than the part of the equity, nor more than is free', () => {
    const amounts = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(
        amounts,
        amounts,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (equity, part, fraction) => {
          const free = Math.min(equity, part);
          const account = {
            equityQuote: String(equity) as DecimalText,
            freeQuote: String(free) as DecimalText,
            dayLossFraction: 0,
            drawdownFraction: 0,
            lossesInRow: 0,
            hasStaleMark: false,
          };
          const seen = rampedAccount(account, fraction);
          expect(isAbove(parse(seen.equityQuote), parse(account.equityQuote))).toBe(false);
          expect(isAbove(parse(seen.freeQuote), parse(account.freeQuote))).toBe(false);
          expect(isAbove(parse(seen.freeQuote), parse(seen.equityQuote))).toBe(false);
          const used = equity - free;
          expect(Number(seen.freeQuote)).toBeLessThanOrEqual(
            Math.max(0, equity * fraction - used) + 1e-3,
          );
        },
      ),
    );
  });
});

describe('breachOf', () => {
  const haltOf = (kind: string, sinceMs = 0) =>
    ({ kind, sinceMs, reason: 'why', liftedBy: '' }) as Halt;

  it('is a drawdown, or a difference that stays', () => {
    const { demotion } = config;

    expect(breachOf([haltOf('drawdown')], 0, demotion)).toBe('drawdown: why');
    expect(breachOf([haltOf('month-drawdown')], 0, demotion)).toContain('month-drawdown');
    expect(breachOf([haltOf('reconciliation')], HOUR, demotion)).toBeUndefined();
    expect(breachOf([haltOf('reconciliation')], HOUR + 1, demotion)).toContain('reconciliation');
  });

  it('is not what a person asked for or what ends with the day', () => {
    const halts = [
      'paused',
      'kill-switch',
      'daily-loss',
      'losses-in-row',
      'end-of-data',
      'demoted',
    ];

    expect(
      breachOf(
        halts.map((kind) => haltOf(kind)),
        DAY,
        config.demotion,
      ),
    ).toBeUndefined();
  });
});
