import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/model/candle.ts';
import { CloseRule } from './close-rule.ts';
import type { CloseEffect } from './close-rule.ts';

const PERIOD = 1_000;
const START = 1_700_000_000_000;

function candleAt(index: number, close = 100 + index): Candle {
  return { openMs: START + index * PERIOD, open: 100, high: 1_000, low: 1, close, volume: 1 };
}

function rule(): CloseRule {
  return new CloseRule({
    periodMs: PERIOD,
    nextOpenMs: START,
    closeGraceMs: 1_500,
    evidenceGraceMs: 250,
  });
}

function closesIn(effects: readonly CloseEffect[]): number[] {
  return effects.flatMap((effect) =>
    effect.kind === 'close' ? [(effect.candle.openMs - START) / PERIOD] : [],
  );
}

function asks(effects: readonly CloseEffect[]): number[] {
  return effects.flatMap((effect) =>
    effect.kind === 'ask' ? [(effect.sinceMs - START) / PERIOD] : [],
  );
}

describe('CloseRule', () => {
  it('closes a period when the venue says so, with the time the news came', () => {
    const effects = rule().candle(candleAt(0), true, START + 1_003);

    expect(effects).toEqual([
      { kind: 'close', candle: candleAt(0), origin: 'live', receivedMs: START + 1_003 },
    ]);
  });

  it('does not close on a forming candle', () => {
    expect(rule().candle(candleAt(0), false, START + 500)).toEqual([]);
  });

  it('reports a second closing event as late instead of closing twice', () => {
    const one = rule();
    one.candle(candleAt(0), true, START + 1_000);

    expect(one.candle(candleAt(0, 7), true, START + 1_001)).toEqual([
      { kind: 'late', candle: candleAt(0, 7) },
    ]);
  });

  it('asks at once when a candle of the next period comes without the closing one', () => {
    expect(asks(rule().candle(candleAt(1), false, START + 1_100))).toEqual([0]);
  });

  it('holds a closed candle behind a hole until REST has filled it', () => {
    const one = rule();
    const first = one.candle(candleAt(2), true, START + 3_010);
    const then = one.answered([candleAt(0), candleAt(1)], START + 3_050);

    expect(closesIn(first)).toEqual([]);
    expect(asks(first)).toEqual([0]);
    expect(closesIn(then)).toEqual([0, 1, 2]);
  });

  it('asks a little after a trade of the next period, and later without any news', () => {
    const withTrade = rule();
    withTrade.trade(START + 1_000, START + 1_005);
    const silent = rule();

    expect(asks(withTrade.tick(START + 1_200))).toEqual([]);
    expect(asks(withTrade.tick(START + 1_255))).toEqual([0]);
    expect(asks(silent.tick(START + 2_499))).toEqual([]);
    expect(asks(silent.tick(START + 2_500))).toEqual([0]);
  });

  it('takes a trade inside the period for no evidence', () => {
    const one = rule();
    one.trade(START + 999, START + 1_000);

    expect(one.tick(START + 1_300)).toEqual([]);
  });

  it('asks one question at a time and waits longer after each empty answer', () => {
    const one = rule();
    expect(asks(one.tick(START + 2_500))).toEqual([0]);
    expect(one.tick(START + 2_600)).toEqual([]);
    one.answered([], START + 2_600);

    expect(one.tick(START + 2_849)).toEqual([]);
    expect(asks(one.tick(START + 2_850))).toEqual([0]);
    one.unanswered(START + 2_900);
    expect(one.tick(START + 3_399)).toEqual([]);
    expect(asks(one.tick(START + 3_400))).toEqual([0]);
  });

  it('calls a period absent only when REST shows a later candle', () => {
    const one = rule();
    one.tick(START + 2_500);
    const effects = one.answered([candleAt(2)], START + 3_100);

    expect(effects[0]).toEqual({ kind: 'absent', count: 2 });
    expect(closesIn(effects)).toEqual([2]);
  });

  it('marks closes found long after the period as backfilled', () => {
    const one = rule();
    one.resume(START + 10_000);
    const effects = one.answered(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => candleAt(i)),
      START + 10_100,
    );

    const origins = effects.flatMap((effect) => (effect.kind === 'close' ? [effect.origin] : []));
    expect(origins.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => 'backfill'));
    expect(origins.at(-1)).toBe('live');
  });

  it('goes on asking while an answer was not all of it', () => {
    const one = rule();
    one.resume(START + 10_000);

    expect(asks(one.answered([candleAt(0), candleAt(1)], START + 10_000))).toEqual([2]);
  });
});

/** A venue with the candles of 12 periods, some of which it never had. */
interface Step {
  readonly kind: 'closed' | 'forming' | 'trade' | 'tick';
  readonly index: number;
}

const PERIODS = 12;

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('closed', 'forming', 'trade', 'tick'),
    index: fc.integer({ min: 0, max: PERIODS - 1 }),
  }),
  { maxLength: 60 },
) as fc.Arbitrary<Step[]>;

/** Plays events in any order, at a time when all is over; REST answers, or fails, in between. */
function play(events: readonly Step[], absent: ReadonlySet<number>, failures: readonly boolean[]) {
  const one = rule();
  const closes: number[] = [];
  const answers = [...failures];
  let nowMs = START + PERIODS * PERIOD;

  function apply(effects: readonly CloseEffect[]): void {
    closes.push(...closesIn(effects));
    for (const sinceMs of effects.flatMap((e) => (e.kind === 'ask' ? [e.sinceMs] : []))) {
      if (answers.shift() === true) {
        one.unanswered(nowMs);
        continue;
      }
      const all = Array.from({ length: PERIODS }, (_, i) => i).filter((i) => !absent.has(i));
      apply(
        one.answered(
          all.map((i) => candleAt(i)).filter((c) => c.openMs >= sinceMs),
          nowMs,
        ),
      );
    }
  }

  for (const { kind, index } of events) {
    nowMs += 20;
    if (kind === 'closed' && !absent.has(index)) apply(one.candle(candleAt(index), true, nowMs));
    if (kind === 'forming' && !absent.has(index)) apply(one.candle(candleAt(index), false, nowMs));
    if (kind === 'trade') one.trade(START + index * PERIOD + 5, nowMs);
    if (kind === 'tick') apply(one.tick(nowMs));
  }
  for (let i = 0; i < 40; i += 1) {
    nowMs += 1_000;
    apply(one.tick(nowMs));
  }
  return closes;
}

describe('CloseRule under any order of events', () => {
  it('closes every candle the venue has exactly once and in order', () => {
    fc.assert(
      fc.property(
        steps,
        fc.uniqueArray(fc.integer({ min: 1, max: PERIODS - 2 }), { maxLength: 4 }),
        fc.array(fc.boolean(), { maxLength: 5 }),
        (events, missing, failures) => {
          const absent = new Set(missing);

          const closes = play(events, absent, failures);

          const expected = Array.from({ length: PERIODS }, (_, i) => i).filter(
            (i) => !absent.has(i),
          );
          expect(closes).toEqual(expected);
        },
      ),
    );
  });
});
