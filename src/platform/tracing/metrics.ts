import type { Metrics } from '../metrics/metrics.ts';

/** Declared by a process that traces; called once. */
export function tracingMetrics(metrics: Metrics) {
  return {
    spans: metrics.counter({
      name: 'trace_spans_total',
      help: 'Spans by what became of them: exported, failed at the collector, dropped at the bound.',
      labels: ['outcome'],
    }),
    waiting: metrics.gauge({
      name: 'trace_spans_waiting',
      help: 'Spans that are not with the collector yet.',
    }),
    waitingLimit: metrics.gauge({
      name: 'trace_spans_waiting_limit',
      help: 'Spans that may wait; more are dropped.',
    }),
  };
}

export type TracingMetrics = ReturnType<typeof tracingMetrics>;
