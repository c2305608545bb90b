import { DESK, PAIR } from './labels.ts';
import type { Row } from './panel.ts';

export const venue: Row = {
  title: 'Venue',
  panels: [
    {
      title: 'Data age by pair',
      about: 'Age of the market data of each pair; entries are refused above 5 s.',
      kind: 'lines',
      unit: 's',
      queries: [{ expr: `nightdesk_data_age_seconds{${PAIR}}`, legend: '{{pair}}' }],
      warnFrom: 5,
      badFrom: 15,
      alert: 'NightdeskDataStale',
      width: 8,
    },
    {
      title: 'Delay of the streams',
      about: 'Age of the newest event when it came.',
      kind: 'lines',
      unit: 's',
      queries: [{ expr: `nightdesk_stream_delay_seconds{${DESK}}`, legend: '{{stream}}' }],
      warnFrom: 2,
      badFrom: 5,
      alert: 'NightdeskStreamLate',
    },
    {
      title: 'Events per second',
      about: 'What the streams bring.',
      kind: 'lines',
      unit: 'ops',
      queries: [
        {
          expr: `sum by (stream) (rate(nightdesk_venue_events_total{${DESK}}[$__rate_interval]))`,
          legend: '{{stream}}',
        },
      ],
    },
    {
      title: 'Requests by outcome',
      about: 'Per second; everything but ok is a failure.',
      kind: 'bars',
      unit: 'ops',
      queries: [
        {
          expr: `sum by (outcome) (rate(nightdesk_venue_requests_total{${DESK}}[$__rate_interval]))`,
          legend: '{{outcome}}',
        },
      ],
      alert: 'NightdeskVenueErrors',
    },
    {
      title: 'Time of a request',
      about: 'The slowest twentieth, by call.',
      kind: 'lines',
      unit: 's',
      queries: [
        {
          expr: `histogram_quantile(0.95, sum by (call, le) (rate(nightdesk_venue_request_seconds_bucket{${DESK}}[5m])))`,
          legend: '{{call}}',
        },
      ],
      warnFrom: 1,
      badFrom: 5,
    },
    {
      title: 'Request weight',
      about: 'Of the running minute, against what the desk allows itself.',
      kind: 'lines',
      unit: 'short',
      queries: [
        { expr: `max(nightdesk_venue_weight_used{${DESK}})`, legend: 'used' },
        { expr: `max(nightdesk_venue_weight_used_limit{${DESK}})`, legend: 'limit' },
      ],
      alert: 'NightdeskVenueWeightNearLimit',
    },
    {
      title: 'Blocked for',
      about: 'Until the venue may be asked again after a limit or ban.',
      kind: 'stat',
      unit: 's',
      queries: [{ expr: `max(nightdesk_venue_blocked_seconds{${DESK}})` }],
      badFrom: 1,
      alert: 'NightdeskVenueBlocked',
    },
    {
      title: 'Clock against the venue',
      about: 'The desk corrects it; from 30 s on it halts.',
      kind: 'lines',
      unit: 's',
      queries: [{ expr: `nightdesk_venue_clock_offset_seconds{${DESK}}`, legend: '{{instance}}' }],
      alert: 'NightdeskClockSkew',
      width: 6,
    },
    {
      title: 'Commands by outcome, per minute',
      about: 'Orders and cancels; unknown ones are asked for.',
      kind: 'bars',
      unit: 'short',
      queries: [
        {
          expr: `sum by (outcome) (rate(nightdesk_venue_commands_total{${DESK}}[$__rate_interval])) * 60`,
          legend: '{{outcome}}',
          isRare: true,
        },
      ],
      alert: 'NightdeskOutcomeUnknown',
      width: 6,
    },
    {
      title: 'Streams lost, per hour',
      about: 'And opened again by the desk.',
      kind: 'bars',
      unit: 'short',
      queries: [
        {
          expr: `sum by (stream) (increase(nightdesk_venue_reconnects_total{${DESK}}[1h]))`,
          legend: '{{stream}}',
          isRare: true,
        },
      ],
      width: 6,
    },
  ],
};
