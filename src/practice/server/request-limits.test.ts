import { describe, expect, it } from 'vitest';
import { requestLimits } from './request-limits.ts';

const MINUTE = 60_000;
const T0 = 1_700_000_040_000; // a whole minute

describe('request limits', () => {
  it('counts weight per minute and starts anew in the next', () => {
    const limits = requestLimits();

    expect(limits.spend('a', 20, T0)).toEqual({ kind: 'ok', usedWeight: 20 });
    expect(limits.spend('a', 5, T0 + 59_999)).toEqual({ kind: 'ok', usedWeight: 25 });
    expect(limits.spend('a', 5, T0 + MINUTE)).toEqual({ kind: 'ok', usedWeight: 5 });
    expect(limits.spend('b', 1, T0)).toEqual({ kind: 'ok', usedWeight: 1 });
  });

  it('answers 429 with the seconds left in the window', () => {
    const limits = requestLimits(10);
    limits.spend('a', 10, T0);

    expect(limits.spend('a', 1, T0 + 15_500)).toEqual({
      kind: 'limited',
      usedWeight: 11,
      retryAfterS: 45,
    });
  });

  it('bans an address that goes on asking, longer each time', () => {
    const limits = requestLimits(1);
    const untilBanned = (fromMs: number): number => {
      for (;;) {
        const verdict = limits.spend('a', 1, fromMs);
        if (verdict.kind === 'banned') return verdict.untilMs - fromMs;
      }
    };

    expect(untilBanned(T0)).toBe(2 * MINUTE);
    expect(limits.spend('a', 1, T0 + MINUTE).kind, 'the ban outlives the window').toBe('banned');
    expect(untilBanned(T0 + 2 * MINUTE)).toBe(10 * MINUTE);
    expect(limits.spend('a', 1, T0 + 12 * MINUTE).kind, 'the ban ends').toBe('ok');
  });

  it('forgives an address that kept quiet for three days', () => {
    const limits = requestLimits(1);
    limits.ban('a', T0);
    limits.ban('a', T0);
    const later = T0 + 4 * 24 * 60 * MINUTE;
    limits.spend('a', 1, later);

    expect(limits.ban('a', later)).toMatchObject({ kind: 'banned', untilMs: later + 2 * MINUTE });
  });
});
