import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Candle } from '#core/model/candle.ts';
import type { AnalystReport } from '#core/model/decision.ts';
import { Pair } from '#core/model/pair.ts';
import { type AnalystInput, type Leaning, defineAnalyst, seat } from './analyst.ts';
import { builtInAnalyst } from './bench.ts';
import { decide, evaluate } from './committee.ts';
import { CommitteeConfig } from './config.ts';

const PAIR = Pair.parse('BTC/USDT');
const config = CommitteeConfig.parse({});

/** Candles whose closes follow `price`, each opening where the last one closed. */
function candlesOf(price: (index: number) => number, length = 300, everyMs = 60_000): Candle[] {
  return Array.from({ length }, (_, index) => {
    const [open, close] = [price(index), price(index + 1)];
    const spread = 0.0004 * open;
    return {
      openMs: index * everyMs,
      open,
      high: Math.max(open, close) + spread,
      low: Math.min(open, close) - spread,
      close,
      volume: 10 + (index % 5),
    };
  });
}

/** A range that turns into a steady move `slope` a candle over the last 60 candles. */
function turning(slope: number): (index: number) => number {
  return (index) => 100 * (1 + 0.002 * Math.sin(index / 3) + slope * Math.max(0, index - 240));
}

function input(price: (index: number) => number, length = 300): AnalystInput {
  const candles = candlesOf(price, length);
  const higher = [
    { timeframe: '5m' as const, candles: candlesOf((i) => price(i * 5 - 1200), 300, 300_000) },
  ];
  return { pair: PAIR, timeframe: '1m', candles, higher };
}

const seats = config.analysts.map(({ name, weight }) =>
  seat(builtInAnalyst(name ?? 'trend'), { weight }),
);
const committee = { seats, config };

describe('the default committee', () => {
  test('buys into a clear rise and gives stop, target and reasons', () => {
    const verdict = evaluate(committee, input(turning(0.0012)));

    expect(verdict).toMatchObject({ action: 'buy', noEntry: [] });
    expect(verdict.confidence).toBeGreaterThanOrEqual(config.min_confidence);
    const stop = verdict.distances?.stopDistanceFraction ?? 0;
    expect(stop).toBeGreaterThanOrEqual(config.stop.min_fraction);
    expect(stop).toBeLessThanOrEqual(config.stop.max_fraction);
    expect(verdict.distances?.targetDistanceFraction).toBeCloseTo(stop * config.target_reward);
    expect(verdict.rationale).toMatch(/^Buy: stance 0\.\d+, confidence \d+(\.\d)? %.*For: .*Stop /);
  });

  test('sells into a clear fall', () => {
    expect(evaluate(committee, input(turning(-0.0012))).action).toBe('sell');
  });

  test('holds in a market that goes nowhere', () => {
    const verdict = evaluate(
      committee,
      input((i) => 100 + 0.02 * Math.sin(i / 2)),
    );

    expect(verdict.action).toBe('hold');
    expect(verdict.distances).toBeUndefined();
  });

  test('holds while nothing moves at all', () => {
    const verdict = evaluate(
      committee,
      input(() => 100),
    );

    expect(verdict).toMatchObject({ action: 'hold', stance: 0 });
  });

  test('says that it is warming up while most cannot speak yet', () => {
    const verdict = evaluate(committee, input(turning(0.001), 20));

    expect(verdict).toMatchObject({ action: 'hold', noEntry: ['warming-up'], confidence: 0 });
    expect(verdict.reports).toHaveLength(seats.length);
  });

  test('needs no longer timeframe to decide', () => {
    const { candles, ...rest } = input(turning(0.0012));

    expect(evaluate(committee, { ...rest, candles, higher: [] }).action).toBe('buy');
  });

  test('gives the same verdict for the same candles', () => {
    const given = input(turning(0.0005));

    expect(evaluate(committee, given)).toEqual(evaluate(committee, structuredClone(given)));
  });

  test('does not depend on the order of its seats', () => {
    const given = input(turning(0.0006));
    const [forward, backward] = [committee, { ...committee, seats: seats.toReversed() }].map((c) =>
      evaluate(c, given),
    );

    expect(backward?.stance).toBe(forward?.stance);
    expect(backward?.confidence).toBe(forward?.confidence);
    expect(backward?.action).toBe(forward?.action);
  });

  test('gives evidence in words and finite numbers', () => {
    for (const report of evaluate(committee, input(turning(0.0012))).reports) {
      expect(report.evidence.length, report.analyst).toBeGreaterThan(0);
      for (const { text, values } of report.evidence) {
        expect(text).not.toBe('');
        expect(Object.values(values).every(Number.isFinite), text).toBe(true);
      }
    }
  });

  test('does not depend on the unit the price is quoted in', () => {
    const given = input(turning(0.0008));
    const scaled = (candles: readonly Candle[]): Candle[] =>
      candles.map((candle) => {
        const [open, high, low, close] = [candle.open, candle.high, candle.low, candle.close];
        // A power of two keeps every product exact.
        const k = 2 ** -20;
        return { ...candle, open: open * k, high: high * k, low: low * k, close: close * k };
      });

    const verdict = evaluate(committee, {
      ...given,
      candles: scaled(given.candles),
      higher: given.higher.map((one) => ({ ...one, candles: scaled(one.candles) })),
    });

    expect(verdict).toEqual(evaluate(committee, given));
  });
});

