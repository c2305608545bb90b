/**
 * Ids of traces and spans, made from what the desk's own ids say instead of by chance. So a process
 * that has just been restarted, or never saw the message before, still names the same trace and the
 * same parent. The forms are those of W3C Trace Context (traceparent, version 00).
 */
import { hash } from 'node:crypto';

/** Names a span in any process. */
export interface SpanRef {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
}

/** One trace for each evaluation: everything that came of one candle close. */
export function traceIdOf(evaluationId: string): string {
  return digits(`trace ${evaluationId}`, 32);
}

/** `key` is what the span is about, e.g. `order 3fa9...`: unique within its trace. */
export function spanRef(traceId: string, key: string): SpanRef {
  return { traceId, spanId: digits(`${traceId} ${key}`, 16) };
}

const SAMPLED = '01';
const NOT_SAMPLED = '00';

export function traceparentOf({ traceId, spanId }: SpanRef, isSampled: boolean): string {
  return `00-${traceId}-${spanId}-${isSampled ? SAMPLED : NOT_SAMPLED}`;
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;
const ZEROS = /^0+$/;

/** Undefined when the text is none, or names nothing. */
export function parseTraceparent(text: string): SpanRef | undefined {
  const [, traceId, spanId] = TRACEPARENT.exec(text) ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  return ZEROS.test(traceId) || ZEROS.test(spanId) ? undefined : { traceId, spanId };
}

/** The same answer in every process with the same fraction. */
export function isSampled(traceId: string, fraction: number): boolean {
  return Number.parseInt(traceId.slice(0, 8), 16) < fraction * 0x1_0000_0000;
}

// A zero id means "none" to every collector; a hash that is all zeros will not be seen.
function digits(text: string, length: number): string {
  return hash('sha256', text).slice(0, length);
}
