/**
 * The weighted vote.
 *
 * 1. A report counts by weight x confidence; one without confidence has no say.
 * 2. The order of the reports changes nothing: they are put in one order before any sum.
 * 3. Turning every stance around turns stance and confidence around and changes nothing else.
 * 4. Multiplying all weights by the same number changes nothing.
 * 5. Risk first: strong reports that contradict each other are a conflict, and a conflict buys
 *    nothing; nor does a storm without more confidence. What would sell is bound by neither, since
 *    doubt stops entries and never exits.
 * 6. A sum that is not a number (weights without measure) is no opinion: it holds.
 */
import type { AnalystReport, NoEntryReason } from '#core/model/decision.ts';
import { clamp } from './scale.ts';

export interface Ballot {
  readonly report: AnalystReport;
  readonly weight: number;
  /** Before the regime shifted it: who is silenced by the regime alone still makes a conflict. */
  readonly seatWeight: number;
}

export interface VoteRules {
  readonly minConfidence: number;
  /** What a buy needs beyond it. */
  readonly buyCaution: number;
  readonly minStance: number;
  /** Both sides need a report at least this strong for a conflict. */
  readonly conflict: { readonly stance: number; readonly confidence: number };
}

export interface Outcome {
  readonly action: 'buy' | 'sell' | 'hold';
  readonly stance: number;
  readonly confidence: number;
  /** Why somebody wanted to act and still it is a hold. */
  readonly reasons: readonly Extract<NoEntryReason, 'conflict' | 'low-confidence'>[];
}

export function vote(ballots: readonly Ballot[], rules: VoteRules): Outcome {
  const voices = ballots.filter(({ weight, report }) => weight * report.confidence > 0);
  const inOrder = voices.toSorted(compareBallots);
  const stance = weightedStance(inOrder);
  const confidence = confidenceIn(inOrder, Math.sign(stance));
  if (!Number.isFinite(stance) || !Number.isFinite(confidence)) return NO_OPINION;
  const hold = { action: 'hold', stance, confidence } as const;
  if (stance > 0 && isConflict(ballots, rules)) return { ...hold, reasons: ['conflict'] };
  if (Math.abs(stance) < rules.minStance || stance === 0) return { ...hold, reasons: [] };
  const needed = rules.minConfidence + (stance > 0 ? rules.buyCaution : 0);
  if (confidence < needed) return { ...hold, reasons: ['low-confidence'] };
  return { action: stance > 0 ? 'buy' : 'sell', stance, confidence, reasons: [] };
}

const NO_OPINION: Outcome = { action: 'hold', stance: 0, confidence: 0, reasons: [] };

/** An order that does not depend on the signs, so that a mirrored vote adds up the same way. */
function compareBallots(a: Ballot, b: Ballot): number {
  return (
    compareText(a.report.analyst, b.report.analyst) ||
    a.weight - b.weight ||
    a.report.confidence - b.report.confidence ||
    Math.abs(a.report.stance) - Math.abs(b.report.stance)
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function weightedStance(ballots: readonly Ballot[]): number {
  // Each side is summed by itself: then neither order nor mirror changes the rounding.
  let up = 0;
  let down = 0;
  let total = 0;
  for (const { report, weight } of ballots) {
    const say = weight * report.confidence;
    if (report.stance > 0) up += say * report.stance;
    else down -= say * report.stance;
    total += say;
  }
  return total === 0 ? 0 : clamp((up - down) / total);
}

/**
 * How sure the committee is of `side`: independent voices for it add up as evidence does (the chance
 * that all of them are wrong shrinks with each), and the share of the voices against it is taken off.
 */
function confidenceIn(ballots: readonly Ballot[], side: number): number {
  if (side === 0) return 0;
  const meanWeight = ballots.reduce((sum, { weight }) => sum + weight, 0) / ballots.length;
  let support = 0;
  let opposition = 0;
  let doubt = 1;
  for (const { report, weight } of ballots) {
    const share = weight / meanWeight;
    const strength = report.confidence * Math.sqrt(Math.abs(report.stance));
    if (Math.sign(report.stance) !== side) {
      opposition += share * strength;
      continue;
    }
    support += share * strength;
    doubt *= (1 - strength) ** share;
  }
  return clamp((1 - doubt) * (support / (support + opposition)), 0, 1);
}

function isConflict(ballots: readonly Ballot[], { conflict }: VoteRules): boolean {
  const strong = ballots.filter(
    ({ report, seatWeight }) =>
      seatWeight * report.confidence > 0 &&
      Math.abs(report.stance) >= conflict.stance &&
      report.confidence >= conflict.confidence &&
      report.stance !== 0,
  );
  return (
    strong.some(({ report }) => report.stance > 0) && strong.some(({ report }) => report.stance < 0)
  );
}