describe('the regime in the decision', () => {
  const member = (leaning: Leaning, weight = 1) => ({ leaning, weight });
  const says = (stance: number, confidence = 0.8) => ({
    analyst: 'a',
    stance,
    confidence,
    evidence: [],
  });
  const calm = { kind: 'mixed', adx: 25, lean: 0, expansion: 1, storm: 0, caution: 0 } as const;
  const stormy = { ...calm, expansion: 4, storm: 1, caution: 1 } as const;
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  const side = fc.double({ min: -1, max: 1, noNaN: true });
  const heard = fc.array(
    fc.record({
      member: fc.record({
        leaning: fc.constantFrom<Leaning>('trend', 'reversion', 'neutral'),
        weight: fc.double({ min: 0, max: 5, noNaN: true }),
      }),
      report: fc.record({
        analyst: fc.constantFrom('a', 'b', 'c'),
        stance: side,
        confidence: unit,
        evidence: fc.constant<AnalystReport['evidence']>([]),
      }),
    }),
    { minLength: 1, maxLength: 7 },
  );
  const regimes = fc
    .record({ lean: side, storm: unit })
    .map(({ lean, storm }) => ({ ...calm, lean, storm, caution: storm }));

  test('a trend makes its followers count more, a range those who bet on the way back', () => {
    const members = [
      { member: member('trend'), report: says(0.4) },
      { member: member('reversion'), report: says(-0.4) },
    ];
    const [range = 0, mixed = 0, trend = 0] = [-1, 0, 1].map(
      (lean) => decide(members, { ...calm, lean }, config).stance,
    );

    expect(range).toBeLessThan(mixed);
    expect(mixed).toBeLessThan(trend);
  });

  test('a storm asks a buy for more confidence than the calm, and a sell for no more', () => {
    const sure = (stance: number) => [{ member: member('neutral'), report: says(stance, 0.75) }];

    expect(decide(sure(1), calm, config).action).toBe('buy');
    expect(decide(sure(1), stormy, config)).toMatchObject({
      action: 'hold',
      reasons: ['low-confidence'],
    });
    expect(decide(sure(-1), stormy, config).action).toBe('sell');
  });

  test('a storm alone makes no buy, though it silences who speaks against one', () => {
    const members = [
      { member: member('trend'), report: says(0.9, 0.95) },
      { member: member('reversion', 2), report: says(-0.45, 0.9) },
    ];
    const adaptive = { ...config, regime_adaptation: 1 };

    expect(decide(members, calm, adaptive).action).toBe('hold');
    expect(decide(members, stormy, adaptive).action).toBe('hold');
  });

  test('no storm and no missing history ever buys what the calm would not', () => {
    fc.assert(
      fc.property(heard, regimes, unit, (members, regime, adaptation) => {
        const rules = { ...config, regime_adaptation: adaptation };
        if (decide(members, regime, rules).action !== 'buy') return;
        const inCalm = { ...regime, storm: 0, caution: 0 };
        expect(decide(members, inCalm, rules).action).toBe('buy');
      }),
      { numRuns: 1_000 },
    );
  });

  test('no regime buys against a strong report of anybody who has a seat', () => {
    fc.assert(
      fc.property(heard, regimes, unit, (members, regime, adaptation) => {
        const against = { member: member('reversion', 0.8), report: says(-0.9, 0.9) };
        const rules = { ...config, regime_adaptation: adaptation };
        const strong = { member: member('trend'), report: says(1, 0.9) };

        const { action } = decide([...members, strong, against], regime, rules);

        expect(action).not.toBe('buy');
      }),
    );
  });
});

describe('stop distance', () => {
  test.each([
    [0.0002, 'min_fraction'],
    [0.05, 'max_fraction'],
  ] as const)('is held within the limits at ranges of %d', (size, limit) => {
    const always = defineAnalyst({
      name: 'always',
      leaning: 'neutral',
      params: z.strictObject({}),
      warmUp: () => 1,
      analyse: () => ({ stance: 1, confidence: 0.95, evidence: [] }),
    });
    const wild = input((i) => 100 * (1 + size * (i % 2)));

    const verdict = evaluate({ seats: [seat(always, { weight: 1 })], config }, wild);

    expect(verdict.distances?.stopDistanceFraction).toBe(config.stop[limit]);
  });
});

describe('a broken analyst', () => {
  const broken = (name: string, analyse: () => never) =>
    seat(
      defineAnalyst({
        name,
        leaning: 'neutral',
        params: z.strictObject({}),
        warmUp: () => 1,
        analyse,
      }),
      { weight: 5 },
    );

  test('abstains when it throws or gives nonsense, and the others decide', () => {
    const throws = broken('throws', () => {
      throw new Error('divided by a duck');
    });
    const nonsense = broken(
      'nonsense',
      () => ({ stance: 7, confidence: 1, evidence: [] }) as never,
    );

    const verdict = evaluate(
      { seats: [...seats, throws, nonsense], config },
      input(turning(0.0012)),
    );

    expect(verdict.action).toBe('buy');
    const failed = verdict.reports.slice(-2);
    expect(failed.map(({ confidence }) => confidence)).toEqual([0, 0]);
    expect(failed[0]?.evidence[0]?.text).toContain('divided by a duck');
    expect(failed[1]?.evidence[0]?.text).toContain('stance');
  });
});
