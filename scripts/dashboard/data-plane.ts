import { DESK } from './labels.ts';
import type { Row } from './panel.ts';

export const dataPlane: Row = {
  title: 'Data plane',
  panels: [
    {
      title: 'Closed and decided, per minute',
      about: 'The two lie on each other; the service level is 99.9 %.',
      kind: 'lines',
      unit: 'short',
      queries: [
        { expr: `nightdesk:closes:increase5m{${DESK}} / 5`, legend: 'closed' },
        { expr: `nightdesk:decided:increase5m{${DESK}} / 5`, legend: 'decided' },
      ],
      alert: 'NightdeskNoDecisions',
    },
    {
      title: 'Missed of the service levels, last hour',
      about: 'Share of closes without decision, stale data, time down: docs/slo.md.',
      kind: 'lines',
      unit: 'percentunit',
      queries: [
        { expr: `nightdesk:slo_decided_missed:ratio1h{${DESK}}`, legend: 'decided' },
        { expr: `nightdesk:slo_data_stale:ratio1h{${DESK}}`, legend: 'data age' },
        { expr: `nightdesk:slo_down:ratio1h{${DESK}}`, legend: 'able to trade' },
        {
          expr: `nightdesk:slo_order_slow:ratio1h{${DESK}}`,
          legend: 'candle to order',
          isRare: true,
        },
      ],
      alert: 'NightdeskDecidedBudgetBurns',
    },
    {
      title: 'Queues',
      about: 'Jobs that wait, as a share of what may.',
      kind: 'lines',
      unit: 'percentunit',
      queries: [
        {
          expr: `max by (queue) (nightdesk_queue_depth{${DESK}} / nightdesk_queue_depth_limit{${DESK}})`,
          legend: '{{queue}}',
        },
      ],
      warnFrom: 0.5,
      badFrom: 0.9,
      alert: 'NightdeskQueueFilling',
    },
    {
      title: 'Age of messages at their receiver',
      about: 'The slowest hundredth by message.',
      kind: 'lines',
      unit: 's',
      queries: [{ expr: `nightdesk:bus_latency_seconds:p99_5m{${DESK}}`, legend: '{{message}}' }],
      warnFrom: 1,
      badFrom: 5,
    },
    {
      title: 'Close to evaluation on the queue',
      about: 'The data agent’s part of candle to order.',
      kind: 'lines',
      unit: 's',
      queries: [
        {
          expr: `histogram_quantile(0.99, sum by (le) (rate(nightdesk_close_offer_seconds_bucket{${DESK}}[5m])))`,
          legend: 'p99',
        },
      ],
      warnFrom: 0.1,
    },
    {
      title: 'Candle cache',
      about: 'Where reads are served: this process (l1), Redis (l2), or not.',
      kind: 'bars',
      unit: 'ops',
      queries: [
        {
          expr: `sum by (result) (rate(nightdesk_cache_requests_total{${DESK}}[$__rate_interval]))`,
          legend: '{{result}}',
        },
      ],
    },
    {
      title: 'Dead letters',
      about: 'Messages nobody could handle.',
      kind: 'stat',
      unit: 'short',
      queries: [{ expr: `sum(max by (queue) (nightdesk_queue_dead{${DESK}}))` }],
      warnFrom: 1,
      alert: 'NightdeskDeadLetters',
    },
    {
      title: 'Redis connected',
      about: 'By process.',
      kind: 'states',
      unit: 'bool_on_off',
      queries: [{ expr: `nightdesk_redis_connected{${DESK}}`, legend: '{{instance}}' }],
      badBelow: 1,
      alert: 'NightdeskRedisAway',
      width: 9,
    },
    {
      title: 'HTTP requests',
      about: 'Per second by status.',
      kind: 'bars',
      unit: 'ops',
      queries: [
        {
          expr: `sum by (status) (rate(nightdesk_http_requests_total{${DESK}}[$__rate_interval]))`,
          legend: '{{status}}',
        },
      ],
      width: 9,
    },
    {
      title: 'Messages to people, per hour',
      about: 'By channel and what became of them; refused and dropped ones reached nobody.',
      kind: 'bars',
      unit: 'short',
      queries: [
        {
          expr: `sum by (channel, outcome) (increase(nightdesk_notifier_messages_total{${DESK}}[1h]))`,
          legend: '{{channel}} {{outcome}}',
          isRare: true,
        },
      ],
      alert: 'NightdeskMessagesLost',
      width: 12,
    },
    {
      title: 'Traces, spans per second',
      about: 'Nothing while tracing is off.',
      kind: 'bars',
      unit: 'ops',
      queries: [
        {
          expr: `sum by (outcome) (rate(nightdesk_trace_spans_total{${DESK}}[$__rate_interval]))`,
          legend: '{{outcome}}',
          isRare: true,
        },
      ],
      alert: 'NightdeskTracesLost',
      width: 12,
    },
  ],
};
