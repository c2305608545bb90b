import type { Kysely } from 'kysely';
import { type DeskEvent, isKept, type ToldEvent } from '#core/model/desk-event.ts';
import { hotInsertMany, hotQuery } from './hot-query.ts';
import type { Session } from './session.ts';
import type { LedgerTables } from './tables.ts';

/**
 * Writes desk events in the transaction of what they tell, so that neither is ever there without the
 * other. The numbers have no gap: a transaction that is rolled back gives its numbers back, and the
 * newest event is never trimmed.
 */
export interface EventTrail {
  load(): Promise<void>;
  record(events: readonly DeskEvent[], atMs: number): Promise<readonly ToldEvent[]>;
  trim(keep: number, atOnce: number): Promise<number>;
  committed(): void;
  rolledBack(): void;
}

/** In one statement: each number of rows is a statement of its own, and values are bounded. */
const ROWS_MAX = 50;

export function eventTrail(session: Session, builder: Kysely<LedgerTables>): EventTrail {
  const sql = statements(builder);
  let settled = 0;
  let newest = 0;
  return {
    load: async () => {
      newest = (await session.one(sql.newest({})))?.seq ?? 0;
      settled = newest;
    },
    record: async (events, at) => {
      const atMs = Math.floor(at);
      const rows: LedgerTables['events'][] = [];
      const told = events.map((event): ToldEvent => {
        if (!isKept(event)) return { atMs, event };
        newest += 1;
        const seq = newest;
        rows.push({ seq, at_ms: atMs, kind: event.kind, payload: JSON.stringify(event) });
        return { seq, atMs, event };
      });
      for (let from = 0; from < rows.length; from += ROWS_MAX) {
        await session.run(sql.insert(rows.slice(from, from + ROWS_MAX)));
      }
      return told;
    },
    trim: async (keep, atOnce) => {
      const oldest = (await session.one(sql.oldest({})))?.seq ?? newest + 1;
      const upTo = Math.min(newest - keep, oldest - 1 + atOnce);
      if (upTo < oldest) return newest - oldest + 1;
      await session.run(sql.trim({ upTo }));
      return newest - upTo;
    },
    committed: () => {
      settled = newest;
    },
    rolledBack: () => {
      newest = settled;
    },
  };
}

function statements(builder: Kysely<LedgerTables>) {
  return {
    insert: hotInsertMany(builder, 'events', ['seq', 'at_ms', 'kind', 'payload']),
    newest: hotQuery(() =>
      builder.selectFrom('events').select('seq').orderBy('seq', 'desc').limit(1),
    ),
    oldest: hotQuery(() => builder.selectFrom('events').select('seq').orderBy('seq').limit(1)),
    trim: hotQuery((values: { upTo: number }) =>
      builder.deleteFrom('events').where('seq', '<=', values.upTo),
    ),
  };
}
