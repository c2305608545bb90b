/**
 * The level of the portfolio, as alerts. What must hold:
 *
 * 1. A level that is worse than the one told last is told at once.
 * 2. A better one is told when nothing as bad has been seen for the cooldown: what swings around a bound
 *    is told once.
 * 3. The time is that of the looks: while nobody looks at the portfolio, nothing gets better.
 */
import { z } from 'zod';
import { RiskLevel, type RiskState } from '#core/model/risk-state.ts';
import type { Alert, AlertKind } from './alert.ts';
import type { Level } from './level.ts';

/** `risk_agent.alert_cooldown_minutes`: before the same warning is told, and the same sale tried, again. */
export const AlertCooldownMinutes = z.number().min(0).max(1_440).default(15);

/** What was told of the portfolio last. */
export const RiskMemory = z.strictObject({
  level: RiskLevel,
  /** Since which look it has been better than that. */
  betterSinceMs: z.number().optional(),
});
export type RiskMemory = Readonly<z.output<typeof RiskMemory>>;

interface Watched {
  readonly memory: RiskMemory;
  readonly alerts: readonly Alert[];
}

/** Of a first look: nothing was told, so all was well. */
const NOTHING_TOLD: RiskMemory = { level: 'normal' };

const ALERTS: Readonly<Record<RiskLevel, { kind: AlertKind; level: Level; means: string }>> = {
  normal: { kind: 'risk_normal', level: 'notice', means: 'entries go on as usual' },
  warn: { kind: 'risk_warn', level: 'warning', means: 'entries go on' },
  reduce: {
    kind: 'risk_reduce',
    level: 'warning',
    means: 'no entries; positions are cut where risk_agent.auto_reduce says so',
  },
  halt: {
    kind: 'risk_halt',
    level: 'critical',
    means: 'no entries; positions are cut where risk_agent.auto_reduce says so',
  },
  flatten: {
    kind: 'risk_halt',
    level: 'critical',
    means: 'everything is sold where risk_agent.auto_reduce says so',
  },
};

const CONDITION = 'risk level';
/** Lines of a message: more would not be read. */
const REASONS_MAX = 8;

export function watchRisk(
  before: RiskMemory = NOTHING_TOLD,
  { level, reasons, atMs }: Pick<RiskState, 'level' | 'reasons' | 'atMs'>,
  { cooldownMs }: { readonly cooldownMs: number },
): Watched {
  const change = rank(level) - rank(before.level);
  if (change === 0) return { memory: { level }, alerts: [] };
  const betterSinceMs = before.betterSinceMs ?? atMs;
  if (change < 0 && atMs - betterSinceMs < cooldownMs) {
    return { memory: { level: before.level, betterSinceMs }, alerts: [] };
  }
  return { memory: { level }, alerts: [alertOf({ level, reasons, atMs }, before.level)] };
}

function alertOf(
  { level, reasons, atMs }: Pick<RiskState, 'level' | 'reasons' | 'atMs'>,
  was: RiskLevel,
): Alert {
  const { means, ...about } = ALERTS[level];
  const isWorse = rank(level) > rank(was);
  const title = level === 'normal' ? 'risk is normal again' : `risk: ${level}`;
  const more = reasons.length - REASONS_MAX;
  return {
    ...about,
    // What gets better is no reason to be woken up.
    level: isWorse ? about.level : 'notice',
    atMs,
    // A level of its own group: the next worse one does not wait to be gathered with it.
    group: `risk ${level}`,
    title: isWorse || level === 'normal' ? title : `${title}, no longer ${was}`,
    lines: [means, ...reasons.slice(0, REASONS_MAX), ...(more > 0 ? [`and ${more} more`] : [])],
    fields: { level, was },
    ...(isWorse ? { condition: CONDITION } : { ends: CONDITION }),
  };
}

function rank(level: RiskLevel): number {
  return RiskLevel.options.indexOf(level);
}
