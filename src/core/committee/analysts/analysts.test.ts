/** What the built-in analysts have in common, and what each of them is for. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Candle } from '#core/model/candle.ts';
import { Pair } from '#core/model/pair.ts';
import { type AnalystInput, seat } from '../analyst.ts';
import { ANALYST_NAMES, type AnalystName } from '../analyst-names.ts';
import { builtInAnalyst } from '../bench.ts';

const PAIR = Pair.parse('ETH/USDT');

/** Candles through the closes, each opening at the last close; `wick` is the shadow either side. */
function candlesOf(closes: readonly number[], wick = 0.2): Candle[] {
  return closes.map((close, index) => {
    const open = closes[index - 1] ?? close;
    const high = Math.max(open, close) + wick;
    const low = Math.min(open, close) - wick;
    return { openMs: index * 60_000, open, high, low, close, volume: 10 };
  });
}

function input(closes: readonly number[], longer = closes): AnalystInput {
  return {
    pair: PAIR,
    timeframe: '1m',
    candles: candlesOf(closes),
    higher: [
      { timeframe: '5m', candles: candlesOf(longer) },
      { timeframe: '15m', candles: candlesOf(longer) },
    ],
  };
}

function ask(name: AnalystName, given: AnalystInput, params: object = {}) {
  return seat(builtInAnalyst(name), { weight: 1, params }).analyse(given);
}

const wave = (index: number): number => 1_000 + 2 * Math.sin(index / 3);
const steps = (f: (index: number) => number, length = 200): number[] =>
  Array.from({ length }, (_, index) => f(index));
const RISE = steps((i) => wave(i) + Math.max(0, i - 150));
/** The same candles turned upside down. */
const FALL = RISE.map((close) => 2_000 - close);
const RANGE = steps(wave);
const STILL = steps(() => 1_000);

describe.each(ANALYST_NAMES)('%s', (name) => {
  test('has nothing to say about a price that stands still', () => {
    const still = candlesOf(STILL, 0);

    const report = ask(name, { pair: PAIR, timeframe: '1m', candles: still, higher: [] });

    expect(report.stance * report.confidence).toBe(0);
  });

  test('is warm when it says it is', () => {
    const member = seat(builtInAnalyst(name), { weight: 1 });
    const given = input(RISE.slice(-member.warmUp));

    const texts = member.analyse(given).evidence.map(({ text }) => text);

    expect(texts.join()).not.toMatch(/warming up|failed/);
  });

  test('refuses params it does not know', () => {
    expect(() => seat(builtInAnalyst(name), { weight: 1, params: { sped: 1 } })).toThrow(/sped/);
  });

  test('keeps stance and confidence in range on any candles', () => {
    const closes = fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), {
      minLength: 60,
      maxLength: 90,
    });
    fc.assert(
      fc.property(closes, (given) => {
        const report = ask(name, { ...input(given), candles: candlesOf(given, 0.5) });

        // A report out of range would have been turned into an abstention that says so.
        expect(report.evidence.map(({ text }) => text).join()).not.toMatch(/no usable|failed/);
      }),
      { numRuns: 40 },
    );
  });
});

describe.each(['technical-momentum', 'technical-volatility', 'trend'] as const)(
  '%s follows the move',
  (name) => {
    test('up and down alike', () => {
      const up = ask(name, input(RISE));
      const down = ask(name, input(FALL));

      expect(up.stance).toBeGreaterThan(0.4);
      expect(up.confidence).toBeGreaterThan(0.4);
      expect(down.stance).toBeCloseTo(-up.stance, 1);
      expect(down.confidence).toBeCloseTo(up.confidence, 1);
    });
  },
);

describe('technical-mean-reversion', () => {
  const spike = [...RANGE.slice(0, -3), 1_004, 1_007, 1_010];

  test('bets against a stretch in a calm market', () => {
    const report = ask('technical-mean-reversion', input(spike));

    expect(report.stance).toBeLessThan(-0.5);
    expect(report.confidence).toBeGreaterThan(0.4);
  });

  test('has less to say against a trend', () => {
    const calm = ask('technical-mean-reversion', input(spike));
    const trending = ask('technical-mean-reversion', input(RISE));

    expect(trending.confidence).toBeLessThan(calm.confidence / 1.5);
  });

  test('is silent in the middle of the range', () => {
    const middle = [...RANGE.slice(0, -5), 1_000, 1_000.5, 999.5, 1_000, 1_000];

    expect(ask('technical-mean-reversion', input(middle)).stance).toBe(0);
  });
});

describe('trend', () => {
  test('is less sure when the longer timeframes point the other way', () => {
    const together = ask('trend', input(RISE, RISE));
    const against = ask('trend', input(RISE, FALL));

    expect(against.confidence).toBeLessThan(together.confidence / 2);
    expect(against.evidence).toHaveLength(3);
  });

  test('speaks from the base alone while the longer ones are young', () => {
    const report = ask('trend', input(RISE, RISE.slice(0, 10)));

    expect(report.evidence).toHaveLength(1);
    expect(report.stance).toBeGreaterThan(0.4);
  });
});

