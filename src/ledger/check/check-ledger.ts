import { existsSync } from 'node:fs';
import { ZodError } from 'zod';
import { DeskError, errorText } from '#platform/errors.ts';
import { ledgerError } from '../errors.ts';
import { assertNotNewer, schemaVersion } from '../migrate.ts';
import { queryBuilder, sqliteSession } from '../session.ts';
import { connectSqlite, type SqliteConnection } from '../sqlite/connection.ts';
import { checkAudit } from './check-audit.ts';
import { type CheckContext, checkContext } from './check-context.ts';
import { checkEvents } from './check-events.ts';
import { checkIntents } from './check-intents.ts';
import { checkMoney } from './check-money.ts';
import { checkOrders } from './check-orders.ts';
import { checkOutside } from './check-outside.ts';
import { checkPositions } from './check-positions.ts';
import { type LedgerProblem, problemList, type ProblemList } from './problem.ts';

export interface LedgerCheck {
  readonly ok: boolean;
  readonly problems: readonly LedgerProblem[];
  /** All that were found; `problems` lists the first of them. */
  readonly problemCount: number;
  readonly counts: {
    readonly transactions: number;
    readonly entries: number;
    readonly orders: number;
    readonly fills: number;
    readonly intents: number;
    readonly positions: number;
    readonly audit: number;
    /** Changes of the account that were not the desk's doing. */
    readonly outside: number;
    readonly events: number;
  };
}

/**
 * Re-adds a whole ledger in `core/money`: every transaction zero-sum per asset, balances and
 * positions equal to their sums, every order path legal, no fill without order, no intent twice,
 * holds equal to what open orders hold, the audit and the events whole. Reads only, in one snapshot, while a desk runs or not.
 * Throws DeskError when the file is missing, damaged or newer than the program.
 */
export async function checkLedger(path: string): Promise<LedgerCheck> {
  if (!existsSync(path)) throw ledgerError('ledger.missing', { path });
  const connection = connectSqlite({ path, isReadOnly: true, lockWaitMs: 5_000 });
  try {
    connection.exec('begin');
    await assertLedger(connection, path);
    const problems = problemList();
    checkReferences(connection, problems);
    const counts = runChecks(connection, problems);
    return {
      ok: problems.total === 0,
      problems: problems.list,
      problemCount: problems.total,
      counts,
    };
  } finally {
    connection.close();
  }
}

async function assertLedger(connection: SqliteConnection, path: string): Promise<void> {
  const damage = connection.all('pragma quick_check(10)', []);
  const [first] = damage.map((row) => String(Object.values(row as object)[0]));
  if (first !== 'ok') throw ledgerError('ledger.corrupt', { path, found: first });
  const tables = connection.all(
    `select name from sqlite_master where type = 'table' and name = 'migrations'`,
    [],
  );
  if (tables.length === 0) throw ledgerError('ledger.missing', { path });
  assertNotNewer(await schemaVersion(sqliteSession(connection), queryBuilder()), path);
}

const NO_COUNTS = {
  transactions: 0,
  entries: 0,
  orders: 0,
  fills: 0,
  intents: 0,
  positions: 0,
  audit: 0,
  outside: 0,
  events: 0,
};

function runChecks(connection: SqliteConnection, problems: ProblemList): LedgerCheck['counts'] {
  const context = checkContext(connection, queryBuilder(), problems);
  let counts = NO_COUNTS;
  for (const check of [
    checkMoney,
    checkOrders,
    checkIntents,
    checkPositions,
    checkOutside,
    checkEvents,
    countedAudit,
  ]) {
    try {
      counts = { ...counts, ...check(context) };
    } catch (error) {
      if (error instanceof DeskError) throw error;
      // A row that cannot be read stops its check, not the others.
      problems.add('unreadable', `${check.name}: ${unreadable(error)}`);
    }
  }
  return counts;
}

function countedAudit(context: CheckContext): { audit: number } {
  return { audit: checkAudit(context).audit };
}

function checkReferences(connection: SqliteConnection, problems: ProblemList): void {
  for (const row of connection.iterate('pragma foreign_key_check', [])) {
    const { table, rowid, parent } = row as { table: string; rowid: number; parent: string };
    problems.add(
      'broken-reference',
      `row ${rowid} of ${table} names a row of ${parent} that is gone`,
    );
  }
}

function unreadable(error: unknown): string {
  if (!(error instanceof ZodError)) return errorText(error);
  return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}
