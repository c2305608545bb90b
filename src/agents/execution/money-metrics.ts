import type { RiskLimits } from '#core/risk/config.ts';
import type { Metrics } from '#platform/metrics/metrics.ts';
import type { ExecutionMetrics } from './metrics.ts';

/** How the account stands, and where each limit is that it can reach. */
export function accountMetrics(metrics: Metrics): Pick<ExecutionMetrics, 'account' | 'limits'> {
  const equity = metrics.gauge({ name: 'equity_quote', help: 'Account value marked at the bid.' });
  const free = metrics.gauge({ name: 'free_quote', help: 'Money that no order holds.' });
  const positions = metrics.gauge({ name: 'positions_quote', help: 'Positions at the bid.' });
  const dayProfit = metrics.gauge({
    name: 'day_profit_quote',
    help: 'Profit since the UTC day began, realised and open; below 0 a loss.',
  });
  const fees = metrics.gauge({ name: 'fees_quote', help: 'Fees since the account began.' });
  const open = metrics.gauge({ name: 'open_positions', help: 'Pairs that are held.' });
  const drawdown = metrics.gauge({ name: 'drawdown_ratio', help: 'Fall from the peak equity.' });
  const exposure = metrics.gauge({ name: 'exposure_ratio', help: 'Positions over equity.' });
  const dayLoss = metrics.gauge({
    name: 'day_loss_ratio',
    help: 'Loss since the UTC day began over the equity it began with; 0 in profit.',
  });
  return {
    account: (figures) => {
      equity.set(figures.equityQuote);
      free.set(figures.freeQuote);
      positions.set(figures.positionsQuote);
      dayProfit.set(figures.dayProfitQuote);
      fees.set(figures.feesQuote);
      open.set(figures.openPositions);
      drawdown.set(figures.drawdownFraction);
      exposure.set(figures.exposureFraction);
      dayLoss.set(Math.max(0, figures.dayLossFraction));
    },
    limits: limitMetrics(metrics),
  };
}

function limitMetrics(metrics: Metrics): (limits: RiskLimits) => void {
  const drawdown = metrics.gauge({
    name: 'drawdown_ratio_limit',
    help: 'Fall from the peak that halts entries.',
  });
  const exposure = metrics.gauge({
    name: 'exposure_ratio_limit',
    help: 'Positions over equity that no entry exceeds.',
  });
  const dayLoss = metrics.gauge({
    name: 'day_loss_ratio_limit',
    help: 'Loss of a UTC day that halts entries.',
  });
  const open = metrics.gauge({
    name: 'open_positions_limit',
    help: 'Pairs that may be held at once.',
  });
  const dataAge = metrics.gauge({
    name: 'data_age_seconds_limit',
    help: 'Age of market data above which entries of the pair are refused.',
  });
  const unknown = metrics.gauge({
    name: 'unknown_commands_limit',
    help: 'Commands without a known outcome that halt entries.',
  });
  const skew = metrics.gauge({
    name: 'venue_clock_offset_seconds_limit',
    help: 'Difference of the clocks, either way, that halts entries.',
  });
  return (limits) => {
    drawdown.set(limits.drawdown_halt);
    exposure.set(limits.total_exposure_max);
    dayLoss.set(limits.daily_loss_max);
    open.set(limits.open_positions_max);
    dataAge.set(limits.data_age_max_ms / 1_000);
    unknown.set(limits.unknown_commands_max);
    skew.set(limits.clock_skew_max_ms / 1_000);
  };
}

export function ledgerMetrics(
  metrics: Metrics,
): Pick<ExecutionMetrics, 'ledgerCommitted' | 'ledgerFailed'> {
  const seconds = metrics.histogram({
    name: 'ledger_commit_seconds',
    help: 'Time of one transaction of the ledger, its work included.',
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5],
  });
  const failures = metrics.counter({
    name: 'ledger_write_failures_total',
    help: 'Transactions that the disk or the lease refused; nothing of them was written or sent.',
  });
  return {
    ledgerCommitted: (took) => seconds.observe(took),
    ledgerFailed: () => failures.inc(),
  };
}

export function commandMetrics(
  metrics: Metrics,
): Pick<ExecutionMetrics, 'command' | 'unknownCommands'> {
  const commands = metrics.counter({
    name: 'venue_commands_total',
    help: 'Commands to the venue by outcome.',
    labels: ['outcome'],
  });
  const unknown = metrics.gauge({
    name: 'unknown_commands',
    help: 'Commands of which nobody knows yet what became of them.',
  });
  const oldest = metrics.gauge({
    name: 'unknown_command_oldest_seconds',
    help: 'Age of the oldest of these; 0 without one.',
  });
  return {
    command: (outcome) => commands.inc({ outcome }),
    unknownCommands: (count, oldestSeconds) => {
      unknown.set(count);
      oldest.set(oldestSeconds);
    },
  };
}
