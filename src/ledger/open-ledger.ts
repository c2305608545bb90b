import { headText } from './audit/audit-row.ts';
import { type AuditTrail, auditTrail } from './audit/audit-trail.ts';
import { type BalanceBook, balanceBook } from './balance-book.ts';
import { keepBeforeMigration } from './before-migration.ts';
import { commandStore } from './command-store.ts';
import { deskStore } from './desk-store.ts';
import { inUse, ledgerError } from './errors.ts';
import { type EventTrail, eventTrail } from './event-trail.ts';
import { figuresStore } from './figures-store.ts';
import { fillStore } from './fill-store.ts';
import { inboxStore } from './inbox-store.ts';
import { type Lease, leaseHolder, takeLease } from './lease.ts';
import type {
  Ledger,
  LedgerTransaction,
  LeaseHolder,
  OpenLedger,
  OpenLedgerOptions,
} from './ledger.ts';
import { migrate } from './migrate.ts';
import { orderStore } from './order-store.ts';
import { positionStore } from './position-store.ts';
import { externalStore } from './reconcile/external-store.ts';
import { goneStore } from './reconcile/gone-store.ts';
import { outsideStore } from './reconcile/outside-store.ts';
import { reconcileStore } from './reconcile/reconcile-store.ts';
import { promotionStore } from './promotion-store.ts';
import { type Serial, serial } from './serial.ts';
import { queryBuilder, sqliteSession } from './session.ts';
import { connectSqlite, type SqliteConnection } from './sqlite/connection.ts';
import { type FileLock, takeFileLock } from './sqlite/file-lock.ts';

/** The ledger over one SQLite connection. See {@link Ledger} for what holds. */
export const openLedger: OpenLedger = async (options) => {
  const lock = takeFileLock(`${options.path}.lock`);
  if (lock === undefined) throw inUse(await holderOf(options.path));
  let connection: SqliteConnection | undefined;
  try {
    connection = connectSqlite({ path: options.path, isReadOnly: false, lockWaitMs: 2_000 });
    configure(connection, options);
    return await start(connection, lock, options);
  } catch (error) {
    connection?.close();
    lock.release();
    throw error;
  }
};

// A checkpoint is the slow part of a commit (the p99), so the automatic one comes late and
// `checkpoint()` is called in idle moments. 20,000 pages of 4 KiB bound the log at about 80 MB.
const AUTOCHECKPOINT_PAGES = 20_000;

function configure(connection: SqliteConnection, { synchronous }: OpenLedgerOptions): void {
  connection.exec('pragma journal_mode = wal');
  connection.exec(`pragma synchronous = ${synchronous}`);
  connection.exec(`pragma wal_autocheckpoint = ${AUTOCHECKPOINT_PAGES}`);
  connection.exec('pragma foreign_keys = on');
}

async function start(
  connection: SqliteConnection,
  lock: FileLock,
  options: OpenLedgerOptions,
): Promise<Ledger> {
  const session = sqliteSession(connection);
  const builder = queryBuilder();
  const balances = balanceBook(session, builder, options.deskId);
  const audit = auditTrail(session, builder, options.deskId);
  const events = eventTrail(session, builder);
  await keepBeforeMigration({ ...options, connection, session, builder });
  const lease = await inTransaction(connection, async () => {
    await migrate(connection, session, builder, options);
    await balances.load();
    await audit.load(options.nowMs);
    await events.load();
    return takeLease(session, builder, options);
  });
  const context = { session, builder, balances, audit };
  const tx: LedgerTransaction = {
    ...inboxStore(context),
    ...orderStore(context),
    ...commandStore(context),
    ...fillStore(context),
    ...positionStore(context),
    ...figuresStore(context),
    ...deskStore(context),
    ...reconcileStore(context),
    ...outsideStore(context),
    ...externalStore(context),
    ...goneStore(context),
    ...promotionStore(context),
    audit: (entry) => audit.record(entry),
    recordEvents: (happened, atMs) => events.record(happened, atMs),
    trimEvents: (keep, atOnce) => events.trim(keep, atOnce),
  };
  return ledgerOver({ connection, lock, lease, balances, audit, events, tx, queue: serial() });
}

interface Parts {
  readonly connection: SqliteConnection;
  readonly lock: FileLock;
  readonly lease: Lease;
  readonly balances: BalanceBook;
  readonly audit: AuditTrail;
  readonly events: EventTrail;
  readonly tx: LedgerTransaction;
  readonly queue: Serial;
}

function ledgerOver(parts: Parts): Ledger {
  const { connection, lock, lease, balances, audit, events, tx, queue } = parts;
  let isClosed = false;

  const whenOpen = <T>(task: () => Promise<T>): Promise<T> =>
    queue.run(() => (isClosed ? Promise.reject(ledgerError('ledger.closed')) : task()));

  const transaction: Ledger['transaction'] = (run) =>
    whenOpen(async () => {
      try {
        const result = await inTransaction(connection, async () => {
          await lease.check();
          const value = await run(tx);
          await balances.flush();
          await audit.flush();
          return value;
        });
        balances.committed();
        audit.committed();
        events.committed();
        return result;
      } catch (error) {
        balances.rolledBack();
        audit.rolledBack();
        events.rolledBack();
        throw error;
      }
    });

  const shut = (): void => {
    isClosed = true;
    connection.close();
    lock.release();
  };

  return {
    epoch: lease.epoch,
    previousLease: lease.previous,
    transaction,
    read: (run) => whenOpen(() => run(tx)),
    auditHead: () => headText(audit.head()),
    renewLease: (nowMs) => transaction(() => lease.renew(nowMs)),
    checkpoint: () =>
      whenOpen(async () => {
        connection.exec('pragma wal_checkpoint(passive)');
      }),
    close: async () => {
      await queue.idle();
      if (isClosed) return;
      // A fenced writer has nothing to release.
      await transaction(() => lease.release()).catch(() => undefined);
      shut();
    },
    abandon: shut,
  };
}

async function inTransaction<T>(connection: SqliteConnection, run: () => Promise<T>): Promise<T> {
  connection.run('begin immediate', []);
  try {
    const result = await run();
    connection.run('commit', []);
    return result;
  } catch (error) {
    // A full disk ends the transaction by itself.
    if (connection.isInTransaction()) connection.run('rollback', []);
    throw error;
  }
}

async function holderOf(path: string): Promise<LeaseHolder | undefined> {
  let connection: SqliteConnection | undefined;
  try {
    connection = connectSqlite({ path, isReadOnly: true, lockWaitMs: 100 });
    return await leaseHolder(sqliteSession(connection), queryBuilder());
  } catch {
    // Whoever holds the lock may not have written its name yet.
    return undefined;
  } finally {
    connection?.close();
  }
}
