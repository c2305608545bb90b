import type { Metrics } from '#platform/metrics/metrics.ts';
import type { Priority } from './budget.ts';

/** Metrics of the exchange layer, in whichever agent has a venue open. */
export type VenueMetrics = ReturnType<typeof declareVenueMetrics>;

export function declareVenueMetrics(metrics: Metrics) {
  return {
    requests: metrics.counter({
      name: 'venue_requests_total',
      help: 'REST requests to the venue by call and outcome',
      labels: ['call', 'outcome'],
    }),
    requestSeconds: metrics.histogram({
      name: 'venue_request_seconds',
      help: 'Time from a REST request to its answer or failure',
      labels: ['call'],
      // A venue in the same machine or data centre answers in a millisecond, one overseas in 0.3 s.
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    }),
    slowRequests: metrics.counter({
      name: 'venue_slow_requests_total',
      help: 'REST requests without an answer after a second, counted while they still wait',
      labels: ['call'],
    }),
    weightUsed: metrics.gauge({
      name: 'venue_weight_used',
      help: 'Request weight used in the running minute',
    }),
    weightLimit: metrics.gauge({
      name: 'venue_weight_used_limit',
      help: 'Request weight the desk allows itself in a minute',
    }),
    weightWait: metrics.histogram({
      name: 'venue_weight_wait_seconds',
      help: 'Time a request waited for room in the weight of the minute, by its class',
      labels: ['priority'],
      buckets: [0.001, 0.01, 0.1, 0.5, 1, 5, 15, 30, 60],
    }),
    blockedSeconds: metrics.gauge({
      name: 'venue_blocked_seconds',
      help: 'Seconds until the venue may be asked again after a rate limit or ban',
    }),
    clockOffsetSeconds: metrics.gauge({
      name: 'venue_clock_offset_seconds',
      help: 'Venue time minus the clock of this machine',
    }),
    events: metrics.counter({
      name: 'venue_events_total',
      help: 'Stream events by kind',
      labels: ['stream'],
    }),
    delaySeconds: metrics.gauge({
      name: 'stream_delay_seconds',
      help: 'Age of the newest event of a stream when it came: venue time of receipt minus its own',
      labels: ['stream'],
    }),
    badEvents: metrics.counter({
      name: 'venue_bad_events_total',
      help: 'Stream messages that could not be understood and were skipped',
    }),
    reconnects: metrics.counter({
      name: 'venue_reconnects_total',
      help: 'Streams lost and opened again',
      labels: ['stream'],
    }),
    bookResyncs: metrics.counter({
      name: 'venue_book_resyncs_total',
      help: 'Order books built anew from a snapshot after the chain of changes broke',
    }),
  };
}

/** For a budget: how long callers wait, by class. */
export function observeWaits(
  metrics: VenueMetrics,
): (priority: Priority, waitedMs: number) => void {
  return (priority, waitedMs) => metrics.weightWait.observe({ priority }, waitedMs / 1_000);
}
