import { format, isPositive, sub, toNumber } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Halt, HaltKind } from '#core/model/halt.ts';
import type { RiskLimits } from './config.ts';

/** What the automatic halts look at. */
export interface HaltFacts {
  readonly nowMs: number;
  readonly equityQuote: DecimalText;
  readonly dayStartEquityQuote: DecimalText;
  readonly peakEquityQuote: DecimalText;
  /** Highest equity of this UTC month. */
  readonly monthPeakEquityQuote: DecimalText;
  readonly lossesInRow: number;
  /** While a held pair's mark is stale, equity is a guess: nothing new is raised from it. */
  readonly hasStaleMark: boolean;
  readonly active: readonly Halt[];
}

export interface HaltChanges {
  readonly raise: readonly Halt[];
  readonly lift: readonly HaltKind[];
}

/** Halts to lift and then to raise: one that ended with its day may begin anew on the next. */
export function haltChanges(facts: HaltFacts, limits: RiskLimits): HaltChanges {
  const lift = facts.active
    .filter(({ kind, sinceMs }) => OF_THE_DAY.has(kind) && utcDay(sinceMs) < utcDay(facts.nowMs))
    .map(({ kind }) => kind);
  if (facts.hasStaleMark) return { raise: [], lift };
  const kept = facts.active.map(({ kind }) => kind).filter((kind) => !lift.includes(kind));
  const found = [
    dailyLoss(facts, limits),
    lossesInRow(facts, limits),
    drawdown(facts, limits),
    monthDrawdown(facts, limits),
  ];
  const raise = found.flatMap((halt) =>
    halt === undefined || kept.includes(halt.kind) ? [] : [halt],
  );
  return { raise, lift };
}

/**
 * What an operator's resume lifts. Daily loss and losses in a row are not among them: they end with
 * the day, so that a bad day cannot be argued with.
 */
export function liftedByResume(active: readonly Halt[]): readonly HaltKind[] {
  return active.map(({ kind }) => kind).filter((kind) => RESUMABLE.has(kind));
}

/** End with their UTC day. */
const OF_THE_DAY: ReadonlySet<HaltKind> = new Set(['daily-loss', 'losses-in-row']);

const RESUMABLE: ReadonlySet<HaltKind> = new Set([
  'paused',
  'kill-switch',
  'drawdown',
  'month-drawdown',
]);

/** Follows from what one account won or lost; the others speak of the whole desk. */
export function isOfAccount(kind: HaltKind): boolean {
  return OF_ACCOUNT.has(kind);
}

const OF_ACCOUNT: ReadonlySet<HaltKind> = new Set([
  'daily-loss',
  'losses-in-row',
  'drawdown',
  'month-drawdown',
  'reconciliation',
]);

/** Begun by an operator, not found by the desk. */
export function isByHand(kind: HaltKind): boolean {
  return kind === 'paused' || kind === 'kill-switch';
}

export const LIFTED_BY: Readonly<Record<HaltKind, string>> = {
  paused: 'the operator resumes (./start-bot.sh resume)',
  'kill-switch': 'the operator resumes (./start-bot.sh resume)',
  'daily-loss': 'the next UTC day begins',
  'losses-in-row': 'the next UTC day begins',
  drawdown: 'the operator resumes (./start-bot.sh resume); the peak then begins anew',
  'end-of-data': 'the feeds have new data',
  'data-stale': 'a pair has fresh data',
  'unknown-commands': 'the venue has said what became of every order',
  'clock-skew': "the clock is near the venue's again: set it, or run a time service",
  'venue-maintenance': 'the venue lets a pair trade',
  'month-drawdown':
    "the operator resumes (./start-bot.sh resume); the month's peak then begins anew",
  reconciliation:
    'the venue explains the difference, or the operator accepts it (./start-bot.sh accept-differences)',
  demoted: 'the next start: in shadow, or in production once it is promoted again',
};

/** A halt with what ends it and, when that is known, when. */
export function haltWithEnd({ kind, liftedBy }: Halt, nowMs: number): string {
  if (!OF_THE_DAY.has(kind)) return `${kind}, until ${liftedBy}`;
  const endMs = (utcDay(nowMs) + 1) * DAY_MS;
  const minutes = Math.ceil((endMs - nowMs) / 60_000);
  return `${kind}, until ${liftedBy} in ${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Loss against `from` as a fraction of it; 0 when equity is not below. */
export function lossFraction(from: DecimalText, equity: DecimalText): number {
  if (!isPositive(from)) return 0;
  return Math.max(0, toNumber(sub(from, equity)) / toNumber(from));
}

function dailyLoss(facts: HaltFacts, limits: RiskLimits): Halt | undefined {
  const loss = lossFraction(facts.dayStartEquityQuote, facts.equityQuote);
  if (loss < limits.daily_loss_max) return undefined;
  return haltOf('daily-loss', facts, {
    loss,
    limit: limits.daily_loss_max,
    from: facts.dayStartEquityQuote,
  });
}

function lossesInRow(facts: HaltFacts, limits: RiskLimits): Halt | undefined {
  const { lossesInRow: found, nowMs: sinceMs } = facts;
  const kind = 'losses-in-row';
  if (found < limits.losses_in_row_max) return undefined;
  const reason = `${found} losing trades in a row, limit ${limits.losses_in_row_max}`;
  return { kind, sinceMs, reason, liftedBy: LIFTED_BY[kind] };
}

function drawdown(facts: HaltFacts, limits: RiskLimits): Halt | undefined {
  const loss = lossFraction(facts.peakEquityQuote, facts.equityQuote);
  if (loss < limits.drawdown_halt) return undefined;
  return haltOf('drawdown', facts, {
    loss,
    limit: limits.drawdown_halt,
    from: facts.peakEquityQuote,
  });
}

/** The worst of the halts by loss: what is held is sold as well. */
function monthDrawdown(facts: HaltFacts, limits: RiskLimits): Halt | undefined {
  const loss = lossFraction(facts.monthPeakEquityQuote, facts.equityQuote);
  if (loss < limits.month_drawdown_max) return undefined;
  return haltOf('month-drawdown', facts, {
    loss,
    limit: limits.month_drawdown_max,
    from: facts.monthPeakEquityQuote,
  });
}

interface LossFigures {
  readonly loss: number;
  readonly limit: number;
  readonly from: DecimalText;
}

function haltOf(kind: HaltKind, facts: HaltFacts, { loss, limit, from }: LossFigures): Halt {
  const percent = (value: number): string => `${(value * 100).toFixed(2)} %`;
  const what = WHAT_FELL[kind] ?? "the day's start";
  return {
    kind,
    sinceMs: facts.nowMs,
    reason: `equity ${format(facts.equityQuote)} is ${percent(loss)} below ${what} ${format(from)}, limit ${percent(limit)}`,
    liftedBy: LIFTED_BY[kind],
  };
}

const WHAT_FELL: Partial<Record<HaltKind, string>> = {
  drawdown: 'the peak',
  'month-drawdown': "the month's peak",
};

const DAY_MS = 86_400_000;

function utcDay(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}

/** First instant of the UTC day. */
export function utcDayStart(atMs: number): number {
  return utcDay(atMs) * DAY_MS;
}

/** First instant of the UTC month. */
export function utcMonthStart(atMs: number): number {
  const at = new Date(atMs);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth());
}
