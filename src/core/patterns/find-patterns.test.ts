import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Candle } from '#core/model/candle.ts';
import { PATTERNS, PATTERN_CANDLES, findPatterns } from './find-patterns.ts';

type Row = readonly [open: number, high: number, low: number, close: number];

/** Ordinary candles: body 1, range 3, colours in turn, the last one black from 6 to 5. */
const BEFORE: readonly Row[] = Array.from({ length: 12 }, (_, index) =>
  index % 2 === 0 ? [5, 7, 4, 6] : [6, 7, 4, 5],
);

function candlesOf(rows: readonly Row[]): Candle[] {
  return rows.map(([open, high, low, close], index) => ({
    openMs: index * 60_000,
    open,
    high,
    low,
    close,
    volume: 1,
  }));
}

const LONG_BLACK: Row = [8, 8.2, 3.8, 4];
const LONG_WHITE: Row = [4, 8.2, 3.8, 8];

interface Fixture {
  readonly name: string;
  readonly bullish?: readonly Row[];
  readonly bearish?: readonly Row[];
  readonly neutral?: readonly Row[];
  /** Nearly the pattern, with why not. */
  readonly not: readonly (readonly [string, readonly Row[]])[];
}

const FIXTURES: readonly Fixture[] = [
  {
    name: 'doji',
    neutral: [[5, 6, 4, 5.1]],
    not: [['the body is a tenth of the range before and more', [[5, 6, 4, 5.5]]]],
  },
  {
    name: 'dragonfly-doji',
    bullish: [[5, 5.1, 3, 5.05]],
    not: [
      ['it has an upper shadow', [[5, 6, 3, 5.05]]],
      ['it has no lower shadow', [[5, 5.1, 4.95, 5.05]]],
    ],
  },
  {
    name: 'gravestone-doji',
    bearish: [[5, 7, 4.95, 5]],
    not: [['it has a lower shadow', [[5, 7, 4, 5]]]],
  },
  {
    name: 'long-legged-doji',
    neutral: [[5, 7, 3, 5.1]],
    not: [['it has no shadow', [[5, 5.1, 5, 5.1]]]],
  },
  {
    name: 'marubozu',
    bullish: [[5, 7, 5, 7]],
    bearish: [[7, 7, 5, 5]],
    not: [
      ['it has an upper shadow', [[5, 8, 5, 7]]],
      ['the body is ordinary', [[5, 5.9, 5, 5.9]]],
    ],
  },
  {
    name: 'spinning-top',
    neutral: [[5, 6.5, 3.5, 5.5]],
    not: [['one shadow is shorter than the body', [[5, 5.7, 4, 5.5]]]],
  },
  {
    name: 'hammer',
    bullish: [[4.2, 4.5, 2.5, 4.4]],
    not: [
      ['it hangs high', [[6.8, 7.1, 5, 7]]],
      ['it has an upper shadow', [[4.2, 5.5, 2.5, 4.4]]],
    ],
  },
  {
    name: 'hanging-man',
    bearish: [[6.8, 7.1, 5, 7]],
    not: [['it hangs low', [[4.2, 4.5, 2.5, 4.4]]]],
  },
  {
    name: 'inverted-hammer',
    bullish: [[4.2, 6, 4.1, 4.4]],
    not: [['the bodies touch', [[4.9, 6.5, 4.8, 5.1]]]],
  },
  {
    name: 'shooting-star',
    bearish: [[6.2, 8, 6.1, 6.4]],
    not: [['the bodies touch', [[5.9, 8, 5.8, 6.2]]]],
  },
  {
    name: 'engulfing',
    bullish: [[4.9, 6.5, 4.5, 6.2]],
    bearish: [
      [5, 7, 4, 6],
      [6.2, 7, 4, 4.8],
    ],
    not: [
      ['it lies inside', [[5.1, 6.5, 4.5, 5.9]]],
      ['both ends are only equal', [[5, 6.5, 4.5, 6]]],
      ['the colour is the same', [[6.2, 7, 4, 4.8]]],
    ],
  },
  {
    name: 'harami',
    bullish: [LONG_BLACK, [5, 6, 4.5, 5.5]],
    bearish: [LONG_WHITE, [6, 6.5, 5, 5.5]],
    not: [
      ['the second body sticks out', [LONG_BLACK, [3.9, 6, 3.5, 4.5]]],
      [
        'the first body is ordinary',
        [
          [6, 7, 4, 5.1],
          [5.3, 6, 5, 5.6],
        ],
      ],
    ],
  },
  {
    name: 'harami-cross',
    bullish: [LONG_BLACK, [5, 6, 4.5, 5.05]],
    bearish: [LONG_WHITE, [6, 6.5, 5, 6.05]],
    not: [['the second is no doji', [LONG_BLACK, [5, 6, 4.5, 5.9]]]],
  },
  {
    name: 'piercing',
    bullish: [LONG_BLACK, [3.5, 7, 3.4, 6.5]],
    not: [
      ['it stops below the middle', [LONG_BLACK, [3.5, 7, 3.4, 5.5]]],
      ['it opens above the low', [LONG_BLACK, [3.9, 7, 3.4, 6.5]]],
    ],
  },
  {
    name: 'dark-cloud-cover',
    bearish: [LONG_WHITE, [8.5, 8.6, 5, 5.5]],
    not: [
      ['it stops above the middle', [LONG_WHITE, [8.5, 8.6, 6, 6.5]]],
      ['it opens below the high', [LONG_WHITE, [8.1, 8.6, 5, 5.5]]],
    ],
  },
  {
    name: 'tweezers-top',
    bearish: [LONG_WHITE, [7.9, 8.25, 6, 6.2]],
    not: [['the highs differ', [LONG_WHITE, [7.9, 8.6, 6, 6.2]]]],
  },
  {
    name: 'tweezers-bottom',
    bullish: [LONG_BLACK, [4.1, 6, 3.85, 5.8]],
    not: [['the lows differ', [LONG_BLACK, [4.1, 6, 3.4, 5.8]]]],
  },
  {
    name: 'kicking',
    bullish: [
      [6, 6, 4, 4],
      [6.5, 8.5, 6.5, 8.5],
    ],
    bearish: [
      [4, 6, 4, 6],
      [3.5, 3.5, 1.5, 1.5],
    ],
    not: [
      [
        'there is no gap',
        [
          [6, 6, 4, 4],
          [5.5, 8.5, 5.5, 8.5],
        ],
      ],
    ],
  },
  {
    name: 'doji-star',
    bullish: [LONG_BLACK, [3.5, 3.8, 3.2, 3.45]],
    bearish: [LONG_WHITE, [8.5, 9, 8.2, 8.55]],
    not: [['there is no gap', [LONG_WHITE, [7.9, 9, 7.5, 7.95]]]],
  },
  {
    name: 'morning-star',
    bullish: [LONG_BLACK, [3.2, 3.8, 2.8, 3.6], [3.8, 6.5, 3.7, 6.2]],
    not: [
      ['the third takes back too little', [LONG_BLACK, [3.2, 3.8, 2.8, 3.6], [3.5, 6.5, 3.4, 5]]],
      ['the second touches the first', [LONG_BLACK, [3.8, 4.3, 3.5, 4.2], [3.8, 6.5, 3.7, 6.2]]],
    ],
  },
  {
    name: 'evening-star',
    bearish: [LONG_WHITE, [8.4, 9.2, 8.2, 8.8], [8.2, 8.3, 5, 5.8]],
    not: [
      ['the third takes back too little', [LONG_WHITE, [8.4, 9.2, 8.2, 8.8], [8.5, 8.6, 6, 7]]],
    ],
  },
  {
    name: 'morning-doji-star',
    bullish: [LONG_BLACK, [3.5, 3.8, 3.2, 3.55], [3.8, 6.5, 3.7, 6.2]],
    not: [['the second is no doji', [LONG_BLACK, [3.2, 3.8, 2.8, 3.6], [3.8, 6.5, 3.7, 6.2]]]],
  },
  {
    name: 'evening-doji-star',
    bearish: [LONG_WHITE, [8.5, 9, 8.2, 8.55], [8.2, 8.3, 5, 5.8]],
    not: [['the second is no doji', [LONG_WHITE, [8.4, 9.2, 8.2, 8.8], [8.2, 8.3, 5, 5.8]]]],
  },
  {
    name: 'abandoned-baby',
    bullish: [LONG_BLACK, [3.3, 3.5, 3.1, 3.35], [3.8, 6.5, 3.7, 6.2]],
    bearish: [LONG_WHITE, [8.6, 8.9, 8.4, 8.65], [8.2, 8.3, 5, 5.8]],
    not: [['a shadow touches', [LONG_BLACK, [3.3, 3.9, 3.1, 3.35], [3.8, 6.5, 3.7, 6.2]]]],
  },
  {
    name: 'three-white-soldiers',
    bullish: [
      [5, 7, 4.9, 7],
      [6, 8, 5.9, 8],
      [7, 9, 6.9, 9],
    ],
    not: [
      [
        'the last has an upper shadow',
        [
          [5, 7, 4.9, 7],
          [6, 8, 5.9, 8],
          [7, 9.5, 6.9, 8.2],
        ],
      ],
      [
        'the last opens far above',
        [
          [5, 7, 4.9, 7],
          [6, 8, 5.9, 8],
          [9.5, 12, 9.4, 12],
        ],
      ],
    ],
  },
  {
    name: 'three-black-crows',
    bearish: [
      [8, 9.5, 7.5, 9],
      [9, 9.1, 7, 7],
      [8, 8.1, 6, 6],
      [7, 7.1, 5, 5],
    ],
    not: [
      [
        'one opens above',
        [
          [8, 9.5, 7.5, 9],
          [9, 9.1, 7, 7],
          [9.5, 9.6, 6, 6],
          [7, 7.1, 5, 5],
        ],
      ],
      [
        'no white candle came first',
        [
          [9, 9.5, 7.5, 8],
          [9, 9.1, 7, 7],
          [8, 8.1, 6, 6],
          [7, 7.1, 5, 5],
        ],
      ],
    ],
  },
  {
    name: 'three-inside',
    bullish: [LONG_BLACK, [5, 6, 4.5, 5.5], [5.5, 8.6, 5.4, 8.4]],
    bearish: [LONG_WHITE, [6.5, 7, 5.5, 6], [6, 6.1, 3.5, 3.7]],
    not: [['the third does not break out', [LONG_BLACK, [5, 6, 4.5, 5.5], [5.5, 8.6, 5.4, 7.5]]]],
  },
  {
    name: 'three-outside',
    bullish: [
      [4.9, 6.5, 4.5, 6.2],
      [6.2, 7, 6, 6.8],
    ],
    bearish: [
      [5, 7, 4, 6],
      [6.2, 7, 4, 4.8],
      [4.8, 5, 4, 4.5],
    ],
    not: [
      [
        'the third closes lower',
        [
          [4.9, 6.5, 4.5, 6.2],
          [6.2, 7, 6, 6.1],
        ],
      ],
    ],
  },
];