describe('pattern', () => {
  /** A slide that ends in a black candle and a white one that swallows it. */
  const slide = steps((i) => 1_000 - i * 0.5, 60);
  const turned: Candle[] = [
    ...candlesOf(slide),
    { openMs: 3_600_000, open: 970.5, high: 970.6, low: 968.4, close: 968.5, volume: 1 },
    { openMs: 3_660_000, open: 968.4, high: 972, low: 968.3, close: 971.9, volume: 1 },
  ];
  const after = (candles: readonly Candle[]): AnalystInput => ({ ...input(slide), candles });

  test('names what it sees and says which way it points', () => {
    const report = ask('pattern', after(turned));

    expect(report.stance).toBeGreaterThan(0.3);
    expect(report.evidence.map(({ text }) => text)).toContain('bullish engulfing');
  });

  test('forgets a pattern with every candle that follows', () => {
    const quiet = { open: 971.9, high: 972, low: 971.5, close: 971.7, volume: 1 };
    const later = [...turned, { openMs: 3_720_000, ...quiet }];

    const now = ask('pattern', after(turned)).evidence;
    const then = ask('pattern', after(later)).evidence;

    const vote = (list: typeof now, text: string): number =>
      list.find((one) => one.text === text)?.values['vote'] ?? 0;
    expect(vote(then, 'bullish engulfing 1 candles ago')).toBeCloseTo(
      0.6 * vote(now, 'bullish engulfing'),
    );
  });
});

const CALM_BOOK = {
  spreadFraction: 0.0002,
  imbalance: 0.6,
  micropriceFraction: 0.00005,
  depthBidQuote: 80_000,
  depthAskQuote: 20_000,
  flow: 0.5,
  flowQuote: 50_000,
  bookAgeMs: 100,
};

describe('market-maker', () => {
  const with_ = (market: object, timeframe: AnalystInput['timeframe'] = '1m', params = {}) =>
    ask(
      'market-maker',
      { ...input(RANGE), timeframe, market: { ...CALM_BOOK, ...market } },
      params,
    );

  test('goes with depth and takers, and turns around with them', () => {
    const up = with_({});
    const down = with_({ imbalance: -0.6, micropriceFraction: -0.00005, flow: -0.5 });

    expect(up.stance).toBeGreaterThan(0.4);
    expect(up.confidence).toBeGreaterThan(0.4);
    expect(down.stance).toBeCloseTo(-up.stance, 12);
    expect(down.confidence).toBeCloseTo(up.confidence, 12);
  });

  test('lets no coin that changes hands look like a rush', () => {
    const quiet = with_({ flow: 0, flowQuote: 0 });
    const oneCoin = with_({ flow: 1, flowQuote: 1 });

    expect(oneCoin.stance).toBeCloseTo(quiet.stance, 2);
    expect(oneCoin.confidence).toBeCloseTo(quiet.confidence, 2);
    const stances = [100, 500, 1_000, 1e9].map((flowQuote) => with_({ flow: 1, flowQuote }).stance);
    expect(stances).toEqual(stances.toSorted((a, b) => a - b));
    expect(stances[2]).toBe(stances[3]);
  });

  test('believes less when depth absorbs the takers, and on longer candles', () => {
    expect(with_({ flow: -0.5 }).confidence).toBeLessThan(with_({}).confidence / 2);
    expect(with_({}, '1h').confidence).toBeCloseTo(with_({}).confidence / Math.sqrt(60), 12);
    expect(with_({}, '1s').confidence).toBe(with_({}).confidence);
  });

  test.each([
    ['an old book', { bookAgeMs: 6_000 }],
    ['a thin book', { depthBidQuote: 400, depthAskQuote: 400 }],
    ['a wide spread', { spreadFraction: 0.004 }],
  ])('is silent on %s', (_, market) => {
    expect(with_(market).confidence).toBe(0);
  });

  test('is silent without a book', () => {
    expect(ask('market-maker', input(RISE)).confidence).toBe(0);
  });
});

describe('sentiment', () => {
  const COIN = { score: 0.4, confidence: 0.8, mentions: 20, ageMs: 1_000 };
  const heard = (sentiment: AnalystInput['sentiment'], params = {}) =>
    ask('sentiment', { ...input(RANGE), sentiment }, params);

  test('goes with the mood, and turns around with it', () => {
    const up = heard({ coin: COIN });
    const down = heard({ coin: { ...COIN, score: -0.4 } });

    expect(up.stance).toBeCloseTo(0.8, 12);
    expect(up.confidence).toBeCloseTo(0.7 * 0.8 * Math.sqrt(0.8), 12);
    expect(down.stance).toBeCloseTo(-0.8, 12);
  });

  test('lets the mood of the market weigh in while that is known', () => {
    const market = { score: -0.8, confidence: 1, mentions: 500, ageMs: 1_000 };

    expect(heard({ coin: COIN, market }).stance).toBeCloseTo((0.75 * 0.4 - 0.25 * 0.8) / 0.5, 12);
    expect(heard({ coin: COIN, market: { ...market, ageMs: 1e9 } }).stance).toBeCloseTo(0.8, 12);
  });

  test.each([
    ['nothing', undefined],
    ['a market without the coin', { market: COIN }],
    ['old words', { coin: { ...COIN, ageMs: 3_600_001 } }],
    ['a single mention', { coin: { ...COIN, mentions: 1 } }],
  ])('is silent on %s', (_, sentiment) => {
    expect(heard(sentiment).confidence).toBe(0);
  });
});
