import { DESK } from './labels.ts';
import type { Row } from './panel.ts';

export const committee: Row = {
  title: 'Committee',
  panels: [
    {
      title: 'Decisions by action, per minute',
      about: 'Most are to hold.',
      kind: 'bars',
      unit: 'short',
      queries: [
        {
          expr: `sum by (action) (rate(nightdesk_decision_total{${DESK}}[$__rate_interval])) * 60`,
          legend: '{{action}}',
        },
      ],
    },
    {
      title: 'Why no entry, per minute',
      about: 'A decision may have several reasons.',
      kind: 'bars',
      unit: 'short',
      queries: [
        {
          expr: `sum by (reason) (rate(nightdesk_no_entry_total{${DESK}}[$__rate_interval])) * 60`,
          legend: '{{reason}}',
        },
      ],
    },
    {
      title: 'Intents sent, per hour',
      about: 'What came of decisions to act.',
      kind: 'bars',
      unit: 'short',
      queries: [
        {
          expr: `sum by (action) (increase(nightdesk_intents_sent_total{${DESK}}[1h]))`,
          legend: '{{action}}',
          isRare: true,
        },
      ],
    },
    {
      title: 'Time of an evaluation',
      about: 'Reads and thinking.',
      kind: 'lines',
      unit: 's',
      queries: [{ expr: `nightdesk:evaluation_seconds:p99_5m{${DESK}}`, legend: 'p99' }],
      warnFrom: 0.1,
      badFrom: 1,
    },
    {
      title: 'Workers ready',
      about: 'They follow the backlog.',
      kind: 'lines',
      unit: 'short',
      queries: [
        { expr: `sum(nightdesk_agent_up{${DESK},agent="trading-worker"})`, legend: 'workers' },
      ],
    },
    {
      title: 'Evaluations per second',
      about: 'By worker.',
      kind: 'lines',
      unit: 'ops',
      queries: [
        {
          expr: `rate(nightdesk_evaluations_total{${DESK}}[$__rate_interval])`,
          legend: '{{instance}}',
        },
      ],
    },
  ],
};