function directionOf(name: string, rows: readonly Row[]): string | undefined {
  return findPatterns(candlesOf([...BEFORE, ...rows])).find((found) => found.name === name)
    ?.direction;
}

describe.each(FIXTURES)('pattern $name', ({ name, bullish, bearish, neutral, not }) => {
  test('is found with its direction', () => {
    const found = { bullish, bearish, neutral };
    for (const [direction, rows] of Object.entries(found)) {
      if (rows !== undefined) expect(directionOf(name, rows)).toBe(direction);
    }
  });

  test.each(not)('is not found when %s', (_, rows) => {
    expect(directionOf(name, rows)).toBeUndefined();
  });
});

test('every pattern has a fixture', () => {
  expect(FIXTURES.map(({ name }) => name).toSorted()).toEqual(
    PATTERNS.map(({ name }) => name).toSorted(),
  );
});

test('too few candles give no pattern instead of an error', () => {
  for (let length = 1; length < PATTERN_CANDLES; length += 1) {
    expect(() => findPatterns(candlesOf(BEFORE.slice(0, length)))).not.toThrow();
  }
});

const walk = fc
  .array(
    fc.tuple(
      fc.integer({ min: -30, max: 30 }),
      fc.integer({ min: -30, max: 30 }),
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 0, max: 20 }),
    ),
    { minLength: PATTERN_CANDLES, maxLength: 40 },
  )
  .map((steps) => {
    let close = 5_000;
    return candlesOf(
      steps.map(([gap, step, up, down]): Row => {
        const open = close + gap;
        close = open + step;
        return [open, Math.max(open, close) + up, Math.min(open, close) - down, close];
      }),
    );
  });

function scaled(candles: readonly Candle[], k: number): Candle[] {
  return candles.map((c) => ({
    ...c,
    open: c.open * k,
    high: c.high * k,
    low: c.low * k,
    close: c.close * k,
  }));
}

test('multiplying every price changes nothing', () => {
  // Powers of two, so that the products are exact and equal prices stay equal.
  fc.assert(
    fc.property(walk, fc.integer({ min: -30, max: 30 }), (candles, power) => {
      expect(findPatterns(scaled(candles, 2 ** power))).toEqual(findPatterns(candles));
    }),
  );
});

test('what comes later changes nothing', () => {
  fc.assert(
    fc.property(walk, (candles) => {
      const index = PATTERN_CANDLES - 2;
      expect(findPatterns(candles, index)).toEqual(findPatterns(candles.slice(0, index + 1)));
    }),
  );
});
