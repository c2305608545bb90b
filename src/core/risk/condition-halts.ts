import type { Halt, HaltKind } from '#core/model/halt.ts';
import type { Pair } from '#core/model/pair.ts';
import type { RiskLimits } from './config.ts';
import { type HaltChanges, LIFTED_BY } from './halts.ts';

/** A command whose outcome is not known. */
interface UnknownCommand {
  readonly pair: Pair;
  readonly ageMs: number;
}

/** How the world around the desk is, once a second. */
export interface Conditions {
  readonly nowMs: number;
  /** How old the data of each pair that trades is; undefined = none yet. */
  readonly dataAgesMs: readonly (number | undefined)[];
  readonly unknown: readonly UnknownCommand[];
  /** This machine's clock against the venue's; undefined = never measured. */
  readonly clockOffsetMs: number | undefined;
  /** Pairs the venue lists for the desk, and how many of them trade. */
  readonly pairs: number;
  readonly tradingPairs: number;
  readonly active: readonly Halt[];
}

/**
 * Halts that come and go with the world. Each ends by itself when its cause is gone, but not before
 * the cause is clearly gone: a limit that flickers would open the desk between two bad moments.
 */
export function conditionHalts(conditions: Conditions, limits: RiskLimits): HaltChanges {
  const raise: Halt[] = [];
  const lift: HaltKind[] = [];
  for (const { kind, look } of RULES) {
    const isActive = conditions.active.some((halt) => halt.kind === kind);
    const found = look(conditions, limits, isActive);
    if (found === undefined && isActive) lift.push(kind);
    if (found === undefined || isActive) continue;
    raise.push({
      kind,
      sinceMs: Math.floor(conditions.nowMs),
      reason: found,
      liftedBy: LIFTED_BY[kind],
    });
  }
  return { raise, lift };
}

interface Rule {
  readonly kind: HaltKind;
  /** Why entries must wait; undefined = they need not. */
  readonly look: (
    conditions: Conditions,
    limits: RiskLimits,
    isActive: boolean,
  ) => string | undefined;
}

/** An active halt ends at this share of its limit. */
const CLEARLY = 0.5;

const RULES: readonly Rule[] = [
  { kind: 'data-stale', look: staleData },
  { kind: 'unknown-commands', look: unknownCommands },
  { kind: 'clock-skew', look: clockSkew },
  { kind: 'venue-maintenance', look: maintenance },
];

/** One pair with old data is the gate's affair; when all have, the desk is blind. */
function staleData(
  { dataAgesMs, active }: Conditions,
  limits: RiskLimits,
  isActive: boolean,
): string | undefined {
  // A recording that is over, or a venue that pauses, says so itself.
  if (active.some(({ kind }) => kind === 'end-of-data')) return undefined;
  const known = dataAgesMs.filter((age) => age !== undefined);
  if (known.length === 0) return unheard(isActive);
  const youngest = Math.min(...known);
  const most = Math.max(limits.data_stale_halt_ms, limits.data_age_max_ms);
  const limit = isActive ? limits.data_age_max_ms : most;
  if (youngest < limit) return undefined;
  return `no pair has had data for ${seconds(youngest)}, limit ${seconds(most)}`;
}

function unknownCommands(
  { unknown }: Conditions,
  limits: RiskLimits,
  isActive: boolean,
): string | undefined {
  // Whoever has several wants to see them all settled before the next entry.
  if (isActive && unknown.length === 0) return undefined;
  const oldest = unknown.toSorted((a, b) => b.ageMs - a.ageMs)[0];
  if (oldest === undefined) return undefined;
  const isMany = unknown.length >= limits.unknown_commands_max;
  const isOld = oldest.ageMs >= limits.unknown_command_age_max_ms;
  if (!isActive && !isMany && !isOld) return undefined;
  const pairs = [...new Set(unknown.map(({ pair }) => pair))].join(', ');
  return `${unknown.length} commands without a known outcome, the oldest for ${seconds(oldest.ageMs)}: ${pairs}`;
}

function clockSkew(
  { clockOffsetMs }: Conditions,
  limits: RiskLimits,
  isActive: boolean,
): string | undefined {
  if (clockOffsetMs === undefined) return unheard(isActive);
  const limit = limits.clock_skew_max_ms * (isActive ? CLEARLY : 1);
  if (Math.abs(clockOffsetMs) < limit) return undefined;
  const direction = clockOffsetMs > 0 ? 'behind' : 'ahead of';
  const found = seconds(Math.abs(clockOffsetMs));
  return `this machine's clock is ${found} ${direction} the venue's, limit ${seconds(limits.clock_skew_max_ms)}`;
}

function maintenance(
  { pairs, tradingPairs }: Conditions,
  _limits: RiskLimits,
  isActive: boolean,
): string | undefined {
  if (pairs === 0) return unheard(isActive);
  if (tradingPairs > 0) return undefined;
  return `the venue lets none of ${pairs} pairs trade`;
}

/** After a restart: what was so when the last process ended holds until the world says otherwise. */
function unheard(isActive: boolean): string | undefined {
  return isActive ? 'not heard of yet' : undefined;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
