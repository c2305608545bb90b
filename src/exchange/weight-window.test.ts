import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createWeightWindow,
  GUARD_MS,
  MINUTE_MS,
  untilTurn,
  windowStart,
} from './weight-window.ts';

const M = 1_700_000_040_000;

describe('windowStart', () => {
  it('looks back over the turn of the minute', () => {
    expect(windowStart(M + GUARD_MS - 1)).toBe(M - MINUTE_MS - GUARD_MS);
    expect(windowStart(M + GUARD_MS)).toBe(M - GUARD_MS);
    expect(untilTurn(M + GUARD_MS - 1)).toBe(1);
    expect(untilTurn(M + GUARD_MS)).toBe(MINUTE_MS);
  });
});

describe('createWeightWindow', () => {
  it('takes for foreign what the venue counts beyond ours, until the turn', () => {
    const window = createWeightWindow();
    window.add(M + 5_000, 10);
    window.observe(M + 6_000, 70);
    window.observe(M + 7_000, 50);

    expect(window.used(M + 8_000)).toBe(70);
    window.add(M + 9_000, 5);
    expect(window.used(M + 9_000)).toBe(75);
    expect(window.used(M + MINUTE_MS + GUARD_MS)).toBe(0);
  });

  it('never counts less than a venue whose clock and way differ by less than the guard', () => {
    const step = fc.record({ pauseMs: fc.nat(9_000), wayMs: fc.nat(999), weight: fc.nat(40) });
    const offset = fc.integer({ min: -1_000, max: 999 });
    fc.assert(
      fc.property(offset, fc.array(step, { maxLength: 80 }), (offsetMs, steps) => {
        const window = createWeightWindow();
        const venue = new Map<number, number>();
        let nowMs = M;
        for (const { pauseMs, wayMs, weight } of steps) {
          nowMs += pauseMs;
          window.add(nowMs, weight);
          const minute = Math.floor((nowMs + wayMs + offsetMs) / MINUTE_MS);
          const counted = (venue.get(minute) ?? 0) + weight;
          venue.set(minute, counted);

          expect(window.used(nowMs)).toBeGreaterThanOrEqual(counted);
        }
      }),
    );
  });
});
