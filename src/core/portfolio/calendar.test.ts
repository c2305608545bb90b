import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendar, isTimeZone, shiftPeriod } from './calendar.ts';

const utc = (text: string) => Date.parse(text);
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Kiritimati'];

describe('calendar', () => {
  it('names the day of the zone, not of UTC', () => {
    const atMs = utc('2026-03-01T23:30:00Z');

    expect(calendar('UTC').dayOf(atMs)).toBe('2026-03-01');
    expect(calendar('Europe/Berlin').dayOf(atMs)).toBe('2026-03-02');
    expect(calendar('America/New_York').dayOf(atMs)).toBe('2026-03-01');
  });

  it('begins weeks on Monday and months on the first', () => {
    const sunday = utc('2026-03-01T12:00:00Z');
    const { periodOf } = calendar('UTC');

    expect(periodOf(sunday, 'day')).toBe('2026-03-01');
    expect(periodOf(sunday, 'week')).toBe('2026-02-23');
    expect(periodOf(sunday + 86_400_000, 'week')).toBe('2026-03-02');
    expect(periodOf(sunday, 'month')).toBe('2026-03-01');
  });

  it('knows days of 23 and of 25 hours', () => {
    const { startOf } = calendar('Europe/Berlin');
    const hours = (day: string, next: string) => (startOf(next) - startOf(day)) / 3_600_000;

    expect(startOf('2026-03-29')).toBe(utc('2026-03-28T23:00:00Z'));
    expect(hours('2026-03-29', '2026-03-30')).toBe(23);
    expect(hours('2026-10-25', '2026-10-26')).toBe(25);
  });

  it('begins a day at one where midnight does not exist', () => {
    // Cuba puts its clocks forward at midnight.
    expect(calendar('America/Havana').startOf('2026-03-08')).toBe(utc('2026-03-08T05:00:00Z'));
  });

  it('a moment lies between the start of its day and of the next', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: utc('2015-01-01'), max: utc('2045-01-01') }),
        (zone, atMs) => {
          const { dayOf, startOf } = calendar(zone);
          const day = dayOf(atMs);
          expect(startOf(day)).toBeLessThanOrEqual(atMs);
          expect(startOf(shiftPeriod(day, 'day', 1))).toBeGreaterThan(atMs);
        },
      ),
    );
  });

  it('counts periods forth and back', () => {
    expect(shiftPeriod('2026-01-01', 'month', -1)).toBe('2025-12-01');
    expect(shiftPeriod('2026-03-01', 'day', -1)).toBe('2026-02-28');
    expect(shiftPeriod('2025-12-29', 'week', 1)).toBe('2026-01-05');
  });

  it('tells a zone from a word', () => {
    expect(isTimeZone('Europe/Berlin')).toBe(true);
    expect(isTimeZone('Berlin')).toBe(false);
  });
});
