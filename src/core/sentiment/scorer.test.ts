import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createScorer, HITS_KEPT } from './scorer.ts';
import { TEXT_CHARS_MAX } from './tokens.ts';

const scorer = createScorer();
const score = (text: string): number => scorer.score(text).score;

// Sentences of our own, in the manner of feeds.
const POSITIVE = [
  'Bitcoin surges to all-time high as funds pile in',
  'ETH up 12% today 🚀',
  'Exchange lists ARB, price soars 40%',
  'I am not selling, this is a gem and I keep buying the dip',
  'Regulator approves the first spot ETF on solana',
  'Losses narrowed in the second quarter',
  'Outflows fell for the third week',
  'A rough week, but the breakout looks strong',
  'Nothing bad about it',
  '$SOL to the moon, diamond hands only',
  'Judge says lawsuit dismissed, token rallies',
  'New tool protects against scams and fixes the problem',
  'Everyone will HODL through this 💎🙌',
];
const NEGATIVE = [
  'SEC sues exchange, token crashes 12%',
  'Hackers drain wallets of a lending protocol',
  'Looks like another rug pull, the devs are gone',
  'Bitcoin falls to an all-time low for the year',
  'This coin is not good at all',
  'Lender files for bankruptcy after halting withdrawals',
  'Layoffs rose and costs increased',
  'Great marketing, but the project is a scam',
  'down bad, got rekt on leverage',
  'Stablecoin depegs and enters a death spiral',
  'Price action is bearish 📉',
  'Miner slips to a loss of 4 million',
  'It never was a good investment',
];
const NEUTRAL = [
  'The conference takes place in Lisbon in November',
  'Version 2.3 of the client is out on Tuesday',
  'A limit order waits in the book until its price is met',
  'What time does the call begin?',
];

describe('the mood of a text', () => {
  test.each(POSITIVE)('is positive: %s', (text) =>
    expect(scorer.score(text).label).toBe('positive'),
  );
  test.each(NEGATIVE)('is negative: %s', (text) =>
    expect(scorer.score(text).label).toBe('negative'),
  );
  test.each(NEUTRAL)('is neutral: %s', (text) => expect(scorer.score(text).label).toBe('neutral'));
});

describe('what changes a word', () => {
  test('a negation turns it round, two cancel each other', () => {
    expect(score('this is a scam')).toBeLessThan(-0.5);
    expect(score('this is not a scam')).toBeGreaterThan(0);
    expect(score('I am never not bullish')).toBeGreaterThan(0.5);
  });

  test('a negation ends with its clause', () => {
    expect(score('no, bullish')).toBeGreaterThan(0.5);
  });

  test('degrees strengthen and weaken it', () => {
    expect(score('extremely bullish')).toBeGreaterThan(score('bullish'));
    expect(score('slightly bullish')).toBeLessThan(score('bullish'));
  });

  test('questions, conditions and rumours weaken it', () => {
    const plain = score('the token collapses');
    expect(score('the token collapses?')).toBeGreaterThan(plain);
    expect(score('could the token collapse')).toBeGreaterThan(score('the token will collapse'));
    expect(score('if the token collapses')).toBeGreaterThan(plain);
  });

  test('what follows a but weighs more', () => {
    expect(score('scary chart but bullish')).toBeGreaterThan(score('bullish but scary chart'));
  });

  test('the size of a move counts, up to a bound', () => {
    expect(score('drops 15%')).toBeLessThan(score('drops 2%'));
    expect(score('drops 90%')).toBe(score('drops 2000%'));
    expect(score('BTC +8%')).toBeGreaterThan(0);
    expect(score('BTC -8%')).toBeLessThan(0);
  });

  test('an emoji a hundred times is not a hundred opinions', () => {
    expect(score('🚀'.repeat(100))).toBe(score('🚀🚀'));
  });
});

test('how near to 0 is neutral can be chosen', () => {
  const text = 'slightly higher';
  expect(scorer.score(text).label).toBe('positive');
  expect(createScorer({ neutralBand: 0.9 }).score(text).label).toBe('neutral');
});

describe('its reasons', () => {
  test('are the words as written, strongest first', () => {
    const { hits } = scorer.score('Good news, yet Rug Pull');
    expect(hits.map(({ text }) => text)).toEqual(['Rug Pull', 'Good']);
  });

  test('are bounded', () => {
    expect(scorer.score('crash moon '.repeat(60)).hits).toHaveLength(HITS_KEPT);
  });
});

describe('any text at all', () => {
  test('gets a score from -1 to 1, the same each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const first = scorer.score(text);
        expect(Math.abs(first.score)).toBeLessThanOrEqual(1);
        expect(scorer.score(text)).toEqual(first);
      }),
    );
  });

  test.each([
    ['digits', '1'],
    ['digits and commas', '1,'],
    ['apostrophes', "a'"],
    ['dollars', '$'],
    ['signs', '+-'],
    ['link openers', 'https://'],
    ['phrase openers', 'all time '],
    ['negations', 'not '],
    ['emoji', '🚀'],
    ['marks', '.,!?'],
  ])('is read in time that its length bounds: %s', (_, unit) => {
    const startedMs = performance.now();
    for (let round = 0; round < 5; round += 1) scorer.score(unit.repeat(1_000_000 / unit.length));
    // A thousand times what it takes: only a blow-up comes near.
    expect((performance.now() - startedMs) / 5).toBeLessThan(500);
  });

  test('counts only to where reading ends', () => {
    expect(score(`${'x '.repeat(TEXT_CHARS_MAX)}crash`)).toBe(0);
  });
});
