import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CoinSentiment, Theme } from '#core/model/sentiment.ts';
import { createMoodBook } from './mood-book.ts';
import type { TextReading } from './reading.ts';
import { createReputation } from './reputation.ts';
import { createTextGuard } from './text-guard.ts';

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;

function post(text: string, changed: Partial<TextReading> = {}): TextReading {
  const id = changed.id ?? `${text} ${changed.atMs ?? 0} ${changed.author ?? ''}`;
  return { kind: 'text', source: 'reddit', atMs: NOW, text, ...changed, id };
}

describe('the guard of texts', () => {
  it('counts a story once, whichever source tells it', () => {
    const guard = createTextGuard();
    const story = 'Bitcoin surges past its old record after strong inflows into funds';

    expect(guard.judge(post(story), () => ['BTC'], NOW).kind).toBe('counts');
    expect(guard.judge(post(story), () => ['BTC'], NOW).kind).toBe('known');
    expect(guard.judge(post(story, { source: 'news', id: '9' }), () => ['BTC'], NOW).kind).toBe(
      'story',
    );
    expect(
      guard.judge(post('Ethereum developers set a date for the upgrade'), () => ['ETH'], NOW).kind,
    ).toBe('counts');
  });

  it('takes the same words about another coin for another story', () => {
    const guard = createTextGuard();
    const about = (name: string, coin: string) =>
      guard.judge(post(`${name} slides below support as sellers take control`), () => [coin], NOW)
        .kind;

    expect([about('Bitcoin', 'BTC'), about('Solana', 'SOL')]).toEqual(['counts', 'counts']);
  });

  it('takes a burst of near-equal texts back', () => {
    const guard = createTextGuard();
    const spam = (k: number) =>
      guard.judge(
        post('DOGE is the next 100x gem, buy now before it is too late', { id: `${k}` }),
        () => ['ETH'],
        NOW,
      );

    const kinds = Array.from({ length: 6 }, (_, k) => spam(k).kind);

    expect(kinds).toEqual(['counts', 'story', 'story', 'burst', 'burst', 'burst']);
    expect(guard.takeCampaigns()).toEqual([0]);
    expect(guard.takeCampaigns()).toEqual([]);
  });

  it('takes words that name one more coin for the same story', () => {
    const guard = createTextGuard();
    const spam = 'is the next 100x gem, buy now before it is too late and thank me later';
    const kinds = [['DOGE'], ['DOGE', 'BTC'], ['ETH', 'DOGE'], ['DOGE', 'SOL', 'XRP']].map(
      (coins) => guard.judge(post(`${spam} ${coins.join(' ')}`), () => coins, NOW).kind,
    );

    expect(kinds).toEqual(['counts', 'story', 'story', 'burst']);
  });

  it('takes a story that was told through the day for no burst, newest first or last', () => {
    const guard = createTextGuard();
    const told = 'Bitcoin surges past its old record after strong inflows into funds';
    const kinds = [0, 3, 5, 7, 9].map(
      (ago) => guard.judge(post(told, { atMs: NOW - ago * HOUR }), () => ['BTC'], NOW).kind,
    );

    expect(kinds).toEqual(['counts', 'story', 'story', 'story', 'story']);
    expect(guard.takeCampaigns()).toEqual([]);
  });

  it('asks for the coins of what it does not know yet alone', () => {
    const guard = createTextGuard();
    let asked = 0;
    const coins = () => {
      asked += 1;
      return ['BTC'];
    };
    for (let k = 0; k < 3; k += 1) guard.judge(post('Bitcoin rises on the news'), coins, NOW);
    guard.judge(post('Bitcoin falls', { atMs: NOW - 30 * HOUR }), coins, NOW);

    expect(asked).toBe(1);
  });

  it('gives new accounts and loud authors little weight', () => {
    const guard = createTextGuard();
    const weight = (text: string, changed: Partial<TextReading>) => {
      const verdict = guard.judge(post(text, changed), () => ['ETH'], NOW);
      return verdict.kind === 'counts' ? verdict.weight : 0;
    };
    const subjects = [
      'upgrade went well',
      'fees are low',
      'wallet is great',
      'team ships fast',
      'chart looks fine',
      'volume is up',
      'price will rise',
    ];
    const loud = subjects.map((subject) =>
      weight(`I think that the ${subject} for Solana today`, { author: 'ann' }),
    );

    expect(weight('Cardano holders are happy this morning', { authorSinceMs: NOW - HOUR })).toBe(
      0.3,
    );
    expect(loud[0]).toBe(1);
    expect(loud.at(-1)).toBeLessThan(0.3);
  });

  it('does not forget a loud author among many others', () => {
    const guard = createTextGuard();
    let next = 0;
    // Each about another coin, so that none is the same story.
    const says = (author: string) => {
      next += 1;
      const said = post('What a good day for holders this is', { author, id: `${next}` });
      return guard.judge(said, () => [`C${next}`], NOW);
    };
    const crowd = () => Array.from({ length: 1_500 }, () => says(`other ${next}`));
    for (let k = 0; k < 3; k += 1) says('loud');
    crowd();
    for (let k = 0; k < 3; k += 1) says('loud');
    crowd();

    expect(says('loud')).toMatchObject({ kind: 'counts', weight: 0.2 });
  });

  it('leaves out what is old and what is in another language', () => {
    const guard = createTextGuard();

    expect(
      guard.judge(post('Bitcoin rises', { atMs: NOW - 25 * HOUR }), () => ['ETH'], NOW).kind,
    ).toBe('old');
    expect(
      guard.judge(
        post('Die Kurse fallen heute wieder, ich warte lieber ab und schaue morgen'),
        () => ['ETH'],
        NOW,
      ).kind,
    ).toBe('foreign');
  });
});

