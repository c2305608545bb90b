/**
 * How the risk agent acts: by the same audited commands as a person, over the coordinator's socket: a
 * Redis that went away after the look holds up no sale.
 *
 * 1. Each command is kept before it is sent. Whether one without an answer arrived is not known: it is
 *    asked again by its own id, so it is carried out once, also by the process after a kill.
 * 2. Each is told once per cooldown; a sale that is carried out waits for none: what is over its bound
 *    after it is another sale.
 */
import { OperatorCommandResult } from '#core/model/operator-command.ts';
import type { OperatorCommand } from '#core/model/operator-command.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Sale } from '#core/risk/watch/reduce-plan.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { errorText } from '#platform/errors.ts';
import { hashId } from '#platform/ids.ts';
import type { ControlRequest } from '#platform/lifecycle/control.ts';
import type { Log } from '#platform/log/log.ts';
import type { RiskMemory, Told } from './kept-memory.ts';
import type { RiskAction, RiskMetrics } from './metrics.ts';

export interface HandPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: RiskMetrics;
  readonly memory: RiskMemory;
  readonly cooldownMs: () => number;
  readonly ask: (request: ControlRequest) => Promise<unknown>;
}

export interface DeskHand {
  /** `qtyOf`: what is held of a pair now, base amount. */
  reduce(
    plan: readonly Sale[],
    why: { readonly reason: string; readonly qtyOf: (pair: Pair) => number },
  ): Promise<void>;
  all(action: 'flatten' | 'kill-switch', reason: string): Promise<void>;
}

/** Two looks: an answer that is missing for longer is of another situation. */
const ASK_AGAIN_MS = 60_000;
/** The longest cooldown there can be. */
const FORGET_MS = 86_400_000;
/** A sale is rounded down to the venue's step and may fill in parts. */
const FILLED_LEAST = 0.9;

interface Telling {
  readonly action: RiskAction;
  /** What is asked for: the same key is the same wish. */
  readonly key: string;
  readonly command: Omit<OperatorCommand, 'id' | 'by' | 'issuedMs'>;
  readonly sale?: { readonly qty: number; readonly share: number };
}

export function deskHand(ports: HandPorts): DeskHand {
  const { clock, log, metrics, memory, ask } = ports;

  function note(key: string, told: Told | undefined): void {
    const nowMs = clock.now();
    const rest = [...memory.now().told].filter(
      ([other, { atMs }]) => other !== key && nowMs - atMs < FORGET_MS,
    );
    memory.keep({ told: new Map(told === undefined ? rest : [...rest, [key, told]]) });
  }

  async function tell({ action, key, command, sale }: Telling): Promise<void> {
    const nowMs = clock.now();
    const before = memory.now().told.get(key);
    if (before?.isDone === true && isTooSoon(before, sale)) return;
    const told = before !== undefined && isOpen(before, nowMs) ? before : newly(key, nowMs, sale);
    note(key, told);
    try {
      const { id, atMs: issuedMs } = told;
      const answer = OperatorCommandResult.parse(
        await ask({ kind: 'command', command: { ...command, id, by: 'risk', issuedMs } }),
      );
      const isTaken = answer.isDone || answer.isPending === true;
      note(key, isTaken ? { ...told, isDone: true } : undefined);
      if (!isTaken) throw new Error(answer.message);
      metrics.acted(action);
      log.warn({ action, about: key, reason: command.reason }, 'risk acts');
    } catch (error) {
      // Tried again at the next look.
      log.error({ action, about: key, cause: errorText(error) }, 'risk cannot act');
    }
  }

  function isTooSoon({ atMs, leftQtyMax = -1 }: Told, sale: Telling['sale']): boolean {
    const isCarriedOut = sale !== undefined && sale.qty <= leftQtyMax;
    const ageMs = clock.now() - atMs;
    // A clock that was set back must not hold back a sale for as long.
    return !isCarriedOut && ageMs >= 0 && ageMs < ports.cooldownMs();
  }

  return {
    reduce: async (plan, { reason, qtyOf }) => {
      for (const { pair, share } of plan) {
        const order = { side: 'sell', pair, share } as const;
        await tell({
          action: 'reduce',
          key: `reduce ${pair}`,
          command: { kind: 'order', order, reason },
          sale: { share, qty: qtyOf(pair) },
        });
      }
    },
    all: (action, reason) => tell({ action, key: action, command: { kind: action, reason } }),
  };
}

function isOpen({ isDone, atMs }: Told, nowMs: number): boolean {
  return !isDone && nowMs - atMs < ASK_AGAIN_MS;
}

function newly(key: string, nowMs: number, sale: Telling['sale']): Told {
  const told = { id: hashId(['risk', key, nowMs]), atMs: nowMs, isDone: false };
  return sale === undefined
    ? told
    : { ...told, leftQtyMax: sale.qty * (1 - FILLED_LEAST * sale.share) };
}
