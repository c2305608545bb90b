import { OrderStatus } from '#core/model/order.ts';
import { HaltKind } from '#core/model/halt.ts';
import type { RiskLimits } from '#core/risk/config.ts';
import { EVENTS_KEPT } from './keep-events.ts';
import { accountMetrics, commandMetrics, ledgerMetrics } from './money-metrics.ts';
import type { Metrics } from '#platform/metrics/metrics.ts';

/** What execution counts. The shell knows these few calls only, so the simulation needs no registry. */
export interface ExecutionMetrics {
  candleToOrder(seconds: number): void;
  orderMoved(status: OrderStatus): void;
  filled(): void;
  illegalEvent(): void;
  intent(outcome: 'accepted' | 'refused' | 'duplicate'): void;
  refused(code: string): void;
  command(outcome: 'accepted' | 'refused' | 'unknown'): void;
  account(figures: {
    readonly equityQuote: number;
    readonly drawdownFraction: number;
    readonly exposureFraction: number;
    readonly freeQuote: number;
    readonly positionsQuote: number;
    readonly dayProfitQuote: number;
    readonly dayLossFraction: number;
    readonly feesQuote: number;
    readonly openPositions: number;
  }): void;
  limits(limits: RiskLimits): void;
  halts(active: readonly HaltKind[]): void;
  inbox(waiting: number): void;
  missedTrades(): void;
  /** One comparison of the account, and what is open after it. */
  reconciled(seconds: number, open: number): void;
  /** One that was not cut short by the venue. */
  compared(atMs: number): void;
  reconciliationFinding(kind: FindingKind, count: number): void;
  /** A position above dust was without a stop for so long. */
  unprotected(seconds: number): void;
  /** The longest since the start, and the longest that goes on. */
  longestUnprotected(seconds: number, nowSeconds: number): void;
  /** Commands to the venue of which nobody knows yet what became of them. */
  unknownCommands(count: number, oldestSeconds: number): void;
  ledgerCommitted(seconds: number): void;
  ledgerFailed(): void;
  /** That the ledger keeps for those who follow it. */
  events(kept: number): void;
}

/** What a comparison of the account brought. */
export type FindingKind = 'fill' | 'order' | 'stray' | 'flow' | 'external-trade' | 'difference';

/** Receipt of the closing event to the order being sent; the limit is 50 ms at p99. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** A comparison asks the venue for balances, orders and fills, and waits for its budget. */
const COMPARISON_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** A stop placed after its fill takes a round trip to the venue; the aim is under a second. */
const UNPROTECTED_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60];

export function executionMetrics(metrics: Metrics): ExecutionMetrics {
  const candleToOrder = metrics.histogram({
    name: 'candle_to_order_seconds',
    help: 'From receipt of the event that closed the candle to the order being journalled and sent.',
    buckets: SECONDS,
  });
  const orders = metrics.counter({
    name: 'orders_total',
    help: 'Orders that reached a status.',
    labels: ['status'],
  });
  // A counter that begins with its first event shows no rise.
  for (const status of OrderStatus.options) orders.inc({ status }, 0);
  const fills = metrics.counter({ name: 'fills_total', help: 'Executions booked.' });
  const illegal = metrics.counter({
    name: 'illegal_order_events_total',
    help: 'Order events outside the table of legal transitions; recorded, never obeyed.',
  });
  const intents = metrics.counter({
    name: 'intent_total',
    help: 'Intents by what became of them.',
    labels: ['outcome'],
  });
  const refusals = metrics.counter({
    name: 'gate_refusals_total',
    help: 'Reasons for which the gate refused.',
    labels: ['code'],
  });
  const halted = metrics.gauge({
    name: 'halted',
    help: '1 while the halt is active: no new entry.',
    labels: ['kind'],
  });
  const waiting = metrics.gauge({ name: 'inbox_waiting', help: 'Received and not yet decided.' });
  const missed = metrics.counter({
    name: 'missed_trades_failures_total',
    help: 'Attempts to read missed public trades that failed.',
  });
  const reconciling = reconciliationMetrics(metrics);
  const protection = protectionMetrics(metrics);
  return {
    ...reconciling,
    ...protection,
    ...accountMetrics(metrics),
    ...commandMetrics(metrics),
    ...ledgerMetrics(metrics),
    ...eventMetrics(metrics),
    candleToOrder: (seconds) => candleToOrder.observe(seconds),
    orderMoved: (status) => orders.inc({ status }),
    filled: () => fills.inc(),
    illegalEvent: () => illegal.inc(),
    intent: (outcome) => intents.inc({ outcome }),
    refused: (code) => refusals.inc({ code }),
    halts: (active) => {
      for (const kind of HaltKind.options) halted.set({ kind }, active.includes(kind) ? 1 : 0);
    },
    inbox: (count) => waiting.set(count),
    missedTrades: () => missed.inc(),
  };
}

function reconciliationMetrics(
  metrics: Metrics,
): Pick<ExecutionMetrics, 'compared' | 'reconciled' | 'reconciliationFinding'> {
  const open = metrics.gauge({
    name: 'reconciliation_differences',
    help: 'Differences between ledger and venue that are open.',
  });
  const seconds = metrics.histogram({
    name: 'reconciliation_seconds',
    help: 'Duration of one comparison of the account with the venue.',
    buckets: COMPARISON_SECONDS,
  });
  const findings = metrics.counter({
    name: 'reconciliation_findings_total',
    help: 'What comparisons of the account brought: booked, shown, cancelled or open.',
    labels: ['kind'],
  });
  const last = metrics.gauge({
    name: 'reconciliation_last_timestamp_seconds',
    help: 'When the account was last compared; absent where it is simulated.',
  });
  // A gauge without labels begins at 0, which would read as long ago.
  last.remove();
  return {
    compared: (atMs) => last.set(atMs / 1_000),
    reconciled: (took, count) => {
      seconds.observe(took);
      open.set(count);
    },
    reconciliationFinding: (kind, count) => {
      if (count > 0) findings.inc({ kind }, count);
    },
  };
}

function protectionMetrics(
  metrics: Metrics,
): Pick<ExecutionMetrics, 'unprotected' | 'longestUnprotected'> {
  const unprotected = metrics.histogram({
    name: 'unprotected_seconds',
    help: 'How long a position above dust had no working stop for all of it.',
    buckets: UNPROTECTED_SECONDS,
  });
  const longest = metrics.gauge({
    name: 'unprotected_longest_seconds',
    help: 'The longest of these since execution started, one that goes on included.',
  });
  const open = metrics.gauge({
    name: 'unprotected_open_seconds',
    help: 'The longest of these that goes on; 0 while every position has its stop.',
  });
  return {
    unprotected: (seconds) => unprotected.observe(seconds),
    longestUnprotected: (seconds, nowSeconds) => {
      longest.set(seconds);
      open.set(nowSeconds);
    },
  };
}

function eventMetrics(metrics: Metrics): Pick<ExecutionMetrics, 'events'> {
  const kept = metrics.gauge({
    name: 'ledger_events',
    help: 'Events that the ledger keeps for those who follow it; the oldest are trimmed.',
  });
  const most = metrics.gauge({ name: 'ledger_events_limit', help: 'Most events it keeps.' });
  most.set(EVENTS_KEPT);
  return { events: (count) => kept.set(count) };
}
