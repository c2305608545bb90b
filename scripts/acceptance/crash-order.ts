/** What a crash must have done to a desk, from what was seen of it. Pure, so that it can be shown to fail. */
import type { RiskLevel } from '#core/model/risk-state.ts';
import type { Findings } from './findings.ts';

export interface SeenLevel {
  readonly level: RiskLevel;
  /** Since the crash began. */
  readonly afterMs: number;
  /** Of equity, of everything held, when the level was first seen. */
  readonly exposure: number;
  readonly reasons: readonly string[];
}

export interface SeenCrash {
  /** Every change of the level, in the order it was seen, the one before the crash first. */
  readonly levels: readonly SeenLevel[];
  /** Entries that were sent after an entry-refusing level was seen and execution had time to hear it. */
  readonly lateEntries: readonly string[];
  /** Entries that the gate refused for the level, other reasons aside. */
  readonly refusedForLevel: number;
  /** Everything sold, since the crash began; undefined = never. */
  readonly flatMs: number | undefined;
  /** Kinds in force once it was over. */
  readonly halts: readonly string[];
}

const RISING = ['warn', 'reduce', 'halt', 'flatten'] as const;
/** A fall of prices alone takes less than this off the share that is held. */
const SOLD_TO = 0.95;
/** From the level to the last sale; stops and sales of twelve pairs took under a second. */
const FLAT_WITHIN_MS = 10_000;

export function judgeCrash(seen: SeenCrash, report: Findings): void {
  const { levels, lateEntries, refusedForLevel, flatMs, halts } = seen;
  report.check('calm before it', levels[0]?.level === 'normal', levels[0]?.level ?? 'no level');
  for (const level of RISING) {
    const first = firstOf(levels, level);
    report.check(`${level} was reached`, first !== undefined, first ? seenText(first) : 'never');
  }
  report.check('in that order, and never back', isRising(levels), orderText(levels));
  judgeReduce(levels, report);
  report.check(
    'no entry from reduce on',
    lateEntries.length === 0,
    lateEntries.join(', ') || 'none was made',
  );
  report.check('entries were refused for the level', refusedForLevel > 0, `${refusedForLevel}`);
  const sinceMs = firstOf(levels, 'flatten')?.afterMs ?? Number.NaN;
  const tookMs = Math.max(0, (flatMs ?? Number.NaN) - sinceMs);
  report.check(
    `flat within ${FLAT_WITHIN_MS} ms of flatten`,
    tookMs <= FLAT_WITHIN_MS,
    flatMs === undefined ? 'never' : `${Math.round(tookMs)} ms`,
  );
  report.check('it stays down', halts.length > 0, halts.join(', ') || 'no halt is in force');
}

function judgeReduce(levels: readonly SeenLevel[], report: Findings): void {
  const [reduced, halted] = [firstOf(levels, 'reduce'), firstOf(levels, 'halt')];
  if (reduced === undefined || halted === undefined) return;
  report.check(
    'reduce sold a part, not all',
    halted.exposure < SOLD_TO * reduced.exposure && halted.exposure > 0,
    `exposure ${percent(reduced.exposure)} to ${percent(halted.exposure)}`,
  );
}

export function firstOf(levels: readonly SeenLevel[], level: RiskLevel): SeenLevel | undefined {
  return levels.find((seen) => seen.level === level);
}

function isRising(levels: readonly SeenLevel[]): boolean {
  const ranks = levels.map(({ level }) => (level === 'normal' ? -1 : RISING.indexOf(level)));
  return ranks.length > 1 && ranks.every((rank, k) => k === 0 || rank > (ranks[k - 1] ?? rank));
}

function orderText(levels: readonly SeenLevel[]): string {
  return levels.map(({ level, afterMs }) => `${level} ${seconds(afterMs)}`).join(', ');
}

function seenText({ afterMs, exposure, reasons }: SeenLevel): string {
  return `${seconds(afterMs)}, exposure ${percent(exposure)}; ${reasons.slice(0, 2).join('; ')}`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}
