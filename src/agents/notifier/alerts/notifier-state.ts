/** What the notifier remembers between two lives, one row of notifier.db. */
import { z } from 'zod';
import { FRESH_MEMORY } from '#core/alerts/conditions.ts';
import { FRESH_POLICY, PolicyState } from '#core/alerts/policy.ts';
import { RiskMemory } from '#core/alerts/risk-alerts.ts';
import { Cursor } from '../follow/cursor.ts';
import { jsonOf } from '#platform/json-of.ts';
import type { SqliteConnection } from '#ledger/sqlite/connection.ts';

const Cursors = z.strictObject({
  /** The last event of each that was dealt with; null before the first look. */
  ledger: Cursor.nullable(),
  coordinator: Cursor.nullable(),
});

const NotifierState = z.strictObject({
  policy: PolicyState,
  /** Positions that were told of, by account and pair. */
  positions: z.record(z.string(), z.number()),
  memory: z.strictObject({
    stale: z.record(z.string(), z.number()),
    steps: z.record(z.string(), z.number()),
    version: z.string().optional(),
    risk: RiskMemory.optional(),
  }),
  reports: z.strictObject({ day: z.string().optional(), week: z.string().optional() }),
  cursors: Cursors,
});
export type NotifierState = Readonly<z.output<typeof NotifierState>>;

const FRESH: NotifierState = {
  policy: FRESH_POLICY,
  positions: {},
  memory: { stale: { ...FRESH_MEMORY.stale }, steps: { ...FRESH_MEMORY.steps } },
  reports: {},
  cursors: { ledger: null, coordinator: null },
};

const SCHEMA = `
create table if not exists notifier_state (
  id integer primary key check (id = 1), body text not null
) strict;
`;

const Row = z.object({ body: z.string() });

export interface StateStore {
  /** `isUnreadable`: there was one, by another version or damaged; everything begins now. */
  load(): { readonly state: NotifierState; readonly isUnreadable: boolean };
  save(state: NotifierState): void;
}

export function stateStore(database: SqliteConnection): StateStore {
  database.exec(SCHEMA);
  return {
    load: () => {
      const [row] = database.all('select body from notifier_state where id = 1', []);
      if (row === undefined) return { state: FRESH, isUnreadable: false };
      const parsed = NotifierState.safeParse(jsonOf(Row.parse(row).body));
      return parsed.success
        ? { state: parsed.data, isUnreadable: false }
        : { state: FRESH, isUnreadable: true };
    },
    save: (state) => {
      database.run(
        'insert into notifier_state (id, body) values (1, ?) on conflict (id) do update set body = excluded.body',
        [JSON.stringify(state)],
      );
    },
  };
}
