import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprint, normaliseText, SAME_STORY_SIMILARITY, similarity } from './fingerprint.ts';

const alike = (a: string, b: string): number => similarity(fingerprint(a), fingerprint(b));

describe('near-equal texts', () => {
  const story = 'Regulator fines large exchange 40 million dollars over missing reports in March';

  test.each([
    `BREAKING: ${story.toUpperCase()}!!`,
    `${story} https://example.org/a?b=c`,
    `Update: ${story} - via @somebody`,
    story.replace('large', 'big'),
    story.replaceAll('e', 'é').replaceAll('a', 'å'),
  ])('are one story: %s', (text) => {
    expect(alike(story, text)).toBeGreaterThanOrEqual(SAME_STORY_SIMILARITY);
  });

  test('other stories are not', () => {
    const other = 'Miners move to cheaper power as the winter begins in the northern states';
    expect(alike(story, other)).toBeLessThan(SAME_STORY_SIMILARITY);
  });

  test('similarity is symmetric, from 0 to 1, and 1 for the same text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 120 }), fc.string({ maxLength: 120 }), (a, b) => {
        expect(alike(a, a)).toBe(1);
        expect(alike(a, b)).toBe(alike(b, a));
        expect(alike(a, b)).toBeGreaterThanOrEqual(0);
        expect(alike(a, b)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

test('normalising keeps the words and figures of a text', () => {
  expect(normaliseText('RT @you: BTC  +4.5% — $64,000.')).toBe('btc 4.5% $64 000');
});
