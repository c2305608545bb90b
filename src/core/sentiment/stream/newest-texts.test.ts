import { describe, expect, it } from 'vitest';
import { CoinTexts, SHOWN_TEXTS_MAX } from '#core/model/sentiment.ts';
import type { CoinText } from '#core/model/sentiment.ts';
import { createNewestTexts } from './newest-texts.ts';

const said = (atMs: number, text = `text ${atMs}`): CoinText => ({
  source: 'news',
  atMs,
  text,
  score: 0.5,
  confidence: 0.5,
  reasons: ['up'],
});

describe('the newest texts', () => {
  it('are in the order of their time, and no more than are shown', () => {
    const newest = createNewestTexts();
    for (const atMs of [5, 1, 9, 7, 3, 2, 8, 4, 6]) newest.add('BTC', said(atMs), atMs);

    const times = newest.of('BTC')?.texts.map(({ atMs }) => atMs);

    expect(times).toEqual([9, 8, 7, 6, 5, 4, 3, 2]);
    expect(times).toHaveLength(SHOWN_TEXTS_MAX);
  });

  it('fit their schema however long they are', () => {
    const newest = createNewestTexts();
    const long = `${'x'.repeat(279)}\u{1F680} and more`;
    newest.add('BTC', { ...said(1, long), reasons: ['y'.repeat(90)] }, 1);

    const kept = CoinTexts.parse(newest.of('BTC'));

    expect(kept.texts[0]?.text).toBe('x'.repeat(279));
    expect(kept.texts[0]?.reasons[0]).toHaveLength(40);
  });

  it('are the same object until one comes, and are forgotten with their coin', () => {
    const newest = createNewestTexts();
    newest.add('BTC', said(1), 1);
    const before = newest.of('BTC');

    expect(newest.of('BTC')).toBe(before);
    newest.add('BTC', said(2), 2);
    expect(newest.of('BTC')).not.toBe(before);
    newest.keepOnly(new Set(['ETH']));
    expect(newest.of('BTC')).toBeUndefined();
  });

  it('go when their story is taken back', () => {
    const newest = createNewestTexts();
    for (const atMs of [1, 2, 3]) newest.add('DOGE', said(atMs), atMs === 2 ? 7 : 8);
    newest.add('ETH', said(4), 8);

    newest.takeBack([8]);

    expect(newest.of('DOGE')?.texts.map(({ atMs }) => atMs)).toEqual([2]);
    expect(newest.of('ETH')).toBeUndefined();
  });

  it('are of so many coins and no more', () => {
    const newest = createNewestTexts();
    for (let k = 0; k < 400; k += 1) newest.add(`C${k}`, said(k), k);

    expect(newest.of('C299')).toBeDefined();
    expect(newest.of('C300')).toBeUndefined();
  });
});
