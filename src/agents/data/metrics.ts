import type { Metrics } from '#platform/metrics/metrics.ts';

export type DataMetrics = ReturnType<typeof declareDataMetrics>;

/** Metrics of the data agent; called once per process. */
export function declareDataMetrics(metrics: Metrics) {
  return {
    dataAge: metrics.gauge({
      name: 'data_age_seconds',
      help: 'Age of the market data of a pair: the worst of its streams',
      labels: ['pair'],
    }),
    closes: metrics.counter({
      name: 'candles_closed_total',
      help: 'Closed candles that want a decision, by how they were learned; those of an absence too',
      labels: ['origin'],
    }),
    lateCandles: metrics.counter({
      name: 'candles_late_total',
      help: 'Candles that came for a closed period: the same again, different, or too old to tell',
      labels: ['kind'],
    }),
    absent: metrics.counter({
      name: 'candles_absent_total',
      help: 'Periods for which the venue has no candle',
    }),
    skipped: metrics.counter({
      name: 'closes_skipped_total',
      help: 'Closes never offered because a bound was reached',
    }),
    offered: metrics.counter({
      name: 'closes_offered_total',
      help: 'Evaluations offered to the workers',
      labels: ['origin'],
    }),
    pendingCloses: metrics.gauge({
      name: 'closes_pending',
      help: 'Closes that wait to be offered, for instance while Redis is away',
    }),
    pendingClosesLimit: metrics.gauge({
      name: 'closes_pending_limit',
      help: 'Closes that may wait for each pair before the oldest is skipped',
    }),
    offerSeconds: metrics.histogram({
      name: 'close_offer_seconds',
      help: 'From receipt of the closing event to the evaluation on the queue',
      buckets: [0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 5],
    }),
    checks: metrics.counter({
      name: 'stream_checks_total',
      help: 'Silent streams checked over REST, by what was found',
      labels: ['stream', 'outcome'],
    }),
    rulesChanged: metrics.counter({
      name: 'instrument_changes_total',
      help: 'Changes of a pair’s trading rules or status seen at the venue',
      labels: ['pair'],
    }),
    tradesLost: metrics.counter({
      name: 'trades_lost_total',
      help: 'Public trades that could not be had any more',
    }),
    batchesLost: metrics.counter({
      name: 'batches_lost_total',
      help: 'Batches of a topic that were not published',
      labels: ['topic'],
    }),
  };
}
