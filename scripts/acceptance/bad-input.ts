/**
 * Bad input and bad surroundings: each start says one clear message, ends with the right exit code
 * within seconds, changes nothing in the ledger and leaves no process behind.
 */
import { BAD_CASES, checkCase } from '../../tests/support/bad-input/check-case.ts';
import { table } from './findings.ts';
import { fullDiskWhileRunning } from './full-disk.ts';
import { itemFlags } from './flags.ts';
import type { RunItem } from './item.ts';

const MESSAGE_CHARS_MAX = 110;
const FULL_DISK = 'full disk while running';

export const run: RunItem = async (args) => {
  const { only } = itemFlags(args);
  const wanted = BAD_CASES.filter(({ name }) => only === undefined || name.includes(only));
  const rows: string[][] = [];
  let isOk = true;
  for (const bad of wanted) {
    console.log(`  ${bad.name} ...`);
    const { outcome, problems } = await checkCase(bad);
    if (problems.length > 0) isOk = false;
    const seconds = `${(outcome.tookMs / 1_000).toFixed(1)} s`;
    const message = outcome.stderr.replaceAll(/\s+/g, ' ').slice(0, MESSAGE_CHARS_MAX);
    rows.push([
      problems.length === 0 ? 'ok' : 'FAIL',
      bad.name,
      `${outcome.code}`,
      seconds,
      message,
    ]);
    for (const problem of problems) rows.push(['', `  ${problem}`]);
  }
  console.log(table(rows));
  return (await isFullDiskSurvived(only)) && isOk;
};

async function isFullDiskSurvived(only: string | undefined): Promise<boolean> {
  if (only !== undefined && only !== FULL_DISK) return true;
  const report = await fullDiskWhileRunning();
  if (report === undefined) console.log('  no disk can be mounted here: a full one is not tried');
  return report?.print() ?? true;
}
