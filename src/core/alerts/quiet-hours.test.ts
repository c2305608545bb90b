import { describe, expect, it } from 'vitest';
import { ClockTime, minuteOfDay, minutesOf, quietHours } from './quiet-hours.ts';

const at = (text: string): number => Date.parse(text);

describe('quiet hours', () => {
  it.each([
    ['21:59', false],
    ['22:00', true],
    ['03:00', true],
    ['06:59', true],
    ['07:00', false],
  ])('over midnight: %s is quiet %s', (time, isQuiet) => {
    const quiet = quietHours({ from: '22:00', to: '07:00', zone: 'UTC' });

    expect(quiet(at(`2026-03-01T${time}:00Z`))).toBe(isQuiet);
  });

  it('of one afternoon', () => {
    const quiet = quietHours({ from: '13:00', to: '14:00', zone: 'UTC' });

    expect(quiet(at('2026-03-01T13:59:59Z'))).toBe(true);
    expect(quiet(at('2026-03-01T14:00:00Z'))).toBe(false);
  });

  it('are those of the zone, in summer and winter', () => {
    const quiet = quietHours({ from: '22:00', to: '07:00', zone: 'Europe/Berlin' });

    expect(quiet(at('2026-01-15T21:30:00Z'))).toBe(true);
    expect(quiet(at('2026-07-15T20:30:00Z'))).toBe(true);
    expect(quiet(at('2026-01-15T20:30:00Z'))).toBe(false);
  });

  it.each([
    [null, null],
    ['22:00', null],
    ['22:00', '22:00'],
  ])('from %s to %s are none', (from, to) => {
    expect(quietHours({ from, to, zone: 'UTC' })(at('2026-03-01T23:00:00Z'))).toBe(false);
  });
});

it('midnight is minute 0', () => {
  expect(minuteOfDay('UTC')(at('2026-03-01T00:00:00Z'))).toBe(0);
  expect(minutesOf('23:59')).toBe(1_439);
});

it.each(['24:00', '7:00', '12:60', ''])('%s is no time of a clock', (text) => {
  expect(ClockTime.safeParse(text).success).toBe(false);
});
