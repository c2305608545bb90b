import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { resumeCloseMs } from './enqueue-marks.ts';
import type { ResumeOptions } from './enqueue-marks.ts';

const BTC = Pair.parse('BTC/USDT');
const MINUTE = 60_000;
const LAST = 1_000 * MINUTE;

function options(markMs: number | undefined, more: Partial<ResumeOptions> = {}): ResumeOptions {
  const closes = markMs === undefined ? {} : { [BTC]: markMs };
  return {
    marks: { venue: 'practice', timeframe: '1m', closes },
    venue: 'practice',
    timeframe: '1m',
    pair: BTC,
    lastCloseMs: LAST,
    nowMs: LAST + 5_000,
    maxCandles: 500,
    maxAgeMs: 60 * MINUTE,
    offerAgainMs: 0,
    ...more,
  };
}

describe('resumeCloseMs', () => {
  it('begins with the close after the mark', () => {
    expect(resumeCloseMs(options(LAST - 3 * MINUTE))).toEqual({
      firstCloseMs: LAST - 2 * MINUTE,
      skipped: 0,
    });
  });

  it.each([
    ['there are no marks', { marks: undefined }],
    ['they are of another venue', { venue: 'kraken' }],
    ['they are of another timeframe', { timeframe: '5m' as const, lastCloseMs: LAST }],
  ])('begins with the next close when %s', (_, more) => {
    const resume = resumeCloseMs(options(LAST - 3 * MINUTE, more));

    expect(resume.firstCloseMs).toBeGreaterThan(LAST);
    expect(resume.skipped).toBe(0);
  });

  it('begins with the next close for a new pair and when nothing was missed', () => {
    expect(resumeCloseMs(options(undefined)).firstCloseMs).toBe(LAST + MINUTE);
    expect(resumeCloseMs(options(LAST)).firstCloseMs).toBe(LAST + MINUTE);
  });

  it('skips what is too much or too old, and says how many', () => {
    expect(resumeCloseMs(options(LAST - 40 * MINUTE, { maxCandles: 10 }))).toEqual({
      firstCloseMs: LAST - 9 * MINUTE,
      skipped: 30,
    });
    expect(resumeCloseMs(options(LAST - 90 * MINUTE))).toEqual({
      firstCloseMs: LAST - 59 * MINUTE,
      skipped: 30,
    });
  });

  it('goes back to the unexpired closes when Redis is another one', () => {
    const resume = resumeCloseMs(options(LAST, { offerAgainMs: 5 * MINUTE }));

    expect(resume.firstCloseMs).toBe(LAST - 3 * MINUTE);
  });
});
