import type { Kysely } from 'kysely';
import { FencedError } from './errors.ts';
import { hotQuery } from './hot-query.ts';
import type { LeaseHolder } from './ledger.ts';
import type { Session } from './session.ts';
import type { LedgerTables } from './tables.ts';

/**
 * Who may write, as a number that only rises. The file lock keeps a second writer out; the epoch
 * catches one that was let in all the same (another host, a copied folder, a lock that was lost):
 * its next transaction finds a higher epoch and is undone.
 */
export interface Lease {
  readonly epoch: number;
  readonly previous: LeaseHolder | undefined;
  /** Throws FencedError when another epoch took over. Called first in every transaction. */
  check(): Promise<void>;
  renew(nowMs: number): Promise<void>;
  /** Says that the end was a clean one. */
  release(): Promise<void>;
}

interface Claim {
  readonly owner: string;
  readonly nowMs: number;
}

export async function takeLease(
  session: Session,
  builder: Kysely<LedgerTables>,
  claim: Claim,
): Promise<Lease> {
  const sql = statements(builder);
  const before = await session.one(sql.current({}));
  const epoch = (before?.epoch ?? 0) + 1;
  await session.run(sql.take({ ...claim, epoch }));

  const check = async (): Promise<void> => {
    const current = (await session.one(sql.epoch({})))?.epoch ?? 0;
    if (current !== epoch) throw new FencedError({ epoch, currentEpoch: current });
  };
  let renewedMs = claim.nowMs;
  return {
    epoch,
    previous: before !== undefined && before.is_released === 0 ? holderOf(before) : undefined,
    check,
    renew: async (nowMs) => {
      renewedMs = nowMs;
      await session.run(sql.renew({ epoch, nowMs, isReleased: 0 }));
    },
    release: async () => {
      await session.run(sql.renew({ epoch, nowMs: renewedMs, isReleased: 1 }));
    },
  };
}

export async function leaseHolder(
  session: Session,
  builder: Kysely<LedgerTables>,
): Promise<LeaseHolder | undefined> {
  const row = await session.one(builder.selectFrom('lease').selectAll().compile());
  return row && holderOf(row);
}

function holderOf(row: LedgerTables['lease']): LeaseHolder {
  const { owner, epoch, acquired_ms: acquiredMs, renewed_ms: renewedMs } = row;
  return { owner, epoch, acquiredMs, renewedMs };
}

function statements(builder: Kysely<LedgerTables>) {
  return {
    current: hotQuery(() => builder.selectFrom('lease').selectAll()),
    epoch: hotQuery(() => builder.selectFrom('lease').select('epoch')),
    take: hotQuery((values: Claim & { epoch: number }) => {
      const taken = {
        owner: values.owner,
        epoch: values.epoch,
        acquired_ms: values.nowMs,
        renewed_ms: values.nowMs,
        is_released: 0,
      };
      return builder
        .insertInto('lease')
        .values({ id: 1, ...taken })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(taken));
    }),
    renew: hotQuery((values: { epoch: number; nowMs: number; isReleased: number }) =>
      builder
        .updateTable('lease')
        .set({ renewed_ms: values.nowMs, is_released: values.isReleased })
        .where('epoch', '=', values.epoch),
    ),
  };
}
