import type { Metrics } from '#platform/metrics/metrics.ts';

/** Declares the stream's metrics; called once. */
export function streamMetrics(metrics: Metrics) {
  return {
    clients: metrics.gauge({ name: 'stream_clients', help: 'Clients of the stream.' }),
    clientsMax: metrics.gauge({
      name: 'stream_clients_limit',
      help: 'Clients of the stream at the most.',
    }),
    tailBytes: metrics.gauge({
      name: 'stream_tail_bytes',
      help: 'Events kept for the clients of the stream, which share them.',
    }),
    tailBytesMax: metrics.gauge({
      name: 'stream_tail_bytes_limit',
      help: 'Events kept for the clients of the stream at the most; who is further behind is dropped.',
    }),
    messages: metrics.counter({
      name: 'stream_messages_total',
      help: 'Messages sent to clients of the stream.',
    }),
    bytes: metrics.counter({
      name: 'stream_sent_bytes_total',
      help: 'Bytes sent to clients of the stream.',
    }),
    refused: metrics.counter({
      name: 'stream_refused_total',
      help: 'Connections to the stream that were refused, by status.',
      labels: ['status'],
    }),
    dropped: metrics.counter({
      name: 'stream_dropped_total',
      help: 'Clients whose connection the gateway ended, by reason.',
      labels: ['reason'],
    }),
    wrong: metrics.counter({
      name: 'stream_wrong_messages_total',
      help: 'Messages of clients that could not be understood.',
    }),
    lagSeconds: metrics.histogram({
      name: 'stream_lag_seconds',
      help: 'From the commit of an event until it is ready for the clients of the stream.',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    }),
    roundSeconds: metrics.histogram({
      name: 'stream_round_seconds',
      help: 'Time until every client of the stream has had its turn.',
      // The aim is 250 ms for 10,000 clients.
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
    }),
    sliceSeconds: metrics.histogram({
      name: 'stream_slice_seconds',
      help: 'How long the stream kept the process busy at a stretch.',
      // The limit is 10 ms.
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1],
    }),
  };
}

export type StreamMetrics = ReturnType<typeof streamMetrics>;
