/** The worker's part of a trace: the whole evaluation, and within it the committee. */
import type { Envelope } from '#bus/bus.ts';
import type { Verdict } from '#core/committee/committee.ts';
import { type Evaluation, evaluationKey } from '#core/model/evaluation.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { closeSpan, evaluationSpan } from '#platform/tracing/desk-spans.ts';
import { parseTraceparent, spanRef } from '#platform/tracing/trace-ids.ts';
import type { Tracing } from '#platform/tracing/tracing.ts';

export interface EvaluationTrace {
  /** The candles are read and the committee has spoken. */
  decided(verdict: Verdict): void;
  /** The decision is recorded. */
  ended(outcome: {
    readonly intentId: string | undefined;
    readonly noEntry: readonly string[];
  }): void;
  /** For the intent's envelope. */
  carried(): string | undefined;
}

const OFF: EvaluationTrace = {
  decided: () => undefined,
  ended: () => undefined,
  carried: () => undefined,
};

export function traceEvaluation(
  { tracing, clock }: { readonly tracing: Tracing; readonly clock: Clock },
  evaluation: Evaluation,
  envelope: Pick<Envelope, 'traceparent'>,
): EvaluationTrace {
  if (!tracing.isOn || evaluation.origin === 'backfill') return OFF;
  const id = evaluationKey(evaluation);
  const ref = evaluationSpan(id);
  const startMs = clock.now();
  let action: Verdict['action'] = 'hold';
  return {
    decided: (verdict) => {
      ({ action } = verdict);
      const { confidence, stance } = verdict;
      tracing.record({
        name: 'committee',
        ref: spanRef(ref.traceId, 'committee'),
        parent: ref,
        startMs,
        endMs: clock.now(),
        attributes: { action, confidence, stance, analysts: verdict.reports.length },
      });
    },
    ended: ({ intentId, noEntry }) => {
      tracing.record({
        name: 'evaluate',
        ref,
        parent: parseTraceparent(envelope.traceparent ?? '') ?? closeSpan(id),
        startMs,
        endMs: clock.now(),
        attributes: {
          pair: evaluation.pair,
          timeframe: evaluation.timeframe,
          'evaluation.id': id,
          action,
          'no_entry.reasons': noEntry.join(' '),
          ...(intentId === undefined ? {} : { 'intent.id': intentId }),
        },
      });
    },
    carried: () => tracing.carried(ref),
  };
}
