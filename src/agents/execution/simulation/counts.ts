import type { DeskEvent } from '#core/model/desk-event.ts';
import type { ExecutionMetrics } from '../metrics.ts';

/** What happened in a simulation, so that a run which tested nothing is seen. */
export interface Counts {
  readonly byName: Map<string, number>;
  readonly count: (name: string) => void;
  readonly told: (event: DeskEvent) => void;
}

export function newCounts(): Counts {
  const byName = new Map<string, number>();
  const count = (name: string): void => {
    byName.set(name, (byName.get(name) ?? 0) + 1);
  };
  return { byName, count, told: (event) => count(`event ${event.kind}`) };
}

export function countingMetrics(counts: Counts): ExecutionMetrics {
  const { count } = counts;
  const quiet = (): void => undefined;
  return {
    candleToOrder: () => count('order sent'),
    orderMoved: (status) => count(`order ${status}`),
    filled: () => count('fill'),
    illegalEvent: () => count('illegal event'),
    intent: (outcome) => count(`intent ${outcome}`),
    refused: (code) => count(`refused ${code}`),
    command: (outcome) => count(`command ${outcome}`),
    account: quiet,
    limits: quiet,
    unknownCommands: quiet,
    ledgerCommitted: quiet,
    ledgerFailed: () => count('ledger write failed'),
    halts: quiet,
    inbox: quiet,
    missedTrades: () => count('missed trades failed'),
    compared: quiet,
    reconciled: () => count('reconciled'),
    reconciliationFinding: (kind, found) => {
      for (let i = 0; i < found; i += 1) count(`found ${kind}`);
    },
    unprotected: (seconds) => count(`unprotected ${seconds < 1 ? 'under' : 'over'} 1 s`),
    longestUnprotected: quiet,
    events: quiet,
  };
}
