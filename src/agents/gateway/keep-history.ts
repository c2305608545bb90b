/** Takes decisions from the queue into history.db and keeps it within its bound. */
import type { Bus } from '#bus/bus.ts';
import { records } from '#bus/queues.ts';
import type { Decision } from '#core/model/decision.ts';
import type { AgentContext } from '#platform/lifecycle/agent-context.ts';
import type { History } from '#history/history.ts';
import { recorder } from '#history/recorder.ts';
import type { GatewayMetrics } from './metrics.ts';

export interface KeepHistoryPorts {
  readonly bus: Pick<Bus, 'handle'>;
  readonly history: History;
  readonly metrics: GatewayMetrics;
  readonly maxDecisions: () => number;
  /** A decision is in history.db. */
  readonly onRecorded: (decision: Decision) => void;
  readonly context: Pick<AgentContext<unknown>, 'clock' | 'signal' | 'log' | 'every' | 'progress'>;
}

// Jobs in hand at once: what one commit gathers.
const CONCURRENCY = 100;
const TRIM_EVERY_MS = 60_000;
// Bounds how long one removal keeps the process busy.
const TRIM_ROWS = 5_000;

export async function keepHistory(ports: KeepHistoryPorts): Promise<AsyncDisposable> {
  const { bus, context, history, metrics } = ports;
  const { clock, log, signal } = context;
  const writer = recorder({
    history,
    clock,
    signal,
    onCommit: ({ fresh, repeated }) => {
      metrics.records.inc({ outcome: 'new' }, fresh);
      metrics.records.inc({ outcome: 'repeated' }, repeated);
      context.progress();
    },
    onFailure: (err) => {
      metrics.recordFailures.inc();
      log.error({ err }, 'history cannot be written');
    },
  });
  context.every({
    name: 'trim-history',
    intervalMs: TRIM_EVERY_MS,
    isImmediate: true,
    run: async () => {
      const most = ports.maxDecisions();
      while ((await history.trim(most, TRIM_ROWS)) === TRIM_ROWS && !signal.aborted) {
        // Other work gets its turn between two removals.
        await clock.sleep(50, signal);
      }
      metrics.historyRowsMax.set(most);
      metrics.historyRows.set(await history.count());
    },
  });
  const record = async (decision: Decision): Promise<void> => {
    await writer.record(decision);
    ports.onRecorded(decision);
  };
  return bus.handle(records, record, { concurrency: CONCURRENCY });
}
