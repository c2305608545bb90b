import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketShape, takeTurn } from './token-bucket.ts';

describe('takeTurn', () => {
  it('lets a burst go at once and then one each interval', () => {
    const shape = bucketShape(20);
    let dueMs = 0;
    const waits = [1, 2, 3].map(() => {
      const turn = takeTurn(shape, { dueMs, nowMs: 1_000 }, { weight: 1, withinMs: 60_000 });
      ({ dueMs } = turn);
      return Math.round(turn.waitMs);
    });

    expect(shape).toEqual({ burst: 2, intervalMs: 60_000 / 19 });
    expect(waits).toEqual([0, 0, 3158]);
  });

  it('takes nothing when the turn comes too late', () => {
    const shape = bucketShape(1);
    const state = { dueMs: 61_000, nowMs: 1_000 };

    expect(takeTurn(shape, state, { weight: 1, withinMs: 59_999 })).toEqual({
      waitMs: 60_000,
      isTaken: false,
      dueMs: 61_000,
    });
  });

  it('never lets more than the rate go in a minute, however they come', () => {
    const asked = fc.array(fc.nat(20_000), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.double({ min: 0.2, max: 120, noNaN: true }), asked, (rate, pauses) => {
        const shape = bucketShape(rate);
        const sent: number[] = [];
        let dueMs = 0;
        let nowMs = 1_000_000;
        for (const pauseMs of pauses) {
          nowMs += pauseMs % 7 === 0 ? 0 : pauseMs;
          const turn = takeTurn(shape, { dueMs, nowMs }, { weight: 1, withinMs: 30_000 });
          ({ dueMs } = turn);
          if (turn.isTaken) sent.push(nowMs + turn.waitMs);
        }
        const ordered = sent.toSorted((a, b) => a - b);
        for (const from of ordered) {
          const inMinute = ordered.filter((at) => at >= from && at < from + 60_000 - 1e-3);
          expect(inMinute.length).toBeLessThanOrEqual(Math.max(1, Math.ceil(rate)));
        }
      }),
    );
  });
});
