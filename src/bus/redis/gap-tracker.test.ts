import { describe, expect, test } from 'vitest';
import { gapTracker } from './gap-tracker.ts';

describe('gap tracker', () => {
  test('the first message of a sender is where we joined', () => {
    expect(gapTracker().see('data', 'e1', 41)).toEqual({ kind: 'next' });
  });

  test('tells how many were missed, and passes over what came twice', () => {
    const tracker = gapTracker();
    tracker.see('data', 'e1', 1);

    expect(tracker.see('data', 'e1', 2)).toEqual({ kind: 'next' });
    expect(tracker.see('data', 'e1', 5)).toEqual({ kind: 'gap', missed: 2 });
    expect(tracker.see('data', 'e1', 5)).toEqual({ kind: 'repeated' });
    expect(tracker.see('data', 'e1', 4)).toEqual({ kind: 'repeated' });
    expect(tracker.see('data', 'e1', 6)).toEqual({ kind: 'next' });
  });

  test('a restarted sender counts from one again', () => {
    const tracker = gapTracker();
    tracker.see('data', 'e1', 900);

    expect(tracker.see('data', 'e2', 1)).toEqual({ kind: 'next' });
    tracker.see('data', 'e2', 2);
    expect(tracker.see('data', 'e3', 4)).toEqual({ kind: 'gap', missed: 3 });
  });

  test('senders are told apart and forgotten oldest first', () => {
    const tracker = gapTracker();
    tracker.see('a', 'e', 1);
    tracker.see('b', 'e', 7);
    expect(tracker.see('a', 'e', 3)).toEqual({ kind: 'gap', missed: 1 });

    for (let i = 0; i < 256; i += 1) tracker.see(`s${i}`, 'e', 1);

    expect(tracker.see('b', 'e', 99)).toEqual({ kind: 'next' });
  });
});
