import { describe, expect, test } from 'vitest';
import type { Evaluation } from '#core/model/evaluation.ts';
import { Pair } from '#core/model/pair.ts';
import { type PlanInput, expiryOf, planOf } from './plan.ts';

const CLOSE_MS = 1_700_000_040_000;
const evaluation: Evaluation = {
  pair: Pair.parse('BTC/USDT'),
  timeframe: '1m',
  closeMs: CLOSE_MS,
  candle: { openMs: CLOSE_MS - 60_000, open: 1, high: 1, low: 1, close: 1, volume: 1 },
  origin: 'live',
  isEmpty: false,
  receivedMs: CLOSE_MS + 20,
};

function plan(changes: Partial<PlanInput> & { evaluation?: Evaluation } = {}) {
  return planOf({
    evaluation,
    verdict: { action: 'buy', noEntry: [] },
    ageMs: 50,
    lateAfterMs: 5_000,
    cooldownCandles: 5,
    ...changes,
  });
}

const sell = { action: 'sell', noEntry: [] } as const;
const held = { positionOpenedMs: CLOSE_MS - 300_000 };

describe('a buy', () => {
  test('enters when nothing stands against it', () => {
    expect(plan()).toEqual({ send: 'enter', noEntry: [] });
  });

  test.each([
    ['backfilled', { evaluation: { ...evaluation, origin: 'backfill' as const } }],
    ['late', { ageMs: 5_001 }],
    ['no-trades', { evaluation: { ...evaluation, isEmpty: true } }],
    ['cooldown', { lastAction: { action: 'exit' as const, closeMs: CLOSE_MS - 240_000 } }],
    ['position-open', held],
    ['exit-only', { pairStanding: 'exit-only' as const }],
    ['not-selected', { pairStanding: 'not-selected' as const }],
  ])('does not enter: %s', (reason, changes) => {
    expect(plan(changes)).toEqual({ send: 'nothing', noEntry: [reason] });
  });

  test('collects every reason', () => {
    const empty = { ...evaluation, isEmpty: true, origin: 'backfill' as const };

    expect(plan({ evaluation: empty, ageMs: 1e6, ...held }).noEntry).toEqual([
      'backfilled',
      'late',
      'no-trades',
      'position-open',
    ]);
  });

  test('enters again when the cooldown is over', () => {
    const lastAction = { action: 'exit' as const, closeMs: CLOSE_MS - 300_000 };

    expect(plan({ lastAction }).send).toBe('enter');
  });

  test('does not know what was done on a later close', () => {
    const lastAction = { action: 'enter' as const, closeMs: CLOSE_MS + 60_000 };

    expect(plan({ lastAction }).send).toBe('enter');
  });
});

describe('a sell', () => {
  test('exits what the desk holds, in any circumstances', () => {
    const late = { verdict: sell, ageMs: 1e6, evaluation: { ...evaluation, isEmpty: true } };

    expect(plan({ verdict: sell, ...held }).send).toBe('exit');
    expect(plan({ ...late, ...held }).send).toBe('exit');
  });

  test('sells nothing when the desk holds nothing', () => {
    expect(plan({ verdict: sell })).toEqual({ send: 'nothing', noEntry: [] });
  });

  test('leaves a position alone that is younger than its candle', () => {
    expect(plan({ verdict: sell, positionOpenedMs: CLOSE_MS + 1 }).send).toBe('nothing');
  });

  test('does nothing on a backfilled close', () => {
    const backfilled = { ...evaluation, origin: 'backfill' as const };

    expect(plan({ verdict: sell, ...held, evaluation: backfilled }).send).toBe('nothing');
  });
});

describe('a close that is evaluated again', () => {
  test('sends the same entry although it is late by now and the position is open', () => {
    const lastAction = { action: 'enter' as const, closeMs: CLOSE_MS };

    expect(plan({ lastAction, ageMs: 1e6, ...held })).toEqual({ send: 'enter', noEntry: [] });
  });

  test('sends the same exit although the position is gone by now', () => {
    const lastAction = { action: 'exit' as const, closeMs: CLOSE_MS };

    expect(plan({ verdict: sell, lastAction })).toEqual({ send: 'exit', noEntry: [] });
  });

  test('sends nothing when revised candles have changed the verdict', () => {
    const lastAction = { action: 'enter' as const, closeMs: CLOSE_MS };

    expect(plan({ verdict: { action: 'hold', noEntry: [] }, lastAction }).send).toBe('nothing');
  });
});

test.each([
  ['in time', 50, 15_000],
  ['at the last moment', 5_000, 15_000],
  ['late, as far as it is late', 6_000, 14_000],
  ['late by a part of a millisecond', 6_000.4, 13_999],
  ['long after', 3_600_000, -1],
  ['after nobody knows how long', Infinity, -1],
])('an intent that is made %s is wanted from the close on', (_, ageMs, expected) => {
  expect(expiryOf({ ageMs, lateAfterMs: 5_000, wantedMs: 15_000 })).toBe(expected);
});

test('a hold sends nothing and keeps its reasons', () => {
  const hold = { action: 'hold', noEntry: ['conflict'] } as const;

  expect(plan({ verdict: hold })).toEqual({ send: 'nothing', noEntry: ['conflict'] });
});
