import type { Ledger } from '#ledger/ledger.ts';
import type { ExecutionMetrics } from './metrics.ts';

/**
 * Events of a month of a busy desk, some 50 MB. Whoever follows them and was away for longer is told
 * so by the range that is left.
 */
export const EVENTS_KEPT = 100_000;
/** A trim of so many takes less than a millisecond: an order that comes in the midst waits no more. */
const TRIM_AT_ONCE = 500;
/** Beyond it a desk that is never idle trims all the same. */
const OVERDUE = 10_000;

export interface EventKeeping {
  readonly ledger: Pick<Ledger, 'transaction'>;
  readonly metrics: Pick<ExecutionMetrics, 'events'>;
  readonly isIdle: () => boolean;
}

/** Removes the oldest events beyond the bound, in moments in which no order is under way. */
export function eventKeeping(
  { ledger, metrics, isIdle }: EventKeeping,
  keep = EVENTS_KEPT,
): () => Promise<void> {
  return async () => {
    const room = isIdle() ? keep : keep + OVERDUE;
    metrics.events(await ledger.transaction((tx) => tx.trimEvents(room, TRIM_AT_ONCE)));
  };
}
