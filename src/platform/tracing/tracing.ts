/**
 * Spans as the agents record them: after the fact, with both times. Nothing is kept open and nothing
 * has to be carried along, since `trace-ids.ts` names every span from the desk's own ids.
 */
import type { SpanRef } from './trace-ids.ts';

export interface RecordedSpan {
  readonly name: string;
  readonly ref: SpanRef;
  /** Absent for the first span of a trace. */
  readonly parent?: SpanRef | undefined;
  readonly startMs: number;
  readonly endMs: number;
  /** Ids and outcomes. No amounts of the account, no texts from outside, no secrets. */
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** Why it failed, in one of our own words. */
  readonly failure?: string | undefined;
}

export interface Tracing {
  /** False: do not even gather what a span would say. */
  readonly isOn: boolean;
  /** Returns at once whatever the collector does; beyond the bound the span is dropped. */
  record(span: RecordedSpan): void;
  /** What goes beside a message so that its receiver knows its parent; undefined while off. */
  carried(ref: SpanRef): string | undefined;
  /** Sends what waits, for a second at the most. */
  close(): Promise<void>;
}

export const NO_TRACING: Tracing = {
  isOn: false,
  record: () => undefined,
  carried: () => undefined,
  close: () => Promise.resolve(),
};
