import type { Decision, NoEntryReason } from '#core/model/decision.ts';
import type { Metrics } from '#platform/metrics/metrics.ts';

// An evaluation is reads from Redis and about a millisecond of thinking; the tail is waiting.
const EVALUATION_BUCKETS = [0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5];

export interface WorkerMetrics {
  readonly evaluated: (decision: Decision) => void;
  readonly intentSent: (action: 'enter' | 'exit') => void;
}

/** Declares the worker's metrics; called once per process. */
export function workerMetrics(metrics: Metrics): WorkerMetrics {
  const evaluations = metrics.counter({
    name: 'evaluations_total',
    help: 'Evaluations done; one that is run again counts again.',
  });
  const seconds = metrics.histogram({
    name: 'evaluation_seconds',
    help: 'Time from taking an evaluation to its decision.',
    buckets: EVALUATION_BUCKETS,
  });
  const decisions = metrics.counter({
    name: 'decision_total',
    help: 'Decisions of the committee by action.',
    labels: ['action'],
  });
  const noEntries = metrics.counter({
    name: 'no_entry_total',
    help: 'Reasons against an entry; a decision may have several.',
    labels: ['reason'],
  });
  const intents = metrics.counter({
    name: 'intents_sent_total',
    help: 'Intents sent to execution by action.',
    labels: ['action'],
  });
  return {
    evaluated: ({ action, noEntry, evaluationMs }) => {
      evaluations.inc();
      seconds.observe(evaluationMs / 1_000);
      decisions.inc({ action });
      for (const reason of noEntry satisfies readonly NoEntryReason[]) noEntries.inc({ reason });
    },
    intentSent: (action) => intents.inc({ action }),
  };
}
