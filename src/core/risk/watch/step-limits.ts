/**
 * The limits the risk agent keeps, as a machine. For each one:
 *
 * 1. It rises at once to the level whose bound is reached, over any step in between.
 * 2. It falls only when the value has been below the bound of its level, less the margin, for the
 *    recovery time; then to the level that the value has. A value at the bound does not flap.
 * 3. A value that is not a number counts as the worst level it can have: what is not known is not fine.
 */
import type { Pair } from '#core/model/pair.ts';
import type { LimitStatus, RiskLevel } from '#core/model/risk-state.ts';

export const LEVELS: readonly RiskLevel[] = ['normal', 'warn', 'reduce', 'halt', 'flatten'];

export interface Limit {
  readonly name: string;
  readonly scope: LimitStatus['scope'];
  readonly subject?: string | undefined;
  readonly value: number;
  /** The bounds are floors: the value is worse the lower it is, and the bounds fall. */
  readonly isFloor?: true;
  /** Bounds that exist, rising. */
  readonly bounds: Readonly<Partial<Record<Exclude<RiskLevel, 'normal'>, number>>>;
}

export interface LimitRules {
  /** How far below a bound a value has to be to be over it: 0.1 = a tenth of it; over a floor, as such. */
  readonly margin: number;
  readonly recoveryMs: number;
}

/** What is remembered of a limit between two looks. */
export interface LimitMemory extends LimitStatus {
  /** Since when it could fall; undefined while it could not. */
  readonly calmSinceMs?: number | undefined;
  /** Of a limit on losses that asks for a cut: value at risk of what could be read when it rose, */
  readonly riskAtRise?: number | undefined;
  /** and what could not be read then, as fractions of equity. */
  readonly unreadAtRise?: readonly (readonly [Pair, number])[] | undefined;
}

export function stepLimits(
  before: ReadonlyMap<string, LimitMemory>,
  limits: readonly Limit[],
  at: { readonly nowMs: number; readonly rules: LimitRules },
): ReadonlyMap<string, LimitMemory> {
  return new Map(
    limits.map((limit) => {
      const key = keyOf(limit);
      return [key, stepLimit(before.get(key), limit, at)];
    }),
  );
}

function stepLimit(
  before: LimitMemory | undefined,
  limit: Limit,
  { nowMs, rules }: { readonly nowMs: number; readonly rules: LimitRules },
): LimitMemory {
  const wanted = levelOf(limit, 0);
  const was = before?.level ?? 'normal';
  if (rank(wanted) >= rank(was)) {
    const sinceMs = wanted === was ? (before?.sinceMs ?? nowMs) : nowMs;
    return told(limit, { level: wanted, sinceMs });
  }
  const sinceMs = before?.sinceMs ?? nowMs;
  // Below its own bound by the margin; what it would fall to is judged without one.
  if (rank(levelOf(limit, rules.margin)) >= rank(was)) return told(limit, { level: was, sinceMs });
  const calmSinceMs = before?.calmSinceMs ?? nowMs;
  if (nowMs - calmSinceMs < rules.recoveryMs) {
    return told(limit, { level: was, sinceMs, calmSinceMs });
  }
  return told(limit, { level: wanted, sinceMs: nowMs });
}

function told(
  { name, scope, subject, value, bounds }: Limit,
  state: { level: RiskLevel; sinceMs: number; calmSinceMs?: number },
): LimitMemory {
  const { level, sinceMs, calmSinceMs } = state;
  const first = Object.values(bounds)[0] ?? 0;
  return {
    name,
    scope,
    ...(subject === undefined ? {} : { subject }),
    value: Number.isFinite(value) ? value : Number.MAX_VALUE,
    bound: level === 'normal' ? first : (bounds[level] ?? first),
    level,
    sinceMs,
    ...(calmSinceMs === undefined ? {} : { calmSinceMs }),
  };
}

/** The worst level whose bound, less a margin, is reached. */
export function levelOf({ value, bounds, isFloor }: Limit, margin: number): RiskLevel {
  let level: RiskLevel = 'normal';
  for (const next of LEVELS.slice(1)) {
    const bound = bounds[next as Exclude<RiskLevel, 'normal'>];
    if (bound === undefined) continue;
    // A floor may be zero or below it, so its margin cannot be a part of it.
    const isFine = isFloor === true ? value > bound + margin : value < bound * (1 - margin);
    if (!isFine) level = next;
  }
  return level;
}

export function worstLevel(levels: readonly RiskLevel[]): RiskLevel {
  return levels.reduce((worst, level) => (isWorse(level, worst) ? level : worst), 'normal');
}

export function isWorse(level: RiskLevel, than: RiskLevel): boolean {
  return rank(level) > rank(than);
}

function rank(level: RiskLevel): number {
  return LEVELS.indexOf(level);
}

export function keyOf({ name, subject }: Pick<Limit, 'name' | 'subject'>): string {
  return subject === undefined ? name : `${name} ${subject}`;
}
