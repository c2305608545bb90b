/** The first span of every trace: from the receipt of the closing event to the job on the queue. */
import type { SendOptions } from '#bus/bus.ts';
import { evaluationKey, type Evaluation } from '#core/model/evaluation.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { closeSpan } from '#platform/tracing/desk-spans.ts';
import type { Tracing } from '#platform/tracing/tracing.ts';

export function carriedWith(evaluation: Evaluation, tracing: Tracing): SendOptions {
  if (!tracing.isOn) return {};
  const ref = closeSpan(evaluationKey(evaluation));
  return { traceId: ref.traceId, traceparent: tracing.carried(ref) };
}

export function traceClose(
  { tracing, clock }: { readonly tracing: Tracing; readonly clock: Clock },
  evaluation: Evaluation,
): void {
  // A backfilled close was received when the venue was back, which says nothing about the desk.
  if (!tracing.isOn || evaluation.origin === 'backfill') return;
  const { pair, timeframe, receivedMs, venueOffsetMs = 0 } = evaluation;
  tracing.record({
    name: 'candle close',
    ref: closeSpan(evaluationKey(evaluation)),
    startMs: receivedMs - venueOffsetMs,
    endMs: clock.now(),
    attributes: { pair, timeframe, 'evaluation.id': evaluationKey(evaluation) },
  });
}