describe('the book of moods', () => {
  const book = (weight = 1) => createMoodBook({ halfLifeMs: () => HOUR, weightOf: () => weight });
  const word = (score: number, atMs = NOW) => ({ source: 'news', atMs, score, weight: 1 });

  it('is drawn to nothing by little evidence, and sure of much that agrees', () => {
    const few = book();
    few.add('BTC', word(1));
    const many = book();
    for (let k = 0; k < 40; k += 1) many.add('BTC', word(1));

    expect(few.mood('BTC', NOW)).toMatchObject({ score: 0.2, confidence: 0.2, mentions: 1 });
    expect(many.mood('BTC', NOW)?.score).toBeGreaterThan(0.9);
    expect(many.mood('BTC', NOW)?.confidence).toBeGreaterThan(0.9);
  });

  it('is less sure when the words contradict each other', () => {
    const torn = book();
    for (let k = 0; k < 40; k += 1) torn.add('BTC', word(k % 2 === 0 ? 1 : -1));

    expect(torn.mood('BTC', NOW)?.score).toBe(0);
    expect(torn.mood('BTC', NOW)?.confidence).toBeLessThan(0.5);
  });

  it('fades by half in each half-life, and then is gone', () => {
    const fading = book();
    fading.add('BTC', word(1));

    expect(fading.mood('BTC', NOW + HOUR)?.mentions).toBeCloseTo(0.5, 12);
    expect(fading.mood('BTC', NOW + 7 * HOUR)).toBeUndefined();
    expect(fading.coins()).toEqual([]);
  });

  it('takes back what a campaign said', () => {
    const bought = book();
    bought.add('DOGE', { ...word(1), story: 7 });
    bought.add('DOGE', { ...word(-1), story: 8 });

    bought.takeBack([7]);

    expect(bought.mood('DOGE', NOW)?.score).toBeLessThan(0);
  });

  it('holds one reckoned mood of a source, however often it is read', () => {
    const read = book();
    const index = (score: number) => ({ ...word(score), source: 'index', isReckoned: true });
    read.add('MARKET', word(1));
    for (let k = 0; k < 48; k += 1) read.add('MARKET', index(-1));
    read.add('MARKET', index(1));

    expect(read.mood('MARKET', NOW)).toMatchObject({ mentions: 2, score: 2 / 6 });
  });

  it('counts texts as texts, whatever they weigh', () => {
    const light = book(0.1);
    for (let k = 0; k < 5; k += 1) light.add('BTC', { ...word(1), weight: 0.5 });
    light.add('BTC', { ...word(1), weight: 0 });

    expect(light.mood('BTC', NOW)?.mentions).toBe(5);
  });

  it('lets the loudest source make room, not those who say little', () => {
    const flooded = book();
    for (let k = 0; k < 3; k += 1) flooded.add('BTC', word(-1));
    for (let k = 0; k < 500; k += 1) flooded.add('BTC', { ...word(1), source: 'reddit' });

    expect(flooded.mood('BTC', NOW)?.sources).toEqual([
      { source: 'news', score: -1, mentions: 3 },
      { source: 'reddit', score: 1, mentions: 297 },
    ]);
  });

  it('lets words fade that a clock which ran ahead has dated', () => {
    const dated = book();
    dated.add('BTC', word(1, NOW + 240 * HOUR));
    dated.mood('BTC', NOW + 240 * HOUR);

    expect(dated.mood('BTC', NOW)?.mentions).toBe(1);
    expect(dated.mood('BTC', NOW + HOUR)?.mentions).toBeCloseTo(0.5, 12);
  });

  it('knows what is said about each theme, most written about first', () => {
    const parted = book();
    const about = (score: number, ...themes: Theme[]) =>
      parted.add('ETH', { ...word(score), themes: themes.map((theme) => ({ theme, score })) });
    about(-1, 'regulation');
    about(1, 'price', 'adoption');
    about(0.5, 'price');
    about(1);

    expect(parted.mood('ETH', NOW)?.themes).toEqual([
      { theme: 'price', score: 0.75, mentions: 2 },
      { theme: 'regulation', score: -1, mentions: 1 },
      { theme: 'adoption', score: 1, mentions: 1 },
    ]);
  });

  it('has room for the market when it is full', () => {
    const full = book();
    for (let k = 0; k < 500; k += 1) full.add(`C${k}`, word(1));
    full.add('MARKET', word(1));

    expect(full.coins()).toHaveLength(401);
    expect(full.mood('MARKET', NOW)).toBeDefined();
  });

  it('knows how much it has changed in a day', () => {
    const changing = createMoodBook({ halfLifeMs: () => 1_000 * HOUR, weightOf: () => 1 });
    for (let k = 0; k < 20; k += 1) changing.add('ETH', word(1));
    changing.mood('ETH', NOW);
    for (let k = 0; k < 60; k += 1) changing.add('ETH', word(-1, NOW + 24 * HOUR));

    expect(changing.mood('ETH', NOW + 24 * HOUR)?.changeDay).toBeLessThan(-0.5);
  });

  it('gives what its schema says, of any words', () => {
    const words = fc.array(
      fc.record({
        source: fc.constantFrom('a', 'b'),
        atMs: fc.integer({ min: NOW - 5 * HOUR, max: NOW }),
        score: fc.double({ min: -1, max: 1, noNaN: true }),
        weight: fc.double({ min: 0, max: 5, noNaN: true }),
        themes: fc.array(
          fc.record({
            theme: fc.constantFrom(...Theme.options),
            score: fc.double({ min: -1, max: 1, noNaN: true }),
          }),
          { maxLength: 3 },
        ),
      }),
      { minLength: 1, maxLength: 400 },
    );
    fc.assert(
      fc.property(words, (given) => {
        const any = book();
        for (const one of given) any.add('SOL', one);
        const mood = any.mood('SOL', NOW);

        if (mood !== undefined) CoinSentiment.parse(mood);
        expect(mood?.mentions ?? 0).toBeLessThanOrEqual(300);
      }),
    );
  });
});

describe('the reputation of a source', () => {
  it('begins in the middle and follows the record, within bounds', () => {
    const reputation = createReputation();
    for (let k = 0; k < 200; k += 1) {
      reputation.judge('good', k % 4 !== 0);
      reputation.judge('bad', k % 4 === 0);
    }

    expect(reputation.factor('new')).toBe(1);
    expect(reputation.factor('good')).toBeGreaterThan(1.1);
    expect(reputation.factor('bad')).toBeLessThan(0.9);
    expect(createReputation(reputation.save()).factor('good')).toBe(reputation.factor('good'));
  });
});
