import { describe, expect, it } from 'vitest';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Halt, HaltKind } from '#core/model/halt.ts';
import { RiskLimits } from './config.ts';
import { type HaltFacts, haltChanges, liftedByResume, lossFraction } from './halts.ts';

const text = (value: string): DecimalText => value as DecimalText;
const LIMITS = RiskLimits.parse({});
const NOON = Date.parse('2026-03-05T12:00:00Z');
const haltOf = (kind: HaltKind, sinceMs = NOON): Halt => ({
  kind,
  sinceMs,
  reason: 'test',
  liftedBy: 'test',
});

function facts(changed: Partial<HaltFacts>): HaltFacts {
  return {
    nowMs: NOON,
    equityQuote: text('10000'),
    dayStartEquityQuote: text('10000'),
    peakEquityQuote: text('10000'),
    monthPeakEquityQuote: text('10000'),
    lossesInRow: 0,
    hasStaleMark: false,
    active: [],
    ...changed,
  };
}

describe('halts', () => {
  it('are not raised while losses stay inside the limits', () => {
    expect(haltChanges(facts({ equityQuote: text('9500.01') }), LIMITS)).toEqual({
      raise: [],
      lift: [],
    });
  });

  it('are raised at exactly the limit', () => {
    const { raise } = haltChanges(facts({ equityQuote: text('9500') }), LIMITS);

    expect(raise).toMatchObject([
      { kind: 'daily-loss', sinceMs: NOON, liftedBy: 'the next UTC day begins' },
    ]);
    expect(raise[0]?.reason).toBe(
      "equity 9500 is 5.00 % below the day's start 10000, limit 5.00 %",
    );
  });

  it('count a month from its own peak', () => {
    const fell = { equityQuote: text('8500'), peakEquityQuote: text('8600') };
    const day = { dayStartEquityQuote: text('8500') };

    const { raise } = haltChanges(facts({ ...fell, ...day }), LIMITS);

    expect(raise).toMatchObject([{ kind: 'month-drawdown', sinceMs: NOON }]);
    expect(raise[0]?.reason).toContain("15.00 % below the month's peak 10000");
    expect(liftedByResume([haltOf('month-drawdown')])).toEqual(['month-drawdown']);
  });

  it('count the drawdown from the peak, not from the day', () => {
    const { raise } = haltChanges(
      facts({
        equityQuote: text('9900'),
        dayStartEquityQuote: text('9900'),
        peakEquityQuote: text('11000'),
      }),
      LIMITS,
    );

    expect(raise.map(({ kind }) => kind)).toEqual(['drawdown']);
  });

  it('are raised once', () => {
    const active = [haltOf('daily-loss'), haltOf('drawdown'), haltOf('month-drawdown')];

    expect(haltChanges(facts({ equityQuote: text('5000'), active }), LIMITS)).toEqual({
      raise: [],
      lift: [],
    });
  });

  it('are raised for losing trades in a row, whatever the equity', () => {
    const { losses_in_row_max: limit } = LIMITS;

    expect(haltChanges(facts({ lossesInRow: limit - 1 }), LIMITS).raise).toEqual([]);
    expect(haltChanges(facts({ lossesInRow: limit }), LIMITS).raise).toEqual([
      {
        kind: 'losses-in-row',
        sinceMs: NOON,
        reason: '5 losing trades in a row, limit 5',
        liftedBy: 'the next UTC day begins',
      },
    ]);
  });

  it('are not raised from an equity that is a guess', () => {
    const { raise } = haltChanges(facts({ equityQuote: text('1'), hasStaleMark: true }), LIMITS);

    expect(raise).toEqual([]);
  });

  it('lift what belongs to a UTC day with the next one and nothing else', () => {
    const kinds = ['daily-loss', 'losses-in-row', 'drawdown', 'paused'] as const;
    const active = kinds.map((kind) => haltOf(kind));
    const lateMs = Date.parse('2026-03-05T23:59:59.999Z');

    expect(haltChanges(facts({ nowMs: lateMs, active }), LIMITS).lift).toEqual([]);
    expect(haltChanges(facts({ nowMs: lateMs + 1, active }), LIMITS).lift).toEqual([
      'daily-loss',
      'losses-in-row',
    ]);
  });

  it('begin anew when the new day is as bad', () => {
    const nowMs = Date.parse('2026-03-06T01:00:00Z');
    const changes = haltChanges(
      facts({ nowMs, equityQuote: text('9000'), active: [haltOf('daily-loss')] }),
      LIMITS,
    );

    expect(changes.lift).toEqual(['daily-loss']);
    expect(changes.raise.map(({ kind }) => kind)).toEqual(['daily-loss', 'drawdown']);
  });

  it('are lifted by resume, but for those of the day and the end of data', () => {
    const kinds = [
      'paused',
      'kill-switch',
      'daily-loss',
      'losses-in-row',
      'drawdown',
      'end-of-data',
    ] as const;

    expect(liftedByResume(kinds.map((kind) => haltOf(kind)))).toEqual([
      'paused',
      'kill-switch',
      'drawdown',
    ]);
  });

  it('measure a loss as a fraction of where it began', () => {
    expect(lossFraction(text('200'), text('150'))).toBe(0.25);
    expect(lossFraction(text('200'), text('250'))).toBe(0);
    expect(lossFraction(text('0'), text('-1'))).toBe(0);
  });
});
