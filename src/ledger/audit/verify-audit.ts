import { type AuditHead, type AuditRow, genesis, hashOf } from './audit-row.ts';

export type AuditProblem =
  | { readonly kind: 'changed'; readonly seq: number }
  /** Rows `from` to `to` are gone. */
  | { readonly kind: 'missing'; readonly from: number; readonly to: number }
  /** The row is whole but does not follow the one before it. */
  | { readonly kind: 'replaced'; readonly seq: number }
  /** The chain ends before the row that was written last. */
  | { readonly kind: 'truncated'; readonly from: number; readonly to: number }
  /** The kept head is not the hash of its row. */
  | { readonly kind: 'head-differs'; readonly seq: number };

export interface AuditVerdict {
  /** Where the chain ends now. */
  readonly head: AuditHead;
  readonly rows: number;
  /** Undefined: no outside head was given, or its row is as it was. */
  readonly witness: 'matches' | 'differs' | undefined;
}

/**
 * Walks a chain in the order of its numbers and reports each place where it is not what was
 * written. `kept` is the head the ledger keeps beside it; `witness` one that was noted elsewhere,
 * which also shows a chain that was rewritten as a whole.
 */
export function verifyAudit(
  chain: {
    readonly deskId: string;
    readonly rows: Iterable<AuditRow>;
    readonly kept: AuditHead;
    readonly witness?: AuditHead | undefined;
  },
  report: (problem: AuditProblem) => void,
): AuditVerdict {
  let before = genesis(chain.deskId);
  let rows = 0;
  let witness: AuditVerdict['witness'] = chain.witness === undefined ? undefined : 'differs';
  for (const row of chain.rows) {
    rows += 1;
    checkRow(row, before, report);
    if (row.seq === chain.witness?.seq && row.hash === chain.witness.hash) witness = 'matches';
    if (row.seq === chain.kept.seq && row.hash !== chain.kept.hash) {
      report({ kind: 'head-differs', seq: row.seq });
    }
    // One altered row is one finding: the next one is held against what stands here.
    before = { seq: row.seq, hash: row.hash };
  }
  if (before.seq < chain.kept.seq) {
    report({ kind: 'truncated', from: before.seq + 1, to: chain.kept.seq });
  }
  return { head: before, rows, witness };
}

function checkRow(row: AuditRow, before: AuditHead, report: (problem: AuditProblem) => void): void {
  const isNext = row.seq === before.seq + 1;
  if (!isNext) report({ kind: 'missing', from: before.seq + 1, to: row.seq - 1 });
  if (hashOf(row) !== row.hash) report({ kind: 'changed', seq: row.seq });
  else if (isNext && row.prev_hash !== before.hash) report({ kind: 'replaced', seq: row.seq });
}

export function problemText(problem: AuditProblem): string {
  switch (problem.kind) {
    case 'changed':
      return `row ${problem.seq} was changed after it was written`;
    case 'missing':
      return `${range(problem)} gone`;
    case 'replaced':
      return `row ${problem.seq} does not follow row ${problem.seq - 1}: one of them was replaced`;
    case 'truncated':
      return `${range(problem)} gone from the end`;
    case 'head-differs':
      return `row ${problem.seq} is not the one that was written last`;
  }
}

function range({ from, to }: { readonly from: number; readonly to: number }): string {
  return from === to ? `row ${from} is` : `rows ${from} to ${to} are`;
}
