import type { DeskEvent } from '#core/model/desk-event.ts';
import type { OperatorCommand } from '#core/model/operator-command.ts';
import type { LedgerTransaction } from '#ledger/ledger.ts';

/** Commands that write something down and change nothing that is running. */
export type NoteCommand = OperatorCommand & {
  readonly kind: 'promote' | 'demote' | 'note-conformance';
};

export interface Noted {
  /** What to tell the person. */
  readonly result: string;
  /** What to tell those who follow the desk. */
  readonly events: readonly DeskEvent[];
}

/** Writes the record that a command carries. */
export async function writeNote(
  tx: LedgerTransaction,
  command: NoteCommand,
  nowMs: number,
): Promise<Noted> {
  const { by, origin = '', reason } = command;
  if (command.kind === 'note-conformance') {
    if (command.conformance === undefined) return { result: 'nothing to note', events: [] };
    await tx.recordConformance(command.conformance, { who: by, origin });
    const { cases, venue } = command.conformance;
    return { result: `noted ${cases.length} cases for ${venue}`, events: [] };
  }
  if (command.promotion === undefined) return { result: 'nothing to record', events: [] };
  const { decisionHash, venue, checklist } = command.promotion;
  const change = command.kind === 'promote' ? 'promoted' : 'demoted';
  await tx.recordPromotion({
    kind: change,
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
  const result = `${done} ${venue}, decision ${decisionHash.slice(0, 8)}`;
  return { result, events: [{ kind: 'promotion.changed', change, by, reason }] };
}
