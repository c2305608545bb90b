import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkLedger } from '#ledger/check/check-ledger.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { DESK_OPTIONS, deskOf } from './desk-args.ts';
import { UsageError } from './usage-error.ts';

/** `ledger check`: exit code 0 when the book adds up, 1 when it does not. */
export async function ledgerCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const [verb, ...rest] = args;
  if (verb !== 'check') throw new UsageError('expected "ledger check"');
  const { values } = parseArgs({
    args: rest,
    options: { ...DESK_OPTIONS, json: { type: 'boolean', default: false } },
  });
  const { dataDir } = deskOf(values, env);
  const path = join(dataDir, 'ledger.db');
  const result = await checkLedger(path);
  if (values.json) {
    console.log(JSON.stringify(result));
    return result.ok ? EXIT.asked : EXIT.failed;
  }
  const counts = Object.entries(result.counts).map(([name, count]) => `${count} ${name}`);
  console.log(`${path}: ${counts.join(', ')}`);
  for (const problem of result.problems) console.log(`  ${problem.code}: ${problem.text}`);
  const hidden = result.problemCount - result.problems.length;
  if (hidden > 0) console.log(`  ... and ${hidden} more`);
  console.log(
    result.ok
      ? 'the ledger adds up'
      : `the ledger has ${result.problemCount} problem(s); stop trading on it and keep a copy`,
  );
  return result.ok ? EXIT.asked : EXIT.failed;
}
