import type { Order } from '#core/model/order.ts';
import type { CommandKind, CommandOutcome } from '#core/orders/command-outcome.ts';
import { errorText } from '#platform/errors.ts';
import type { LedgerTransaction } from '#ledger/ledger.ts';
import type { CommandRecord } from '#ledger/records.ts';
import type { Draft } from './journal.ts';
import type { ExecutionPorts } from './ports.ts';

/** A command with its row in the ledger: written, not yet sent. */
export type Outgoing =
  | { readonly kind: 'place'; readonly id: string; readonly order: Order }
  | {
      readonly kind: 'place-list';
      readonly id: string;
      readonly order: Order;
      readonly target: Order;
    }
  | {
      readonly kind: 'place-bracket';
      readonly id: string;
      readonly order: Order;
      readonly stop: Order;
      readonly target: Order;
    }
  | {
      readonly kind: 'replace';
      readonly id: string;
      /** The new one. */
      readonly order: Order;
      readonly old: Order;
    }
  | { readonly kind: 'cancel'; readonly id: string; readonly order: Order };

/** Code of a refusal that is the desk's own: no byte went out. */
export const NOT_SENT = 'not-sent';

/** Orders that a placing command brings to the venue. */
export function ordersIn(command: Outgoing): readonly Order[] {
  switch (command.kind) {
    case 'place':
    case 'replace':
      return [command.order];
    case 'place-bracket':
      return [command.order, command.stop, command.target];
    case 'place-list':
      return [command.order, command.target];
    case 'cancel':
      return [];
  }
}

/** Orders that a command takes from the venue. */
export function ordersEndedBy(command: Outgoing): readonly Order[] {
  if (command.kind === 'cancel') return [command.order];
  return command.kind === 'replace' ? [command.old] : [];
}

/** Writes a command as pending; part of the transaction that decided it (law 3). */
export async function journalCommand(
  ports: ExecutionPorts,
  tx: LedgerTransaction,
  draft: Draft,
  command: { readonly kind: CommandKind; readonly order: Order; readonly old?: Order },
): Promise<string> {
  const { account, pair, clientOrderId } = command.order;
  const createdMs = ports.clock.now();
  // The time first, so that the index of the commands grows at its end.
  const id = `${Math.floor(createdMs).toString(36)}-${ports.ids()}`;
  const row = {
    id,
    account,
    pair,
    clientOrderId,
    kind: command.kind,
    ...(command.old && { replacedId: command.old.clientOrderId }),
    createdMs,
  };
  await tx.openCommand(row);
  const pending: CommandRecord = { ...row, outcome: 'pending', detail: '', settledMs: undefined };
  draft.changes.push({ kind: 'command', command: pending });
  return id;
}

/**
 * Sends a journalled command. Whatever goes wrong after the first byte is `unknown`; only what was
 * never sent is known to be refused.
 */
export async function send(ports: ExecutionPorts, command: Outgoing): Promise<CommandOutcome> {
  if (!(await ports.confirmLease()) || !ports.mayAct()) {
    return { outcome: 'refused', code: NOT_SENT, reason: 'this process may not act any more' };
  }
  ports.crash('before-send');
  try {
    const answer = submit(ports, command);
    ports.crash('after-send');
    return await withTimeout(ports, answer);
  } catch (error) {
    return { outcome: 'unknown', cause: errorText(error) };
  }
}

function submit({ broker }: ExecutionPorts, command: Outgoing): Promise<CommandOutcome> {
  switch (command.kind) {
    case 'place':
      return broker.place(command.order);
    case 'place-list':
      return broker.placeExitList({ stop: command.order, target: command.target });
    case 'place-bracket': {
      const { order: entry, stop, target } = command;
      return broker.placeBracket({ entry, stop, target });
    }
    case 'replace':
      return broker.replace(command.old, command.order);
    case 'cancel':
      return broker.cancel(command.order);
  }
}

function withTimeout(
  { clock, config }: ExecutionPorts,
  answer: Promise<CommandOutcome>,
): Promise<CommandOutcome> {
  const withinMs = config.section.command_timeout_ms;
  return new Promise((resolve, reject) => {
    const timer = clock.after(withinMs, () => {
      resolve({ outcome: 'unknown', cause: `no answer within ${withinMs} ms` });
    });
    answer.then(resolve, reject).finally(() => timer.cancel());
  });
}
