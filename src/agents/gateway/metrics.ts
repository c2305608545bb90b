import type { Metrics } from '#platform/metrics/metrics.ts';

/** Declares the gateway's metrics; called once. */
export function gatewayMetrics(metrics: Metrics) {
  return {
    requests: metrics.counter({
      name: 'http_requests_total',
      help: 'HTTP requests by route and status.',
      labels: ['route', 'status'],
    }),
    seconds: metrics.histogram({
      name: 'http_request_seconds',
      help: 'Time to answer an HTTP request.',
      labels: ['route'],
      // The aim is 100 ms at p99.
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 2.5],
    }),
    refusals: metrics.counter({
      name: 'http_refusals_total',
      help: 'Requests refused before their route: no token, a bad one, too low a role, too many.',
      labels: ['reason'],
    }),
    tokenEnds: metrics.gauge({
      name: 'api_token_end_timestamp_seconds',
      help: 'When the next API token ends; absent while none does.',
    }),
    records: metrics.counter({
      name: 'history_records_total',
      help: 'Decisions taken from the queue: new, or recorded before.',
      labels: ['outcome'],
    }),
    recordFailures: metrics.counter({
      name: 'history_write_failures_total',
      help: 'Commits to history.db that failed and are tried again.',
    }),
    historyRows: metrics.gauge({
      name: 'history_decisions',
      help: 'Decisions in history.db.',
    }),
    historyRowsMax: metrics.gauge({
      name: 'history_decisions_limit',
      help: 'Decisions kept in history.db at the most.',
    }),
    unmerged: metrics.counter({
      name: 'metrics_unmerged_total',
      help: 'Metric families of a process that could not be merged.',
    }),
  };
}

export type GatewayMetrics = ReturnType<typeof gatewayMetrics>;
