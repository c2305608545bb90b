import type { Level } from '#core/alerts/level.ts';
import type { Outcome } from '#core/alerts/policy.ts';
import type { Metrics } from '#platform/metrics/metrics.ts';

const DELIVERY_OUTCOMES = ['sent', 'repeated', 'retried', 'refused', 'dropped'] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

export type NotifierMetrics = ReturnType<typeof notifierMetrics>;

export function notifierMetrics(metrics: Metrics) {
  const alerts = metrics.counter({
    name: 'alerts_total',
    help: 'What happened, by what the policy made of it: told at once, gathered into one message, muted or off.',
    labels: ['level', 'outcome'],
  });
  const messages = metrics.counter({
    name: 'notifier_messages_total',
    help: 'Messages by channel and what became of them; repeated = perhaps for the second time, dropped = at the bound.',
    labels: ['channel', 'outcome'],
  });
  const waiting = metrics.gauge({
    name: 'notifier_messages_waiting',
    help: 'Messages that wait for a channel.',
    labels: ['channel'],
  });
  const waitingLimit = metrics.gauge({
    name: 'notifier_messages_waiting_limit',
    help: 'Messages that may wait for one channel.',
  });
  const behind = metrics.gauge({
    name: 'notifier_events_behind',
    help: 'Events of the ledger and the coordinator that are not dealt with yet.',
    labels: ['source'],
  });
  const missed = metrics.counter({
    name: 'notifier_events_missed_total',
    help: 'Events that were gone before the notifier could read them.',
    labels: ['source'],
  });
  const delay = metrics.histogram({
    name: 'notifier_delay_seconds',
    help: 'Time from what happened to the message about it being with the channel.',
    labels: ['channel'],
    buckets: [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600, 86_400],
  });
  const unacknowledged = metrics.gauge({
    name: 'notifier_unacknowledged',
    help: 'Critical messages that nobody has acknowledged and that are repeated.',
  });
  // Counters that begin with their first event show no rise.
  for (const source of ['ledger', 'coordinator']) missed.inc({ source }, 0);
  const begun = new Set<string>();
  function begin(channel: string): void {
    if (begun.has(channel)) return;
    begun.add(channel);
    for (const outcome of DELIVERY_OUTCOMES) messages.inc({ channel, outcome }, 0);
  }

  return {
    alert: (level: Level, outcome: Outcome) => alerts.inc({ level, outcome }),
    message: (channel: string, outcome: DeliveryOutcome, count = 1) =>
      messages.inc({ channel, outcome }, count),
    delay: (channel: string, ms: number) => delay.observe({ channel }, Math.max(0, ms) / 1_000),
    waiting: (channel: string, count: number) => {
      begin(channel);
      waiting.set({ channel }, count);
    },
    waitingLimit: (count: number) => waitingLimit.set(count),
    behind: (source: 'ledger' | 'coordinator', count: number) => behind.set({ source }, count),
    missed: (source: 'ledger' | 'coordinator', count: number) => missed.inc({ source }, count),
    unacknowledged: (count: number) => unacknowledged.set(count),
  };
}
