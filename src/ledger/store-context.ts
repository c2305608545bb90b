import type { Kysely } from 'kysely';
import type { AuditTrail } from './audit/audit-trail.ts';
import type { BalanceBook } from './balance-book.ts';
import type { Session } from './session.ts';
import type { LedgerTables } from './tables.ts';

/** What each part of the writer works with. */
export interface StoreContext {
  readonly session: Session;
  readonly builder: Kysely<LedgerTables>;
  readonly balances: BalanceBook;
  readonly audit: AuditTrail;
}
