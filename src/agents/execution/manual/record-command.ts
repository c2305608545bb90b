import type { OperatorCommand, OperatorCommandResult } from '#core/model/operator-command.ts';
import type { LedgerTransaction } from '#ledger/ledger.ts';
import type { Draft } from '../journal.ts';

const REFUSED = 'refused: ';

/** A result that says why nothing was done. */
export function refusal(why: string): string {
  return `${REFUSED}${why}`;
}

/** What came of a command, as its sender is told: the same at each repeat. */
export function resultOf({ id }: OperatorCommand, result: string): OperatorCommandResult {
  return { id, isDone: !result.startsWith(REFUSED), message: result };
}

/** Writes who wanted what, where from, why, and what came of it; the same id is written once. */
export async function recordCommand(
  { tx, draft }: { readonly tx: LedgerTransaction; readonly draft: Draft },
  command: OperatorCommand,
  done: { readonly result: string; readonly atMs: number },
): Promise<void> {
  const { id, by, origin, kind, reason } = command;
  const { result, atMs } = done;
  await tx.recordOperatorAction({ id, by, origin, kind, reason, result, atMs });
  const who = { by, origin: origin ?? '', reason };
  draft.events.push({ kind: 'command.done', id, command: kind, ...who, result });
}
