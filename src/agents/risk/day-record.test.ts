import { describe, expect, it } from 'vitest';
import { openDayRecord } from './day-record.ts';
import type { Days } from './day-record.ts';

const DAY_MS = 86_400_000;

function record() {
  let kept: Days | undefined;
  const file = { read: () => kept, write: (days: Days) => void (kept = days) };
  return { file, days: openDayRecord(file) };
}

describe('the record of days', () => {
  it('has the last word of each day, and goes on after a restart', () => {
    const { file, days } = record();
    days.note(0, 0.01);
    days.note(1, 0.02);
    days.note(DAY_MS, -0.01);

    expect(days.series()).toEqual([0.02, -0.01]);
    expect(openDayRecord(file).series()).toEqual([0.02, -0.01]);
  });

  it('gives the days after the one in which it was begun anew', () => {
    const { days } = record();
    [0, 1, 2, 3].forEach((day) => days.note(day * DAY_MS, day / 100));

    expect(days.series(1.5 * DAY_MS)).toEqual([0.02, 0.03]);
  });
});
