import { existsSync } from 'node:fs';
import { sql } from 'kysely';
import type { AuditHead } from '../audit/audit-row.ts';
import { type AuditVerdict, problemText, verifyAudit } from '../audit/verify-audit.ts';
import { ledgerError } from '../errors.ts';
import { queryBuilder } from '../session.ts';
import { connectSqlite } from '../sqlite/connection.ts';
import { checkContext, type CheckContext } from './check-context.ts';
import { type LedgerProblem, problemList } from './problem.ts';

/** The chain is whole, and says the same about orders as the ledger does. */
export function checkAudit(
  context: CheckContext,
  witness?: AuditHead,
): { readonly audit: number; readonly verdict: AuditVerdict | undefined } {
  const { builder, problems } = context;
  const [meta] = context.rows(builder.selectFrom('meta').selectAll());
  // Not opened yet by a desk that keeps an audit.
  if (!meta?.audit_hash) return { audit: 0, verdict: undefined };
  const verdict = verifyAudit(
    {
      deskId: meta.desk_id,
      rows: context.rows(builder.selectFrom('audit').selectAll().orderBy('seq')),
      kept: { seq: meta.audit_seq, hash: meta.audit_hash },
      witness,
    },
    (problem) => problems.add(`audit-${problem.kind}`, `audit: ${problemText(problem)}`),
  );
  if (verdict.witness === 'differs') {
    problems.add('audit-rewritten', 'audit: the head you hold is not in the chain any more');
  }
  checkOrders(context);
  return { audit: verdict.rows, verdict };
}

function checkOrders(context: CheckContext): void {
  const { builder, problems } = context;
  const [first] = context.rows(
    builder.selectFrom('audit').select('payload').where('kind', '=', 'audit.started').limit(1),
  );
  const before = lastOrderSeqOf(first?.payload);
  const created = builder.selectFrom('audit').select('ref').where('kind', '=', 'order.created');
  const orders = builder.selectFrom('orders').select('client_order_id');
  const unaudited = orders.where('seq', '>', before).where('client_order_id', 'not in', created);
  for (const { client_order_id: id } of context.rows(unaudited)) {
    problems.add('audit-order-differs', `order ${id} is in the ledger but not in the audit`);
  }
  for (const { ref } of context.rows(created.where('ref', 'not in', orders))) {
    problems.add('audit-order-differs', `order ${ref} is in the audit but not in the ledger`);
  }
  const ended = builder.selectFrom('audit').select('ref').where('kind', '=', 'order.ended');
  const endedUnseen = orders
    .where('is_ended', '=', sql.lit(1))
    .where('seq', '>', before)
    .where('client_order_id', 'not in', ended);
  for (const { client_order_id: id } of context.rows(endedUnseen)) {
    problems.add('audit-order-differs', `order ${id} has ended, which the audit does not know`);
  }
}

function lastOrderSeqOf(payload: string | undefined): number {
  const read: unknown = JSON.parse(payload ?? '{}');
  if (typeof read !== 'object' || read === null || !('lastOrderSeq' in read)) return 0;
  return Number(read.lastOrderSeq);
}

export interface AuditCheck {
  readonly ok: boolean;
  readonly problems: readonly LedgerProblem[];
  readonly problemCount: number;
  readonly rows: number;
  /** `seq:hash` of the last row; undefined while there is no audit. */
  readonly head: AuditHead | undefined;
  readonly witness: AuditVerdict['witness'];
}

/** Checks the audit of a ledger alone: reads only, while a desk runs on it or not. */
export function checkAuditFile(path: string, witness?: AuditHead): AuditCheck {
  if (!existsSync(path)) throw ledgerError('ledger.missing', { path });
  const connection = connectSqlite({ path, isReadOnly: true, lockWaitMs: 5_000 });
  try {
    connection.exec('begin');
    const problems = problemList();
    const { verdict } = checkAudit(checkContext(connection, queryBuilder(), problems), witness);
    return {
      ok: problems.total === 0,
      problems: problems.list,
      problemCount: problems.total,
      rows: verdict?.rows ?? 0,
      head: verdict?.head,
      witness: verdict?.witness,
    };
  } finally {
    connection.close();
  }
}
