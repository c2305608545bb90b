import type { Kysely } from 'kysely';
import { hotInsertMany, hotQuery } from '../hot-query.ts';
import type { Session } from '../session.ts';
import type { LedgerTables } from '../tables.ts';
import { type AuditEntry, type AuditHead, auditRow, genesis } from './audit-row.ts';

/**
 * Writes the hash-chained audit. A row is written in the transaction of what it records, so neither
 * is ever there without the other; a transaction that is rolled back leaves the chain as it was.
 */
export interface AuditTrail {
  load(nowMs: number): Promise<void>;
  head(): AuditHead;
  record(...entries: readonly AuditEntry[]): Promise<void>;
  /** Writes the head beside the chain, so that a cut tail shows; called before the commit. */
  flush(): Promise<void>;
  committed(): void;
  rolledBack(): void;
}

export function auditTrail(
  session: Session,
  builder: Kysely<LedgerTables>,
  deskId: string,
): AuditTrail {
  const sql = statements(builder);
  let settled = genesis(deskId);
  let head = settled;

  async function record(...entries: readonly AuditEntry[]): Promise<void> {
    let last = head;
    const rows = entries.map((entry) => (last = auditRow(entry, last)));
    await session.run(sql.insert(rows));
    head = { seq: last.seq, hash: last.hash };
  }

  async function flush(): Promise<void> {
    if (head.seq !== settled.seq) await session.run(sql.setHead(head));
  }

  return {
    load: async (nowMs) => {
      const last = await session.one(sql.last({}));
      // What is left of a chain whose tail was cut is not written on as if nothing had happened:
      // the kept head stays the one to follow, and the check names the gap.
      const kept = await session.one(sql.kept({}));
      if (kept?.audit_hash) head = { seq: kept.audit_seq, hash: kept.audit_hash };
      else if (last !== undefined) head = last;
      else await record(await beginning(session, sql, { deskId, nowMs }));
      await flush();
      settled = head;
    },
    head: () => settled,
    record,
    flush,
    committed: () => {
      settled = head;
    },
    rolledBack: () => {
      head = settled;
    },
  };
}

type Statements = ReturnType<typeof statements>;

/** The first row says how many orders there were before anything was written down here. */
async function beginning(
  session: Session,
  sql: Statements,
  { deskId, nowMs }: { readonly deskId: string; readonly nowMs: number },
): Promise<AuditEntry> {
  const order = await session.one(sql.lastOrder({}));
  return {
    atMs: nowMs,
    kind: 'audit.started',
    ref: deskId,
    who: 'desk',
    origin: '',
    why: 'everything from here on is in the chain',
    payload: { lastOrderSeq: order?.seq ?? 0 },
  };
}

function statements(builder: Kysely<LedgerTables>) {
  return {
    insert: hotInsertMany(builder, 'audit', [
      'seq',
      'at_ms',
      'kind',
      'ref',
      'who',
      'origin',
      'why',
      'payload',
      'prev_hash',
      'hash',
    ]),
    setHead: hotQuery((values: AuditHead) =>
      builder.updateTable('meta').set({ audit_seq: values.seq, audit_hash: values.hash }),
    ),
    kept: hotQuery(() => builder.selectFrom('meta').select(['audit_seq', 'audit_hash'])),
    last: hotQuery(() =>
      builder.selectFrom('audit').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1),
    ),
    lastOrder: hotQuery(() =>
      builder.selectFrom('orders').select('seq').orderBy('seq', 'desc').limit(1),
    ),
  };
}
