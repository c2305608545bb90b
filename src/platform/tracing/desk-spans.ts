/** The spans of the desk that more than one process must be able to name. */
import { spanRef, traceIdOf, type SpanRef } from './trace-ids.ts';

export function closeSpan(evaluationId: string): SpanRef {
  return spanRef(traceIdOf(evaluationId), 'close');
}

export function evaluationSpan(evaluationId: string): SpanRef {
  return spanRef(traceIdOf(evaluationId), 'evaluate');
}

export function intentSpan(evaluationId: string, intentId: string): SpanRef {
  return spanRef(traceIdOf(evaluationId), `intent ${intentId}`);
}
