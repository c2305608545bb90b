import type { OperatorCommand } from '#core/model/operator-command.ts';
import type { LedgerTransaction } from '#ledger/ledger.ts';

/** Commands that write something down and change nothing that is running. */
export type NoteCommand = OperatorCommand & {
  readonly kind: 'promote' | 'demote' | 'note-conformance';
};

/** Writes the record a command carries; returns what to tell the person. */
export async function writeNote(
  tx: LedgerTransaction,
  command: NoteCommand,
  nowMs: number,
): Promise<string> {
  const { by, origin = '', reason } = command;
  if (command.kind === 'note-conformance') {
    if (command.conformance === undefined) return 'nothing to note';
    await tx.recordConformance(command.conformance, { who: by, origin });
    return `noted ${command.conformance.cases.length} cases for ${command.conformance.venue}`;
  }
  if (command.promotion === undefined) return 'nothing to record';
  const { decisionHash, venue, checklist } = command.promotion;
  await tx.recordPromotion({
    kind: command.kind === 'promote' ? 'promoted' : 'demoted',
    atMs: Math.floor(nowMs),
    decisionHash,
    venue,
    venueAccount: (await tx.venueAccount())?.accountId,
    by,
    origin,
    reason,
    checklist,
  });
  const done = command.kind === 'promote' ? 'promoted for' : 'demoted on';
  return `${done} ${venue}, decision ${decisionHash.slice(0, 8)}`;
}
