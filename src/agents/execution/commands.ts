import type { Halt, HaltKind } from '#core/model/halt.ts';
import type { OperatorCommand, OperatorCommandResult } from '#core/model/operator-command.ts';
import { haltWithEnd, LIFTED_BY, liftedByResume } from '#core/risk/halts.ts';
import type { LedgerTransaction } from '#ledger/ledger.ts';
import { type NoteCommand, writeNote } from '#promotion/write-note.ts';
import { liftHalt, publishAccount, raiseHalt, valueDesk } from './account-mark.ts';
import type { Desk } from './desk.ts';
import { commandItem } from './inbox.ts';
import type { Draft } from './journal.ts';
import { acceptOpen } from './reconcile/accept.ts';

/** What the lanes are asked for. */
export interface Lanes {
  flattenAll(): void;
  isFlat(): boolean;
}

interface Obeying {
  readonly desk: Desk;
  readonly tx: LedgerTransaction;
  readonly draft: Draft;
  readonly command: OperatorCommand;
}

/**
 * Carries out an operator's command: once per id, written with who and why, whatever Redis does. A
 * flatten stays in the inbox until everything is sold, so a restart goes on with it.
 */
export async function obey(
  desk: Desk,
  lanes: Lanes,
  command: OperatorCommand,
): Promise<OperatorCommandResult> {
  const { ports, journal } = desk;
  const nowMs = ports.clock.now();
  const isSelling = command.kind === 'flatten' || command.kind === 'kill-switch';
  const { isNew, message } = await journal.run(async (tx, draft) => {
    await tx.receive(commandItem(command, nowMs));
    if (await tx.hasOperatorAction(command.id)) {
      const isDone = (await tx.inboxState(command.id)) === 'done';
      return { isNew: false, message: isDone ? undefined : 'already under way' };
    }
    const result = await carryOut({ desk, tx, draft, command });
    const { id, by, origin, kind, reason } = command;
    await tx.recordOperatorAction({ id, by, origin, kind, reason, result, atMs: nowMs });
    if (!isSelling) await tx.finishInbox(id, JSON.stringify({ result }), nowMs);
    return { isNew: true, message: result };
  });
  if (isSelling && message !== undefined) lanes.flattenAll();
  publishAccount(desk);
  // What a start goes on with was said when it was asked for.
  const { kind, by, reason } = command;
  const why = reason === '' ? {} : { reason };
  ports.log[isNew ? 'info' : 'debug'](
    { command: kind, by, ...why, result: message },
    'operator command',
  );
  return { id: command.id, isDone: true, message: message ?? 'was done before' };
}

/** Ends selling commands once everything they were about is sold; true when nothing is left. */
export async function finishSelling(desk: Desk, lanes: Lanes): Promise<boolean> {
  if (!lanes.isFlat()) return false;
  await desk.journal.run((tx) => endSelling(desk, tx, 'flat'));
  return true;
}

async function endSelling(desk: Desk, tx: LedgerTransaction, result: string): Promise<void> {
  for (const item of await tx.pendingInbox(1_000)) {
    if (item.kind !== 'command') continue;
    await tx.finishInbox(item.id, JSON.stringify({ result }), desk.ports.clock.now());
  }
}

async function carryOut(obeying: Obeying): Promise<string> {
  switch (obeying.command.kind) {
    case 'pause':
      await halt(obeying, 'paused');
      return 'no new entries until resumed';
    case 'flatten':
      await halt(obeying, 'paused');
      return `selling ${obeying.desk.state.positions.size} positions; no new entries until resumed`;
    case 'kill-switch':
      await halt(obeying, 'kill-switch');
      return `killed: selling ${obeying.desk.state.positions.size} positions, nothing new until resumed`;
    case 'accept-differences':
      return acceptOpen(obeying);
    case 'resume':
      return resume(obeying);
    case 'close':
    case 'order':
      return 'refused: orders by hand are not taken';
    case 'promote':
    case 'demote':
    case 'note-conformance':
      return note(obeying, obeying.command.kind);
  }
}

async function note(obeying: Obeying, kind: NoteCommand['kind']): Promise<string> {
  const { desk, tx, draft, command } = obeying;
  const { ports } = desk;
  const result = await writeNote(tx, { ...command, kind }, ports.clock.now());
  if (kind === 'demote' && ports.promotion?.facts.mode === 'production') {
    const sinceMs = Math.floor(ports.clock.now());
    const reason = `${command.by}: ${command.reason}`;
    await raiseHalt(desk, tx, draft, {
      kind: 'demoted',
      sinceMs,
      reason,
      liftedBy: LIFTED_BY.demoted,
    });
  }
  return result;
}

async function halt({ desk, tx, draft, command }: Obeying, kind: HaltKind): Promise<void> {
  const raised: Halt = {
    kind,
    sinceMs: Math.floor(desk.ports.clock.now()),
    reason: command.reason === '' ? `by ${command.by}` : `${command.by}: ${command.reason}`,
    liftedBy: LIFTED_BY[kind],
  };
  await raiseHalt(desk, tx, draft, raised);
}

async function resume({ desk, tx, draft }: Obeying): Promise<string> {
  const { ports, state } = desk;
  const nowMs = ports.clock.now();
  // Otherwise a restart would go on selling, and sell what was bought after this.
  await endSelling(desk, tx, 'resumed');
  const kinds = liftedByResume([...state.halts.values()]);
  for (const kind of kinds) await liftHalt(desk, tx, draft, { kind, nowMs });
  if (kinds.includes('drawdown') || kinds.includes('month-drawdown')) {
    const { equityQuote } = valueDesk(desk, nowMs);
    await tx.resetPeak(ports.config.account, equityQuote, nowMs);
    draft.hasChangedFigures = true;
  }
  const left = [...state.halts.values()]
    .filter(({ kind }) => !kinds.includes(kind))
    .map((active) => haltWithEnd(active, nowMs));
  const lifted = kinds.length === 0 ? 'nothing was halted by hand' : `lifted ${kinds.join(', ')}`;
  return left.length === 0 ? lifted : `${lifted}; still halted: ${left.join('; ')}`;
}
