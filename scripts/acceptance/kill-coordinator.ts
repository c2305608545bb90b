/** The coordinator itself is killed: what it leaves behind must end, and a new one must resume. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDesk } from '../../tests/support/desk.ts';
import { eventually } from '../../tests/support/eventually.ts';
import type { DeskRun } from './desk-run.ts';
import type { Findings } from './findings.ts';
import { untilTrading } from './kill-agent.ts';
import { ledgerFacts } from './ledger-facts.ts';

const GONE_WITHIN_MS = 10_000;
/** What was on its way when the coordinator died. */
const LAST_WORDS_MS = 1_000;

/** Returns the run on a new coordinator over the same folder. */
export async function killCoordinator(
  run: DeskRun,
  args: readonly string[],
  report: Findings,
): Promise<DeskRun> {
  const { desk } = run;
  await run.truth.collect(Date.now());
  const pids = await childPids(run);
  const before = positionsOf(run);
  const atMs = Date.now();
  process.kill(desk.pid, 'SIGKILL');
  await eventually(() => !pids.some(isAlive), {
    withinMs: 3 * GONE_WITHIN_MS,
    what: 'no orphan is left',
  });
  const goneMs = Date.now() - atMs;
  report.check(
    'orphans gone within 10 s',
    goneMs <= GONE_WITHIN_MS,
    `${pids.length} in ${goneMs} ms`,
  );
  const late = writtenSince(run, atMs + LAST_WORDS_MS);
  report.check('orphans send nothing', late === 0, `${late} orders and fills after 1 s`);

  const restartMs = Date.now();
  const next = { ...run, desk: await startDesk({ args, folder: desk.folder, port: desk.port }) };
  await next.desk.untilReady();
  await untilTrading(next, restartMs);
  report.note('start to trading after it', `${Date.now() - restartMs} ms`);
  report.note('positions before', before.join(', ') || 'none');
  report.note('positions after', positionsOf(next).join(', ') || 'none');
  await checkProtected(next, report);
  return next;
}

/** Every position has a working stop, at the latest after a moment. */
export async function checkProtected(run: DeskRun, report: Findings): Promise<void> {
  let bare: readonly string[] = [];
  for (let i = 0; i < 40; i += 1) {
    using ledger = ledgerFacts(run.desk.dataDir);
    bare = ledger.unprotected();
    if (bare.length === 0) break;
    await sleep(250);
  }
  report.check('every position has its stop', bare.length === 0, bare.join(', ') || 'yes');
}

function positionsOf(run: DeskRun): string[] {
  using ledger = ledgerFacts(run.desk.dataDir);
  return ledger.positions().map(({ pair, qty }) => `${pair} ${qty}`);
}

function writtenSince(run: DeskRun, ms: number): number {
  using ledger = ledgerFacts(run.desk.dataDir);
  return ledger.writtenSince(ms);
}

export async function childPids(run: DeskRun): Promise<number[]> {
  const picture = await run.desk.status();
  return (picture?.agents ?? []).flatMap(({ pid }) =>
    pid === undefined || pid === run.desk.pid ? [] : [pid],
  );
}

/** True while it runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !['Z', 'X'].includes(stat.charAt(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}
