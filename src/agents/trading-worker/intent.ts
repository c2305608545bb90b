import type { Verdict } from '#core/committee/committee.ts';
import { type Evaluation, evaluationKey } from '#core/model/evaluation.ts';
import { IntentId, type TradeIntent } from '#core/model/intent.ts';
import { hashId } from '#platform/ids.ts';

export interface IntentTerms {
  readonly desk: string;
  readonly variant: string;
  readonly createdMs: number;
  readonly expiresAfterMs: number;
}

/** The same candle and action give the same id, so that nothing that is run again trades twice. */
export function intentIdOf(
  { pair, timeframe, closeMs }: Evaluation,
  action: 'enter' | 'exit',
  { desk, variant }: Pick<IntentTerms, 'desk' | 'variant'>,
): IntentId {
  return IntentId.parse(hashId([desk, variant, pair, timeframe, closeMs, action]));
}

/** The wish to enter or exit. An entry without distances is no entry and gives undefined. */
export function intentOf(
  evaluation: Evaluation,
  { action, verdict }: { action: 'enter' | 'exit'; verdict: Verdict },
  terms: IntentTerms,
): TradeIntent | undefined {
  const common = {
    id: intentIdOf(evaluation, action, terms),
    desk: terms.desk,
    variant: terms.variant,
    pair: evaluation.pair,
    timeframe: evaluation.timeframe,
    candleCloseMs: evaluation.closeMs,
    evaluationId: evaluationKey(evaluation),
    confidence: verdict.confidence,
    receivedMs: evaluation.receivedMs,
    createdMs: terms.createdMs,
    expiresAtMs: terms.createdMs + terms.expiresAfterMs,
  };
  if (action === 'exit') return { ...common, action };
  return verdict.distances === undefined ? undefined : { ...common, action, ...verdict.distances };
}
