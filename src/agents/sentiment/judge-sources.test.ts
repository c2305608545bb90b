import { describe, expect, it } from 'vitest';
import { createReputation } from '#core/sentiment/stream/reputation.ts';
import { sourceJudge, WAITING_MAX } from './judge-sources.ts';
import type { WaitingWords } from './judge-sources.ts';

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;

function setUp(waiting: WaitingWords = []) {
  const reputation = createReputation();
  const judge = sourceJudge({ reputation, afterMs: () => 4 * HOUR, sinceMs: NOW, waiting });
  const say = (changed: object = {}) =>
    judge.note({
      source: 'news',
      coin: 'BTC',
      score: 0.8,
      atMs: NOW,
      price: 100,
      nowMs: NOW,
      ...changed,
    });
  const record = () => reputation.save()['news'];
  return { judge, say, record };
}

describe('the judge of sources', () => {
  it.each([
    ['right, when the price went where it said', 0.8, 101, { right: 1, wrong: 0 }],
    ['wrong, when it went the other way', 0.8, 99, { right: 0, wrong: 1 }],
    ['right about a fall', -0.8, 99, { right: 1, wrong: 0 }],
    ['neither, when it hardly moved', 0.8, 100.1, undefined],
  ])('finds a source %s', (_what, score, price, expected) => {
    const { judge, say, record } = setUp();
    say({ score });

    judge.judge(() => price, NOW + 4 * HOUR - 1);
    expect(record()).toBeUndefined();
    judge.judge(() => price, NOW + 4 * HOUR);

    expect(record()).toEqual(expected);
    expect(judge.waiting()).toEqual([]);
  });

  it.each([
    ['weak', { score: 0.29 }],
    ['without a price', { price: undefined }],
    ['from before this life', { atMs: NOW - 1 }],
    ['no longer fresh', { nowMs: NOW + 31 * 60_000 }],
  ])('takes no word that is %s', (_what, changed) => {
    const { judge, say } = setUp();

    say(changed);

    expect(judge.waiting()).toEqual([]);
  });

  it('waits an hour for a price, then lets the word go', () => {
    const { judge, say, record } = setUp();
    say();

    judge.judge(() => undefined, NOW + 5 * HOUR);
    expect(judge.waiting()).toHaveLength(1);
    judge.judge(() => undefined, NOW + 5 * HOUR + 1);

    expect(judge.waiting()).toEqual([]);
    expect(record()).toBeUndefined();
  });

  it('goes on with the words of the life before', () => {
    const first = setUp();
    first.say();
    const next = setUp(first.judge.waiting());

    next.judge.judge(() => 110, NOW + 4 * HOUR);

    expect(next.record()).toEqual({ right: 1, wrong: 0 });
  });

  it('takes many posts of an hour for one word, but not those of both sides', () => {
    const { judge, say, record } = setUp();
    for (let k = 0; k < 100; k += 1) say({ score: k % 10 === 0 ? -0.8 : 0.8 });
    expect(judge.waiting()).toHaveLength(2);

    judge.judge(() => 110, NOW + 4 * HOUR);
    expect(record()).toEqual({ right: 1, wrong: 0.995 });
  });

  it('takes the next word of the next hour', () => {
    const { judge, say } = setUp();
    say();
    say({ nowMs: NOW + HOUR, atMs: NOW + HOUR });

    expect(judge.waiting()).toHaveLength(2);
  });

  it('lets go of words that a clock which ran ahead has noted', () => {
    const word = { source: 'news', coin: 'BTC', side: 1 as const, price: 100 };
    const { judge } = setUp([
      { ...word, dueMs: NOW + 1_000 * HOUR },
      { ...word, dueMs: NOW + 168 * HOUR },
    ]);

    judge.judge(() => 110, NOW);

    expect(judge.waiting()).toHaveLength(1);
  });

  it('keeps no more than so many', () => {
    const { judge, say } = setUp();
    for (let k = 0; k < WAITING_MAX + 5; k += 1) say({ coin: `C${k}` });

    expect(judge.waiting()).toHaveLength(WAITING_MAX);
  });
});
