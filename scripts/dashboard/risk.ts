import { DESK } from './labels.ts';
import type { Panel, Row } from './panel.ts';

export const risk: Row = {
  title: 'Risk',
  panels: [
    againstLimit({
      title: 'Drawdown',
      metric: 'drawdown_ratio',
      alert: 'NightdeskDrawdownNearHalt',
    }),
    againstLimit({
      title: 'Loss of the UTC day',
      metric: 'day_loss_ratio',
      alert: 'NightdeskDayLossNearHalt',
    }),
    againstLimit({ title: 'Exposure', metric: 'exposure_ratio' }),
    againstLimit({ title: 'Positions held', metric: 'open_positions', unit: 'short' }),
    {
      title: 'Level of the portfolio',
      about: '0 normal, 1 warn, 2 reduce, 3 halt, 4 flatten. From 2 on no entries.',
      kind: 'stat',
      unit: 'short',
      queries: [{ expr: `nightdesk_risk_level{${DESK}}` }],
      warnFrom: 1,
      badFrom: 2,
      alert: 'NightdeskRiskOverLimit',
      width: 4,
    },
    {
      title: 'Loss under stress',
      about: 'Over equity: the worst shock of the past, six deviations of everything, fat tails.',
      kind: 'lines',
      unit: 'percentunit',
      queries: [{ expr: `nightdesk_stress_loss_ratio{${DESK}}`, legend: '{{figure}}' }],
      width: 8,
    },
    {
      title: 'Longest without a stop',
      about: 'Of the positions that have none now. More than some seconds needs a person.',
      kind: 'stat',
      unit: 's',
      queries: [{ expr: `nightdesk_unprotected_open_seconds{${DESK}}` }],
      warnFrom: 2,
      badFrom: 10,
      alert: 'NightdeskUnprotected',
      width: 4,
    },
    {
      title: 'Unknown outcomes',
      about: 'Commands of which the venue has not said what became of them.',
      kind: 'stat',
      unit: 'short',
      queries: [{ expr: `nightdesk_unknown_commands{${DESK}}` }],
      warnFrom: 1,
      badFrom: 3,
      alert: 'NightdeskOutcomeUnknown',
      width: 4,
    },
    {
      title: 'Ledger and venue',
      about: 'Open differences; 0 is right.',
      kind: 'stat',
      unit: 'short',
      queries: [{ expr: `nightdesk_reconciliation_differences{${DESK}}` }],
      badFrom: 1,
      alert: 'NightdeskReconciliationDifference',
      width: 4,
    },
  ],
};

function againstLimit(options: {
  readonly title: string;
  readonly metric: string;
  readonly alert?: string;
  readonly unit?: string;
}): Panel {
  const { title, metric, alert, unit = 'percentunit' } = options;
  return {
    title,
    about: 'Against its limit.',
    kind: 'lines',
    unit,
    queries: [
      { expr: `nightdesk_${metric}{${DESK}}`, legend: 'now' },
      { expr: `nightdesk_${metric}_limit{${DESK}}`, legend: 'limit' },
    ],
    width: 6,
    ...(alert === undefined ? {} : { alert }),
  };
}
