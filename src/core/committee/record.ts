/** What is kept of an evaluation: the verdict, what stood against an entry, and the reasons. */
import type { Decision, NoEntryReason } from '#core/model/decision.ts';
import { type Evaluation, evaluationKey } from '#core/model/evaluation.ts';
import type { IntentId } from '#core/model/intent.ts';
import type { Verdict } from './committee.ts';

const WHY: Readonly<Record<NoEntryReason, string>> = {
  backfilled: 'the close was found after a gap',
  late: 'the close is too old',
  'warming-up': 'there are too few candles',
  'stale-candles': 'the candles of the close did not arrive',
  'no-trades': 'nobody traded in the candle',
  cooldown: 'the pair cools down from the last action',
  'position-open': 'the desk holds the pair already',
  'exit-only': 'the pair has left the selection and is only sold',
  'not-selected': 'the pair is not selected',
  'low-confidence': 'the committee is not sure enough',
  conflict: 'strong reports contradict each other',
};

/** A verdict without a vote, for a close that cannot or need not be looked at. */
export function refusal(reason: 'backfilled' | 'stale-candles'): Verdict {
  return {
    action: 'hold',
    stance: 0,
    confidence: 0,
    // A backfilled close is a circumstance that the plan adds by itself.
    noEntry: reason === 'backfilled' ? [] : [reason],
    rationale: `Hold: ${WHY[reason]}.`,
    reports: [],
  };
}

export interface DecisionParts {
  readonly evaluation: Evaluation;
  readonly verdict: Verdict;
  readonly noEntry: readonly NoEntryReason[];
  readonly intentId: IntentId | undefined;
  readonly variant: string;
  readonly worker: string;
  readonly decidedMs: number;
  readonly evaluationMs: number;
}

export function decisionOf(parts: DecisionParts): Decision {
  const { evaluation, verdict, intentId } = parts;
  return {
    evaluationId: evaluationKey(evaluation),
    variant: parts.variant,
    pair: evaluation.pair,
    timeframe: evaluation.timeframe,
    closeMs: evaluation.closeMs,
    action: verdict.action,
    stance: verdict.stance,
    confidence: verdict.confidence,
    noEntry: [...parts.noEntry],
    rationale: rationaleWith(verdict, parts.noEntry),
    reports: [...verdict.reports],
    lastPrice: evaluation.candle.close,
    ...verdict.distances,
    ...(intentId === undefined ? {} : { intentId }),
    decidedMs: parts.decidedMs,
    evaluationMs: parts.evaluationMs,
    worker: parts.worker,
  };
}

/** A buy that is not followed says why; a hold has said it already. */
function rationaleWith({ action, rationale }: Verdict, noEntry: readonly NoEntryReason[]): string {
  if (action !== 'buy' || noEntry.length === 0) return rationale;
  return `${rationale} No entry: ${noEntry.map((reason) => WHY[reason]).join(', ')}.`;
}
