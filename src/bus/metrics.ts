import type { Metrics } from '#platform/metrics/metrics.ts';
import type { BusObserver } from './observer.ts';

// From a fraction of a local hop to a minute of backlog.
const AGE_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60];

/** Declares the bus's metrics; called once per process. */
export function busMetrics(metrics: Metrics): BusObserver {
  const latency = metrics.histogram({
    name: 'bus_latency_seconds',
    help: 'Age of a message when its receiver got it.',
    labels: ['message'],
    buckets: AGE_BUCKETS,
  });
  const sent = metrics.counter({
    name: 'bus_sent_total',
    help: 'Messages sent, or why they were not.',
    labels: ['message', 'outcome'],
  });
  const handled = metrics.counter({
    name: 'bus_handled_total',
    help: 'Jobs handled: done, to be tried again, or dead.',
    labels: ['message', 'outcome'],
  });
  const depth = metrics.gauge({
    name: 'queue_depth',
    help: 'Jobs that wait.',
    labels: ['queue'],
  });
  const depthMax = metrics.gauge({
    name: 'queue_depth_limit',
    help: 'Jobs that may wait before a send is refused.',
    labels: ['queue'],
  });
  const dead = metrics.gauge({
    name: 'queue_dead',
    help: 'Jobs in the dead-letter list.',
    labels: ['queue'],
  });
  const gaps = metrics.counter({
    name: 'bus_gaps_total',
    help: 'Times that messages of a topic were missed or Redis came back.',
    labels: ['message'],
  });
  const unreadable = metrics.counter({
    name: 'bus_unreadable_total',
    help: 'Messages and state values dropped because they do not fit their declaration.',
    labels: ['message'],
  });
  const connected = metrics.gauge({ name: 'redis_connected', help: '1 while Redis answers.' });
  const heard = new Set<string>();

  return {
    received: (message, ageMs) => {
      // A counter that begins with its first event shows no rise.
      if (!heard.has(message)) unreadable.inc({ message }, 0);
      heard.add(message);
      latency.observe({ message }, Math.max(0, ageMs) / 1_000);
    },
    sent: (message, outcome) => sent.inc({ message, outcome }),
    handled: (message, outcome) => handled.inc({ message, outcome }),
    depth: (queue, now) => {
      depth.set({ queue }, now.waiting);
      depthMax.set({ queue }, now.waitingMax);
      dead.set({ queue }, now.dead);
    },
    gap: (topic) => gaps.inc({ message: topic }),
    unreadable: (message) => unreadable.inc({ message }),
    connection: (isUp) => connected.set(isUp ? 1 : 0),
  };
}
