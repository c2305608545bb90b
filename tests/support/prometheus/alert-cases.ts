/**
 * What raises each alert: series that are good, then bad, then good again. A number is the level of
 * a gauge (good, bad); a rise is what a counter gains with each sample while it is bad, and while
 * it is good. Every series carries `desk="d"`, in whose place each case gets a desk of its own.
 */
export interface AlertCase {
  readonly alert: string;
  readonly series: Readonly<Record<string, Level | Rise>>;
  /** Over hours instead of minutes. */
  readonly isSlow?: boolean;
}

/** Null: no sample. */
type Level = readonly [good: number, bad: number | null];
type Rise = { readonly rise: readonly [good: number, bad: number] };

const data = 'desk="d",agent="data",instance="data"';
const execution = 'desk="d",agent="execution",instance="execution"';
const gateway = 'desk="d",agent="gateway",instance="gateway"';
const risk = 'desk="d",agent="risk",instance="risk"';
const notifier = 'desk="d",agent="notifier",instance="notifier"';
const coordinator = 'desk="d",agent="coordinator",instance="coordinator"';
const once: Rise = { rise: [0, 1] };
const always: Rise = { rise: [1, 1] };

const up = { 'up{job="nightdesk",desk="d"}': [1, 1] } as const;
const name = (metric: string, labels: string): string => `nightdesk_${metric}{${labels}}`;

function halt(alert: string, kind: string): AlertCase {
  return { alert, series: { [name('halted', `kind="${kind}",${execution}`)]: [0, 1] } };
}

function counted(alert: string, metric: string, labels: string): AlertCase {
  return { alert, series: { [name(metric, labels)]: once } };
}

function level(alert: string, series: AlertCase['series']): AlertCase {
  return { alert, series };
}

