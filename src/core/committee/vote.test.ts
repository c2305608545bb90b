import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ballot, type VoteRules, vote } from './vote.ts';

const RULES: VoteRules = {
  minConfidence: 0.7,
  buyCaution: 0,
  minStance: 0.25,
  conflict: { stance: 0.5, confidence: 0.6 },
};

function ballot(analyst: string, stance: number, confidence: number, weight = 1): Ballot {
  return { report: { analyst, stance, confidence, evidence: [] }, weight, seatWeight: weight };
}

const ballots = fc.array(
  fc
    .record({
      name: fc.constantFrom('a', 'b', 'c', 'd'),
      stance: fc.integer({ min: -1_000, max: 1_000 }),
      confidence: fc.integer({ min: 0, max: 1_000 }),
      weight: fc.integer({ min: 0, max: 5_000 }),
    })
    .map((b) => ballot(b.name, b.stance / 1_000, b.confidence / 1_000, b.weight / 1_000)),
  { maxLength: 8 },
);

describe('vote', () => {
  test.each([
    ['buys when the voices agree', [ballot('a', 0.8, 0.8), ballot('b', 0.7, 0.7)], 'buy', []],
    [
      'sells when they agree downwards',
      [ballot('a', -0.8, 0.8), ballot('b', -0.7, 0.7)],
      'sell',
      [],
    ],
    ['holds when nobody has a view', [ballot('a', 0, 0.9), ballot('b', 0.1, 0.2)], 'hold', []],
    ['holds when nobody speaks', [], 'hold', []],
    [
      'holds a lone weak voice as not sure enough',
      [ballot('a', 0.6, 0.4)],
      'hold',
      ['low-confidence'],
    ],
    [
      'holds on strong reports that contradict each other, however clear the sum',
      [ballot('a', 1, 0.9, 5), ballot('b', 1, 0.9, 5), ballot('c', -0.6, 0.7, 0.5)],
      'hold',
      ['conflict'],
    ],
    [
      'sells on them all the same: doubt stops no exit',
      [ballot('a', -1, 0.9, 5), ballot('b', -1, 0.9, 5), ballot('c', 0.6, 0.7, 0.5)],
      'sell',
      [],
    ],
    [
      'does not take a strong report without weight for a conflict',
      [ballot('a', 1, 0.9), ballot('c', -0.9, 0.9, 0)],
      'buy',
      [],
    ],
  ] as const)('%s', (_, given, action, reasons) => {
    expect(vote(given, RULES)).toMatchObject({ action, reasons });
  });

  test('takes a strong report that the regime has silenced for a conflict all the same', () => {
    const silenced = { ...ballot('c', -0.9, 0.9, 0), seatWeight: 0.8 };

    expect(vote([ballot('a', 1, 0.9), silenced], RULES)).toMatchObject({
      action: 'hold',
      reasons: ['conflict'],
    });
  });

  test.each([1e308, Number.MAX_VALUE, 1e-320, Number.POSITIVE_INFINITY])(
    'acts on no sum that is not a number: weights of %d',
    (weight) => {
      for (const stance of [0.9, -0.9]) {
        const list = [ballot('a', stance, 0.4, weight), ballot('b', stance, 0.4, weight)];
        const outcome = vote(list, { ...RULES, minConfidence: 0.99 });

        expect(outcome.action).toBe('hold');
        expect([outcome.stance, outcome.confidence].every(Number.isFinite)).toBe(true);
      }
    },
  );

  test('believes two independent voices more than one', () => {
    const one = vote([ballot('a', 0.6, 0.6)], RULES);
    const two = vote([ballot('a', 0.6, 0.6), ballot('b', 0.6, 0.6)], RULES);

    expect(two.confidence).toBeGreaterThan(one.confidence);
  });

  test('believes less when a voice is against', () => {
    const alone = vote([ballot('a', 0.8, 0.8)], RULES);
    const opposed = vote([ballot('a', 0.8, 0.8), ballot('b', -0.4, 0.4)], RULES);

    expect(opposed.confidence).toBeLessThan(alone.confidence);
    expect(opposed.stance).toBeLessThan(alone.stance);
  });

  test('does not depend on the order of the reports', () => {
    fc.assert(
      fc.property(
        ballots.chain((list) =>
          fc.tuple(
            fc.constant(list),
            fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
          ),
        ),
        ([list, shuffled]) => {
          expect(vote(shuffled, RULES)).toEqual(vote(list, RULES));
        },
      ),
    );
  });

  test('turns around when every stance is turned around', () => {
    fc.assert(
      fc.property(ballots, (list) => {
        const mirrored = list.map(({ report, weight }) =>
          ballot(report.analyst, -report.stance, report.confidence, weight),
        );

        const outcome = vote(list, RULES);
        const turned = vote(mirrored, RULES);

        expect(turned.stance + outcome.stance).toBe(0);
        expect(turned.confidence).toBe(outcome.confidence);
        const isConflict = [outcome, turned].some(({ reasons }) => reasons.includes('conflict'));
        if (isConflict) return;
        expect(turned.reasons).toEqual(outcome.reasons);
        const opposite = { buy: 'sell', sell: 'buy', hold: 'hold' } as const;
        expect(turned.action).toBe(opposite[outcome.action]);
      }),
    );
  });

  test('needs more confidence for a buy when told to be careful, and never for a sell', () => {
    fc.assert(
      fc.property(ballots, fc.integer({ min: 0, max: 300 }), (list, caution) => {
        const before = vote(list, RULES);
        const careful = vote(list, { ...RULES, buyCaution: caution / 1_000 });

        if (before.action === 'sell') expect(careful).toEqual(before);
        if (careful.action === 'buy') {
          expect(careful.confidence).toBeGreaterThanOrEqual(RULES.minConfidence + caution / 1_000);
        }
      }),
    );
  });

  test('keeps its numbers in range and acts only when the rules allow it', () => {
    fc.assert(
      fc.property(ballots, (list) => {
        const { action, stance, confidence } = vote(list, RULES);

        expect(Math.abs(stance)).toBeLessThanOrEqual(1);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
        if (action !== 'hold') {
          expect(confidence).toBeGreaterThanOrEqual(RULES.minConfidence);
          expect(Math.sign(stance)).toBe(action === 'buy' ? 1 : -1);
        }
      }),
    );
  });

  test('does not change when all weights are multiplied', () => {
    fc.assert(
      fc.property(ballots, (list) => {
        const heavier = list.map(({ report, weight }) =>
          ballot(report.analyst, report.stance, report.confidence, weight * 4),
        );

        expect(vote(heavier, RULES)).toEqual(vote(list, RULES));
      }),
    );
  });
});
