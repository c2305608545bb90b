import type { Generated } from 'kysely';

/** Rows of history.db. */
export interface HistoryTables {
  readonly decisions: {
    /** Order of recording; only grows. */
    readonly seq: Generated<number>;
    readonly evaluation_id: string;
    readonly variant: string;
    readonly pair: string;
    readonly timeframe: string;
    readonly close_ms: number;
    readonly action: string;
    /** The whole decision as JSON. */
    readonly body: string;
  };
}

/** One decision for each evaluation and variant: the first that came stays. */
export const SCHEMA = `
create table if not exists decisions (
  seq integer primary key autoincrement,
  evaluation_id text not null,
  variant text not null,
  pair text not null,
  timeframe text not null,
  close_ms integer not null,
  action text not null,
  body text not null,
  unique (evaluation_id, variant)
) strict;
create index if not exists decisions_by_close on decisions (close_ms, seq);
create index if not exists decisions_by_pair on decisions (pair, close_ms, seq);
`;
