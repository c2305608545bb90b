import type { Compilable, CompiledQuery, Insertable, Kysely } from 'kysely';
import type { LedgerTables } from './tables.ts';

/** Stands for a value while a query is compiled; its name finds the value when it runs. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * Compiles a query once. `build` gets an object whose every property is a placeholder of that name;
 * the returned function fills them in. Building and compiling costs as much as a small statement.
 */
export function hotQuery<Values extends object, Row = unknown>(
  build: (values: Values) => Compilable<Row>,
): (values: Values) => CompiledQuery<Row> {
  const placeholders = new Proxy({} as Values, {
    get: (_, name) => new Placeholder(String(name)),
  });
  const { sql, query, queryId, parameters } = build(placeholders).compile();
  const names = parameters.map((value) =>
    value instanceof Placeholder ? (value.name as keyof Values) : undefined,
  );
  return (values) => ({
    sql,
    query,
    queryId,
    parameters: names.map((name, place) => (name === undefined ? parameters[place] : values[name])),
  });
}

/**
 * An insert compiled once for these columns. With `orIgnore` a row that breaks a unique key changes
 * nothing and the caller sees 0 rows changed.
 */
export function hotInsert<Table extends keyof LedgerTables>(
  builder: Kysely<LedgerTables>,
  table: Table,
  columns: readonly (keyof Insertable<LedgerTables[Table]> & string)[],
  options: { orIgnore?: boolean } = {},
): (row: Insertable<LedgerTables[Table]>) => CompiledQuery {
  return hotQuery<Insertable<LedgerTables[Table]>>((values) => {
    const row = Object.fromEntries(columns.map((column) => [column, values[column]])) as Insertable<
      LedgerTables[Table]
    >;
    const insert = builder.insertInto(table).values(row);
    return options.orIgnore ? insert.onConflict((conflict) => conflict.doNothing()) : insert;
  });
}

/** Many rows in one statement, compiled once for each number of rows. */
export function hotInsertMany<Table extends keyof LedgerTables>(
  builder: Kysely<LedgerTables>,
  table: Table,
  columns: readonly (keyof Insertable<LedgerTables[Table]> & string)[],
): (rows: readonly Insertable<LedgerTables[Table]>[]) => CompiledQuery {
  const byCount = new Map<number, CompiledQuery>();
  const compile = (rows: readonly Insertable<LedgerTables[Table]>[]): CompiledQuery => {
    const ordered = rows.map(
      (row) => Object.fromEntries(columns.map((column) => [column, row[column]])) as typeof row,
    );
    const compiled = builder.insertInto(table).values(ordered).compile();
    byCount.set(rows.length, compiled);
    return compiled;
  };
  return (rows) => {
    const { sql, query, queryId } = byCount.get(rows.length) ?? compile(rows);
    const parameters: unknown[] = [];
    for (const row of rows) for (const column of columns) parameters.push(row[column]);
    return { sql, query, queryId, parameters };
  };
}
