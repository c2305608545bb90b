import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendar } from '#core/portfolio/calendar.ts';
import { dueReports, type ReportMemory } from './report-clock.ts';

const BERLIN = calendar('Europe/Berlin');
const EIGHT = { atMinute: 8 * 60, daily: true, weekly: true };

function at(text: string): number {
  return Date.parse(text);
}

function ask(memory: ReportMemory, when: string, settings = EIGHT) {
  return dueReports(memory, { calendar: BERLIN, nowMs: at(when), settings });
}

describe('dueReports', () => {
  it('reports nothing at a first start and remembers where it began', () => {
    const { memory, due } = ask({}, '2026-11-25T12:00:00Z');

    expect(due).toEqual([]);
    expect(memory).toEqual({ day: '2026-11-24', week: '2026-11-16' });
  });

  it('tells a day once, from the hour on', () => {
    const { memory } = ask({}, '2026-11-25T12:00:00Z');
    // 07:59 and 08:00 in Berlin.
    expect(ask(memory, '2026-11-26T06:59:00Z').due).toEqual([]);
    const told = ask(memory, '2026-11-26T07:00:00Z');

    expect(told.due).toEqual([
      {
        unit: 'day',
        firstDay: '2026-11-25',
        fromMs: at('2026-11-24T23:00:00Z'),
        toMs: at('2026-11-25T23:00:00Z'),
      },
    ]);
    expect(ask(told.memory, '2026-11-26T09:00:00Z').due).toEqual([]);
  });

  it('tells the week on Monday, of the Monday before', () => {
    const { memory } = ask({}, '2026-11-29T12:00:00Z');

    const { due } = ask(memory, '2026-11-30T08:00:00Z');

    expect(due.map(({ unit, firstDay }) => [unit, firstDay])).toEqual([
      ['day', '2026-11-29'],
      ['week', '2026-11-23'],
    ]);
  });

  it('tells the last of several missed days, late and once', () => {
    const { memory } = ask({}, '2026-11-20T12:00:00Z');

    const { due, memory: after } = ask(memory, '2026-11-25T20:00:00Z');

    expect(due.filter(({ unit }) => unit === 'day').map(({ firstDay }) => firstDay)).toEqual([
      '2026-11-24',
    ]);
    expect(ask(after, '2026-11-25T20:01:00Z').due).toEqual([]);
  });

  it('does not make up for days on which reports were off', () => {
    const { memory } = ask({}, '2026-11-20T12:00:00Z', { ...EIGHT, daily: false });
    const { memory: later } = ask(memory, '2026-11-25T12:00:00Z', { ...EIGHT, daily: false });

    expect(ask(later, '2026-11-25T13:00:00Z').due).toEqual([]);
  });

  it('tells every day of any year exactly once when it is asked each hour', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), (startDay) => {
        const startMs = startDay * 86_400_000;
        let memory: ReportMemory = {};
        const days: string[] = [];
        for (let hour = 0; hour < 24 * 12; hour += 1) {
          const step = dueReports(memory, {
            calendar: BERLIN,
            nowMs: startMs + hour * 3_600_000,
            settings: EIGHT,
          });
          ({ memory } = step);
          days.push(...step.due.filter(({ unit }) => unit === 'day').map((one) => one.firstDay));
        }
        expect(new Set(days).size).toBe(days.length);
        expect(days.length).toBeGreaterThanOrEqual(10);
      }),
      { numRuns: 30 },
    );
  });
});
