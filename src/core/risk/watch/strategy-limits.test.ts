import { describe, expect, it } from 'vitest';
import { RiskState } from '#core/model/risk-state.ts';
import { RiskLimits } from '../config.ts';
import { assess } from './assess.ts';
import { BTC, lookOf, NOW, RULES as ANY } from './look.fixture.ts';
import type { AssessRules, Look } from './look.ts';

const RULES: AssessRules = {
  ...ANY,
  limits: RiskLimits.parse({ pair_exposure_max: 0.5 }),
  varMax: 0.5,
  machine: { margin: 0.1, recoveryMs: 60_000 },
};

function look(changed: { lossesInRow?: number; dailyReturns?: readonly number[] }): Look {
  const { lossesInRow, dailyReturns = [] } = changed;
  const account = { equityQuote: 10_000, drawdown: 0, dayLoss: 0, lossesInRow };
  return lookOf({ account, dailyReturns });
}

const statusOf = (state: RiskState, name: string) =>
  RiskState.parse(state).limits.find((limit) => limit.name === name);

/** Days that earn `mean` on average and go 1 % up and down. */
const days = (count: number, mean: number) =>
  Array.from({ length: count }, (_, day) => mean + (day % 2 === 0 ? 0.01 : -0.01));

describe('limits of the strategy', () => {
  it('warn of losses in a row, cut where entries halt, and again at twice as many', () => {
    const levels = [2, 3, 4, 5, 9, 10].map((lossesInRow) => {
      const { state } = assess(look({ lossesInRow }), RULES);
      return statusOf(state, 'losses-in-row')?.level;
    });

    expect(levels).toEqual(['normal', 'warn', 'warn', 'reduce', 'reduce', 'halt']);
  });

  it('stand in the state with their scope, and in words', () => {
    const { state, plan } = assess(look({ lossesInRow: 5 }), RULES);

    expect(statusOf(state, 'losses-in-row')).toMatchObject({
      scope: 'strategy',
      value: 5,
      bound: 5,
    });
    expect(state.reasons).toEqual(['losses-in-row 5 has reached 5: reduce']);
    expect(plan).toEqual([{ pair: BTC, share: 0.5 }]);
  });

  it('are none of what is not known', () => {
    const { state } = assess(look({ dailyReturns: days(29, -0.02) }), RULES);

    expect(state.limits.filter(({ scope }) => scope === 'strategy')).toEqual([]);
  });

  it.each([
    ['good', 40, 0.003, 'normal'],
    ['meagre', 40, 0.0001, 'warn'],
    ['bad, but perhaps by chance', 40, -0.001, 'warn'],
    ['bad for so long that it is no chance', 400, -0.001, 'reduce'],
    ['bad beyond doubt', 40, -0.005, 'halt'],
  ] as const)('of a record that is %s (%i days of %d): %s', (_, count, mean, level) => {
    const { state } = assess(look({ dailyReturns: days(count, mean) }), RULES);

    expect(statusOf(state, 'sharpe')).toMatchObject({ scope: 'strategy', level });
  });

  it('follow the ratio asked for: less is asked, less is cut', () => {
    const seen = look({ dailyReturns: days(40, -0.005) });

    const { state } = assess(seen, { ...RULES, sharpeMin: -10 });

    expect(statusOf(state, 'sharpe')?.level).toBe('normal');
  });

  it('say what a floor is under', () => {
    const { state } = assess(look({ dailyReturns: days(400, -0.001) }), RULES);

    expect(state.reasons).toEqual(['sharpe -1.91 is under -1.57: reduce']);
  });

  it('fall only once the value is above its floor by the margin, for the recovery time', () => {
    const bad = assess(look({ dailyReturns: days(40, -0.005) }), RULES);
    const good = look({ dailyReturns: days(40, 0.003) });
    const after = (ms: number, memory: Look['memory']) =>
      assess({ ...good, nowMs: NOW + ms, memory }, RULES);

    const first = after(1_000, bad.memory);
    expect(statusOf(first.state, 'sharpe')?.level).toBe('halt');
    expect(first.plan).toEqual([]);
    expect(statusOf(after(61_000, first.memory).state, 'sharpe')?.level).toBe('normal');
  });
});
