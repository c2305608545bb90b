import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkAuditFile } from '#ledger/check/check-audit.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import type { AuditRecord } from '#ledger/records.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { DESK_OPTIONS, deskOf } from './desk-args.ts';
import type { DeskValues } from './desk-args.ts';
import { UsageError } from './usage-error.ts';

const SHOWN = 50;
const SHOWN_MAX = 10_000;
const REF_WIDTH = 32;

/** `audit verify` and `audit show`: read-only, also while the desk runs. */
export async function auditCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const [verb, ...rest] = args;
  if (verb === 'verify') return verify(rest, env);
  if (verb === 'show') return await show(rest, env);
  throw new UsageError('expected "audit verify" or "audit show"');
}

function verify(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...DESK_OPTIONS,
      json: { type: 'boolean', default: false },
      head: { type: 'string' },
    },
  });
  const path = ledgerPath(values, env);
  const result = checkAuditFile(path, values.head === undefined ? undefined : headOf(values.head));
  const exitCode = result.ok ? EXIT.asked : EXIT.failed;
  if (values.json) {
    console.log(JSON.stringify(result));
    return exitCode;
  }
  for (const problem of result.problems) console.log(`  ${problem.code}: ${problem.text}`);
  const { head, rows, problemCount } = result;
  if (head === undefined) console.log(`${path} has no audit yet`);
  else console.log(`${path}: ${rows} rows, head ${head.seq}:${head.hash}`);
  console.log(
    result.ok
      ? 'the audit is whole'
      : `the audit has ${problemCount} problem(s): keep a copy of the file as it is`,
  );
  return exitCode;
}

async function show(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...DESK_OPTIONS,
      json: { type: 'boolean', default: false },
      since: { type: 'string' },
      kind: { type: 'string' },
      limit: { type: 'string' },
    },
  });
  const reader = await openLedgerReader(ledgerPath(values, env));
  try {
    const { rows } = await reader.audit({
      limit: limitOf(values.limit),
      ...(values.kind !== undefined && { kind: values.kind }),
      ...(values.since !== undefined && { sinceMs: timeOf(values.since) }),
    });
    // Read like a log: the newest stands last.
    for (const row of rows.toReversed()) {
      console.log(values.json ? JSON.stringify(row) : lineOf(row));
    }
    return EXIT.asked;
  } finally {
    await reader.close();
  }
}

export function lineOf(row: AuditRecord): string {
  const at = new Date(row.atMs).toISOString();
  const who = row.origin === '' ? row.who : `${row.who} (${row.origin})`;
  const why = row.why === '' ? '' : `  ${row.why}`;
  const ref = row.ref.padEnd(REF_WIDTH);
  return `${row.seq}  ${at}  ${row.kind.padEnd(14)}  ${ref}  ${who}${why}  ${JSON.stringify(row.payload)}`;
}

/** The text that the daily line of the log gives: number and hash of the newest row. */
export function headOf(text: string): { readonly seq: number; readonly hash: string } {
  const [, seq, hash] = /^(\d{1,12}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined) {
    throw new UsageError('--head expects NUMBER:HASH as the line "audit head" of the log says it');
  }
  return { seq: Number(seq), hash };
}

function timeOf(text: string): number {
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs)) throw new UsageError('--since expects a time, e.g. 2026-07-01T00:00:00Z');
  return atMs;
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return SHOWN;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0 && limit <= SHOWN_MAX) return limit;
  throw new UsageError(`--limit expects a number from 1 to ${SHOWN_MAX}`);
}

function ledgerPath(values: DeskValues, env: NodeJS.ProcessEnv): string {
  const { dataDir } = deskOf(values, env);
  return join(dataDir, 'ledger.db');
}