export const ALERT_CASES: readonly AlertCase[] = [
  level('NightdeskDown', { 'up{job="nightdesk",desk="d"}': [1, 0] }),
  level('NightdeskFiguresMissing', { ...up, [name('desk_info', coordinator)]: [1, null] }),
  level('NightdeskAgentDown', { [name('agent_up', data)]: [1, 0] }),
  level('NightdeskAgentCrashLoop', { [name('agent_crash_loop', data)]: [0, 1] }),
  counted('NightdeskAgentRestarted', 'agent_restarts_total', data),
  counted('NightdeskAgentRestartsOften', 'agent_restarts_total', data),
  counted('NightdeskInvariantBroken', 'agent_exits_total', `reason="invariant",${execution}`),
  level('NightdeskHealthLow', { [name('health_score', coordinator)]: [100, 60] }),
  level('NightdeskEventLoopSlow', { [name('event_loop_delay_seconds', data)]: [0.01, 0.8] }),
  level('NightdeskMemoryNearLimit', {
    [name('process_pss_bytes', data)]: [60e6, 250e6],
    [name('process_pss_bytes_limit', data)]: [256e6, 256e6],
  }),
  counted('NightdeskLogLinesLost', 'output_dropped_bytes_total', data),
  { alert: 'NightdeskLogLinesLost', series: { [name('log_lines_dropped', data)]: once } },
  level('NightdeskWorkFailing', {
    [name('periodic_runs_total', `work="tick",outcome="ok",${execution}`)]: { rise: [1, 0] },
    [name('periodic_runs_total', `work="tick",outcome="failed",${execution}`)]: once,
  }),
  counted('NightdeskBackgroundFailed', 'background_failures_total', `work="candles",${data}`),

  halt('NightdeskHaltNeedsYou', 'reconciliation'),
  halt('NightdeskHaltNeedsYou', 'drawdown'),
  halt('NightdeskHalted', 'data-stale'),
  halt('NightdeskHalted', 'daily-loss'),
  halt('NightdeskPaused', 'paused'),
  level('NightdeskDrawdownNearHalt', {
    [name('drawdown_ratio', execution)]: [0.01, 0.08],
    [name('drawdown_ratio_limit', execution)]: [0.1, 0.1],
  }),
  level('NightdeskDayLossNearHalt', {
    [name('day_loss_ratio', execution)]: [0, 0.04],
    [name('day_loss_ratio_limit', execution)]: [0.05, 0.05],
  }),
  level('NightdeskRiskOverLimit', { [name('risk_level', risk)]: [0, 2] }),
  level('NightdeskRiskOverLimit', { [name('risk_level', risk)]: [1, 4] }),
  level('NightdeskRiskNearLimit', { [name('risk_level', risk)]: [0, 1] }),
  level('NightdeskReconciliationDifference', {
    [name('reconciliation_differences', execution)]: [0, 2],
  }),
  // The clock of these tests begins at 0.
  level('NightdeskAccountNotCompared', {
    [name('reconciliation_last_timestamp_seconds', execution)]: [9_000, 0],
  }),
  level('NightdeskOutcomeUnknown', { [name('unknown_commands', execution)]: [0, 1] }),
  level('NightdeskUnprotected', { [name('unprotected_open_seconds', execution)]: [0, 12] }),
  counted('NightdeskLedgerWriteFailed', 'ledger_write_failures_total', execution),
  counted('NightdeskLedgerWriteFailed', 'agent_exits_total', `reason="storage",${execution}`),
  level('NightdeskNoDecisions', {
    [name('candles_closed_total', `origin="stream",${data}`)]: always,
    [name('history_records_total', `outcome="new",${gateway}`)]: { rise: [1, 0] },
  }),
  counted('NightdeskClosesSkipped', 'closes_skipped_total', data),
  level('NightdeskCandleToOrderSlow', {
    [name('candle_to_order_seconds_bucket', `le="0.05",${execution}`)]: { rise: [1, 0] },
    [name('candle_to_order_seconds_bucket', `le="0.25",${execution}`)]: { rise: [1, 0] },
    [name('candle_to_order_seconds_bucket', `le="1",${execution}`)]: always,
    [name('candle_to_order_seconds_bucket', `le="+Inf",${execution}`)]: always,
    [name('candle_to_order_seconds_count', execution)]: always,
  }),
  counted('NightdeskOrdersRejected', 'orders_total', `status="rejected",${execution}`),
  counted('NightdeskIllegalOrderEvent', 'illegal_order_events_total', execution),

  level('NightdeskDataStale', { [name('data_age_seconds', `pair="BTC/USDT",${data}`)]: [1, 40] }),
  level('NightdeskStreamLate', {
    [name('stream_delay_seconds', `stream="trade",${data}`)]: [0.1, 9],
  }),
  level('NightdeskVenueErrors', {
    [name('venue_requests_total', `call="time",outcome="ok",${data}`)]: always,
    [name('venue_requests_total', `call="time",outcome="venue-unreachable",${data}`)]: once,
  }),
  level('NightdeskVenueWeightNearLimit', {
    [name('venue_weight_used', data)]: [100, 5_700],
    [name('venue_weight_used_limit', data)]: [6_000, 6_000],
  }),
  level('NightdeskVenueBlocked', { [name('venue_blocked_seconds', data)]: [0, 60] }),
  level('NightdeskClockSkew', {
    [name('venue_clock_offset_seconds', data)]: [0.1, -4],
    [name('venue_clock_offset_seconds_limit', execution)]: [30, 30],
  }),

  level('NightdeskRedisAway', { [name('redis_connected', gateway)]: [1, 0] }),
  level('NightdeskQueueFilling', {
    [name('queue_depth', `queue="evaluations.v1",${data}`)]: [0, 600],
    [name('queue_depth_limit', `queue="evaluations.v1",${data}`)]: [1_000, 1_000],
  }),
  level('NightdeskDeadLetters', {
    [name('queue_dead', `queue="intents.v1",${execution}`)]: [0, 1],
  }),
  counted('NightdeskMessagesUnreadable', 'bus_unreadable_total', `message="quotes.v1",${gateway}`),
  level('NightdeskRedisMemoryNearLimit', {
    [name('redis_memory_bytes', coordinator)]: [5e6, 60e6],
    [name('redis_memory_bytes_limit', coordinator)]: [64e6, 64e6],
  }),
  level('NightdeskRedisCannotPersist', { [name('redis_aof_ok', coordinator)]: [1, 0] }),
  level('NightdeskDiskLow', { [name('disk_free_bytes', coordinator)]: [9e9, 5e8] }),
  level('NightdeskDiskFull', { [name('disk_free_bytes', coordinator)]: [9e9, 1e8] }),
  {
    alert: 'NightdeskDiskFillsUp',
    series: { [name('disk_free_bytes', coordinator)]: { rise: [0, -2e9] } },
    isSlow: true,
  },
  counted('NightdeskBackupFailed', 'backups_total', `outcome="failed",${coordinator}`),
  level('NightdeskNotifierBehind', {
    [name('notifier_events_behind', `source="ledger",${notifier}`)]: [0, 50],
  }),
  level('NightdeskMessagesWait', {
    [name('notifier_messages_waiting', `channel="telegram",${notifier}`)]: [0, 3],
  }),
  counted(
    'NightdeskMessagesLost',
    'notifier_messages_total',
    `channel="telegram",outcome="dropped",${notifier}`,
  ),
  counted('NightdeskMessagesLost', 'notifier_events_missed_total', `source="ledger",${notifier}`),
  {
    alert: 'NightdeskUnacknowledged',
    series: { [name('notifier_unacknowledged', notifier)]: [0, 1] },
    isSlow: true,
  },
  level('NightdeskTelegramAway', { [name('telegram_connected', notifier)]: [1, 0] }),
  {
    alert: 'NightdeskStrangers',
    series: { [name('telegram_updates_total', `outcome="stranger",${notifier}`)]: once },
  },
  level('NightdeskBackupOld', {
    [name('last_backup_timestamp_seconds', coordinator)]: [0, -200_000],
  }),
  level('NightdeskTokenEnds', { [name('api_token_end_timestamp_seconds', gateway)]: [0, 500_000] }),
  {
    alert: 'NightdeskRefusedRequests',
    series: { [name('http_refusals_total', `reason="unknown",${gateway}`)]: once },
  },
  {
    alert: 'NightdeskTracesLost',
    series: { [name('trace_spans_total', `outcome="failed",${execution}`)]: once },
  },
  counted('NightdeskHistoryWriteFailed', 'history_write_failures_total', gateway),

  {
    alert: 'NightdeskDecidedBudgetBurns',
    series: {
      [name('candles_closed_total', `origin="stream",${data}`)]: { rise: [12, 12] },
      [name('history_records_total', `outcome="new",${gateway}`)]: { rise: [12, 11] },
    },
    isSlow: true,
  },
  {
    alert: 'NightdeskOrderLatencyBudgetBurns',
    series: {
      [name('candle_to_order_seconds_bucket', `le="0.05",${execution}`)]: { rise: [10, 9] },
      [name('candle_to_order_seconds_count', execution)]: { rise: [10, 10] },
    },
    isSlow: true,
  },
  {
    alert: 'NightdeskDataBudgetBurns',
    series: { ...up, [name('data_age_seconds', `pair="BTC/USDT",${data}`)]: [1, 40] },
    isSlow: true,
  },
  {
    alert: 'NightdeskAvailabilityBudgetBurns',
    series: {
      ...up,
      [name('agent_up', execution)]: [1, 0],
      [name('agent_up', data)]: [1, 1],
      [name('halted', `kind="paused",${execution}`)]: [0, 0],
      [name('halted', `kind="data-stale",${execution}`)]: [0, 0],
      [name('data_age_seconds', `pair="BTC/USDT",${data}`)]: [1, 1],
    },
    isSlow: true,
  },
];
