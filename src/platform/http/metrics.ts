import type { Metrics } from '../metrics/metrics.ts';

/** Metrics of the HTTP client, in whichever process asks outside sources. */
export type HttpMetrics = ReturnType<typeof declareHttpMetrics>;

export function declareHttpMetrics(metrics: Metrics) {
  return {
    requests: metrics.counter({
      name: 'source_requests_total',
      help: 'Requests to outside sources by outcome: ok, not-modified or the code of the error',
      labels: ['source', 'outcome'],
    }),
    requestSeconds: metrics.histogram({
      name: 'source_request_seconds',
      help: 'Time from a request to an outside source to its answer or failure',
      labels: ['source'],
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    }),
    waitSeconds: metrics.histogram({
      name: 'source_wait_seconds',
      help: 'Time a request waited for its turn in the rate of the source',
      labels: ['source'],
      buckets: [0.001, 0.01, 0.1, 0.5, 1, 5, 15, 30, 60],
    }),
    receivedBytes: metrics.counter({
      name: 'source_received_bytes_total',
      help: 'Bytes of bodies from outside sources, before unpacking',
      labels: ['source'],
    }),
    isResting: metrics.gauge({
      name: 'source_resting',
      help: '1 while a source that failed again and again is not asked',
      labels: ['source'],
    }),
    blockedSeconds: metrics.gauge({
      name: 'source_blocked_seconds',
      help: 'Seconds for which a source told us to wait, when it last did',
      labels: ['source'],
    }),
    waiting: metrics.gauge({
      name: 'source_waiting',
      help: 'Requests to outside sources that are under way or wait',
    }),
    waitingLimit: metrics.gauge({
      name: 'source_waiting_limit',
      help: 'Requests to outside sources that may be under way or wait',
    }),
    origins: metrics.gauge({
      name: 'source_origins',
      help: 'Hosts of outside sources with a pool of connections',
    }),
    originsLimit: metrics.gauge({
      name: 'source_origins_limit',
      help: 'Hosts of outside sources that may have a pool of connections',
    }),
    storeBytes: metrics.gauge({
      name: 'source_store_bytes',
      help: 'Bytes of answers kept to be asked for only when they changed',
    }),
    storeBytesLimit: metrics.gauge({
      name: 'source_store_bytes_limit',
      help: 'Bytes of answers that may be kept for that',
    }),
  };
}
