/**
 * How the risk agent acts: by the same audited commands as a person, over the coordinator's socket, so
 * that it works while Redis is down. Each is told once per cooldown.
 */
import { OperatorCommandResult } from '#core/model/operator-command.ts';
import type { OperatorCommand } from '#core/model/operator-command.ts';
import type { Sale } from '#core/risk/watch/reduce-plan.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { errorText } from '#platform/errors.ts';
import { hashId } from '#platform/ids.ts';
import type { ControlRequest } from '#platform/lifecycle/control.ts';
import type { Log } from '#platform/log/log.ts';
import type { RiskAction, RiskMetrics } from './metrics.ts';

export interface HandPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: RiskMetrics;
  readonly cooldownMs: () => number;
  readonly ask: (request: ControlRequest) => Promise<unknown>;
}

export interface DeskHand {
  reduce(plan: readonly Sale[], reason: string): Promise<void>;
  all(action: 'flatten' | 'kill-switch', reason: string): Promise<void>;
}

export function deskHand(ports: HandPorts): DeskHand {
  const { clock, log, metrics, cooldownMs, ask } = ports;
  const doneMs = new Map<string, number>();

  async function tell(
    action: RiskAction,
    key: string,
    command: Omit<OperatorCommand, 'id' | 'by' | 'issuedMs'>,
  ): Promise<void> {
    const nowMs = clock.now();
    const before = doneMs.get(key);
    if (before !== undefined && nowMs - before < cooldownMs()) return;
    const id = hashId(['risk', key, nowMs]);
    try {
      const answer = OperatorCommandResult.parse(
        await ask({ kind: 'command', command: { ...command, id, by: 'risk', issuedMs: nowMs } }),
      );
      if (!answer.isDone && answer.isPending !== true) throw new Error(answer.message);
      doneMs.set(key, nowMs);
      metrics.acted(action);
      log.warn({ action, about: key, reason: command.reason }, 'risk acts');
    } catch (error) {
      // Tried again at the next look.
      log.error({ action, about: key, cause: errorText(error) }, 'risk cannot act');
    }
  }

  return {
    reduce: async (plan, reason) => {
      for (const { pair, share } of plan) {
        const order = { side: 'sell', pair, share } as const;
        await tell('reduce', `reduce ${pair}`, { kind: 'order', order, reason });
      }
    },
    all: (action, reason) => tell(action, action, { kind: action, reason }),
  };
}
