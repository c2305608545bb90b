import { describe, expect, it } from 'vitest';
import type { RiskLevel } from '#core/model/risk-state.ts';
import { type RiskMemory, watchRisk } from './risk-alerts.ts';

const MINUTE = 60_000;
const COOLDOWN = { cooldownMs: 15 * MINUTE };

/** Looks at [minute, level]; gives what was told, with its minute. */
function look(
  levels: readonly (readonly [minute: number, level: RiskLevel])[],
  begin?: RiskMemory,
) {
  let memory = begin;
  return levels.flatMap(([minute, level]) => {
    const reasons = level === 'normal' ? [] : [`drawdown is over its bound: ${level}`];
    const step = watchRisk(memory, { level, reasons, atMs: minute * MINUTE }, COOLDOWN);
    memory = step.memory;
    return step.alerts.map((alert) => ({ minute, ...alert }));
  });
}

const titles = (told: ReturnType<typeof look>) => told.map(({ minute, title }) => [minute, title]);

describe('the level of the portfolio', () => {
  it('says nothing while it is normal from the start', () => {
    expect(
      look([
        [0, 'normal'],
        [1, 'normal'],
      ]),
    ).toEqual([]);
  });

  it('is told once when it rises, and once when it has been normal for the cooldown', () => {
    const told = look([
      [0, 'normal'],
      [1, 'warn'],
      [9, 'warn'],
      [10, 'normal'],
      [24, 'normal'],
      [25, 'normal'],
      [60, 'normal'],
    ]);

    expect(titles(told)).toEqual([
      [1, 'risk: warn'],
      [25, 'risk is normal again'],
    ]);
    expect(told.map(({ kind, level }) => [kind, level])).toEqual([
      ['risk_warn', 'warning'],
      ['risk_normal', 'notice'],
    ]);
    expect(told[0]?.lines).toEqual(['entries go on', 'drawdown is over its bound: warn']);
  });

  it('is told once while it swings', () => {
    const swings = Array.from(
      { length: 40 },
      (_, n) => [n, n % 8 < 4 ? 'warn' : 'normal'] as const,
    );

    expect(titles(look(swings))).toEqual([[0, 'risk: warn']]);
  });

  it('is told again when it comes back after it was normal for long', () => {
    const told = look([
      [0, 'warn'],
      [1, 'normal'],
      [16, 'normal'],
      [17, 'warn'],
    ]);

    expect(titles(told)).toEqual([
      [0, 'risk: warn'],
      [16, 'risk is normal again'],
      [17, 'risk: warn'],
    ]);
  });

  it('is told at each step up, whatever was told just before', () => {
    const told = look([
      [0, 'warn'],
      [1, 'reduce'],
      [2, 'halt'],
      [3, 'flatten'],
    ]);

    expect(told.map(({ kind, level }) => [kind, level])).toEqual([
      ['risk_warn', 'warning'],
      ['risk_reduce', 'warning'],
      ['risk_halt', 'critical'],
      ['risk_halt', 'critical'],
    ]);
    expect(new Set(told.map(({ group }) => group)).size, 'none waits for another').toBe(4);
  });

  it('ends the reminders of a halt when it is better for good', () => {
    const [halt, better] = look([
      [0, 'halt'],
      [5, 'warn'],
      [20, 'warn'],
    ]);

    expect(halt?.condition).toBe('risk level');
    expect(better).toMatchObject({
      minute: 20,
      level: 'notice',
      title: 'risk: warn, no longer halt',
      ends: 'risk level',
    });
  });

  it('does not get better while nobody looks', () => {
    const held = look(
      [
        [40, 'normal'],
        [40, 'normal'],
      ],
      {
        level: 'reduce',
        betterSinceMs: 30 * MINUTE,
      },
    );

    expect(held).toEqual([]);
  });

  it('names the first reasons of many', () => {
    const reasons = Array.from({ length: 30 }, (_, n) => `limit ${n}`);
    const { alerts } = watchRisk(undefined, { level: 'warn', reasons, atMs: 0 }, COOLDOWN);

    expect(alerts[0]?.lines.slice(-2)).toEqual(['limit 7', 'and 22 more']);
  });
});
