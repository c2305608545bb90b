import { describe, expect, it } from 'vitest';
import { feedState } from './feed-desk.ts';

const LIVE = { ageMs: 100, staleAfterMs: 5_000, isKnown: true, isHalted: false, isBehind: false };

describe('feedState', () => {
  it.each([
    ['live', LIVE],
    ['warming-up', { ...LIVE, isKnown: false, ageMs: 9e9 }],
    ['stale', { ...LIVE, ageMs: 5_001 }],
    ['backfilling', { ...LIVE, isBehind: true }],
    ['stale', { ...LIVE, isBehind: true, ageMs: 6_000 }],
    ['ended', { ...LIVE, isHalted: true, ageMs: 9e9 }],
  ])('is %s for %o', (state, feed) => {
    expect(feedState(feed)).toBe(state);
  });
});
