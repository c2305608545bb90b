import type { Clock, Timer } from '#platform/clock/clock.ts';
import { READS_MAX, type CacheEvent } from './redis/events.ts';

export type ReportedReads = Extract<CacheEvent, { type: 'read' }>['reads'];

/**
 * Gathers what this process reads and tells it now and then: the provider learns from it when to
 * load, and how long a value should last. What does not fit a report is not told.
 */
export interface ReadReporter {
  note(id: string): void;
  close(): void;
}

/** Short against the times that are learned from it. */
const REPORT_MS = 250;

export function createReadReporter(
  clock: Clock,
  tell: (reads: ReportedReads) => void,
): ReadReporter {
  const reads = new Map<string, { count: number; readonly firstMs: number }>();
  let timer: Timer | undefined;

  function report(): void {
    timer = undefined;
    const nowMs = clock.monotonic();
    const told = [...reads].map(([id, { count, firstMs }]): ReportedReads[number] => [
      id,
      count,
      Math.max(0, nowMs - firstMs),
    ]);
    reads.clear();
    tell(told);
  }

  return {
    note: (id) => {
      const known = reads.get(id);
      if (known !== undefined) known.count += 1;
      else if (reads.size < READS_MAX) reads.set(id, { count: 1, firstMs: clock.monotonic() });
      timer ??= clock.after(REPORT_MS, report, { unref: true });
    },
    close: () => timer?.cancel(),
  };
}
