import { DESK } from './labels.ts';
import type { Row } from './panel.ts';

export const trading: Row = {
  title: 'Trading',
  panels: [
    {
      title: 'Equity',
      about: 'Account value marked at the bid.',
      kind: 'lines',
      unit: 'short',
      queries: [
        { expr: `nightdesk_equity_quote{${DESK}}`, legend: 'equity' },
        { expr: `nightdesk_positions_quote{${DESK}}`, legend: 'positions' },
      ],
      width: 12,
    },
    {
      title: 'Profit of the UTC day',
      about: 'Realised and open.',
      kind: 'lines',
      unit: 'short',
      queries: [{ expr: `nightdesk_day_profit_quote{${DESK}}`, legend: 'profit' }],
      width: 6,
    },
    {
      title: 'Fees since the beginning',
      about: 'In the quote asset.',
      kind: 'stat',
      unit: 'short',
      queries: [{ expr: `nightdesk_fees_quote{${DESK}}` }],
    },
    {
      title: 'Orders by status, per minute',
      about: 'Rejected ones should be rare.',
      kind: 'bars',
      unit: 'short',
      queries: [
        {
          expr: `sum by (status) (rate(nightdesk_orders_total{${DESK}}[$__rate_interval])) * 60`,
          legend: '{{status}}',
        },
      ],
      alert: 'NightdeskOrdersRejected',
    },
    {
      title: 'Candle to order',
      about: 'From the closing event to the order sent; the aim is 50 ms for 99 of 100.',
      kind: 'lines',
      unit: 's',
      queries: [0.5, 0.99].map((share) => ({
        expr: `histogram_quantile(${share}, sum by (le) (rate(nightdesk_candle_to_order_seconds_bucket{${DESK}}[30m])))`,
        legend: `p${share * 100}`,
      })),
      warnFrom: 0.05,
      badFrom: 0.25,
      alert: 'NightdeskCandleToOrderSlow',
    },
    {
      title: 'Intents and refusals, per minute',
      about: 'What became of intents, and the reasons of the gate.',
      kind: 'bars',
      unit: 'short',
      queries: [
        {
          expr: `sum by (outcome) (rate(nightdesk_intent_total{${DESK}}[$__rate_interval])) * 60`,
          legend: '{{outcome}}',
          isRare: true,
        },
        {
          expr: `sum by (code) (rate(nightdesk_gate_refusals_total{${DESK}}[$__rate_interval])) * 60`,
          legend: 'refused: {{code}}',
          isRare: true,
        },
      ],
    },
  ],
};
