import { describe, expect, it } from 'vitest';
import { checkBeforeMatching, checkOnReceipt, readTiming } from './timing.ts';

const NOW_MS = 1_780_000_000_000;
const read = (timestamp: string, recvWindow?: string) =>
  readTiming((name) => (name === 'timestamp' ? timestamp : recvWindow));

describe('timing of signed requests', () => {
  it.each([
    ['on the millisecond', `${NOW_MS}`, undefined, true],
    ['as old as the default window', `${NOW_MS - 5000}`, undefined, true],
    ['a millisecond older', `${NOW_MS - 5001}`, undefined, false],
    ['in microseconds', `${NOW_MS}500`, undefined, true],
    ['at the end of a window with a fraction', `${NOW_MS - 2}000`, '2.0', true],
    ['past a window with a fraction', `${NOW_MS - 3}`, '2.999', false],
    ['999 ms ahead', `${NOW_MS + 999}`, undefined, true],
    ['a second ahead', `${NOW_MS + 1000}`, undefined, false],
  ])('%s', (_what, timestamp, recvWindow, isTaken) => {
    const check = () => checkOnReceipt(read(timestamp, recvWindow), NOW_MS);

    if (isTaken) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: -1021 }));
  });

  it('is checked a second time against the clock of that moment', () => {
    const timing = read(`${NOW_MS}`, '2000');

    expect(() => checkBeforeMatching(timing, NOW_MS + 2000)).not.toThrow();
    expect(() => checkBeforeMatching(timing, NOW_MS + 2001)).toThrow('outside of the recvWindow');
  });

  it.each([
    ['no timestamp', '', undefined, -1102],
    ['a timestamp of letters', 'now', undefined, -1100],
    ['a window above the most', `${NOW_MS}`, '60000.001', -1102],
    ['a window with four decimals', `${NOW_MS}`, '1.0001', -1111],
    ['a negative window', `${NOW_MS}`, '-1', -1100],
  ])('refuses %s', (_what, timestamp, recvWindow, code) => {
    expect(() => read(timestamp, recvWindow)).toThrow(expect.objectContaining({ code }));
  });
});
