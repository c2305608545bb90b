import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { backUp } from '#backup/back-up.ts';
import { restore } from '#backup/restore.ts';
import { lockDesk } from '#coordinator/desk-lock.ts';
import { takeFileLock } from '#ledger/sqlite/file-lock.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { ExitError } from '#platform/lifecycle/exit-error.ts';
import { runFolder } from '#platform/lifecycle/short-path.ts';
import { backupDirectory, listBackups } from '#platform/snapshot/backup-list.ts';
import { DESK_OPTIONS, deskOf } from './desk-args.ts';
import { type LoadedDesk, PROJECT_ROOT } from './desk.ts';
import { UsageError } from './usage-error.ts';

type Run = (args: readonly string[], env: NodeJS.ProcessEnv) => Promise<number> | number;

/** `backup` makes one, `backup list` shows what is there. Both also while the desk runs. */
export const backupCommand: Run = (args, env) => {
  const [verb, ...rest] = args;
  if (verb === 'list') return showList(rest, env);
  if (verb === undefined || verb.startsWith('-')) return makeOne(args, env);
  throw new UsageError('expected "backup" or "backup list"');
};

async function makeOne(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { ...DESK_OPTIONS, to: { type: 'string' }, keep: { type: 'string' } },
  });
  const desk = deskOf(values, env);
  const clock = systemClock();
  const startedMs = clock.monotonic();
  const { path, manifest, bytes, deleted } = await backUp({
    dataDir: desk.dataDir,
    directory: values.to === undefined ? directoryOf(desk) : resolve(values.to),
    keep: values.keep === undefined ? desk.config.backup.keep : keepOf(values.keep),
    nowMs: Math.floor(clock.now()),
  });
  const seconds = ((clock.monotonic() - startedMs) / 1_000).toFixed(1);
  console.log(`${path}: ${manifest.files.length} files, ${mb(bytes)} MB, in ${seconds} s`);
  for (const old of deleted) console.log(`  deleted ${old}`);
  const problems = manifest.ledger?.problems ?? 0;
  if (problems === 0) return EXIT.asked;
  console.error(
    `the ledger in it has ${problems} problem(s): "./start-bot.sh ledger check" names them; no older backup was deleted`,
  );
  return EXIT.failed;
}

function showList(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const { values } = parseArgs({
    args: [...args],
    options: { ...DESK_OPTIONS, to: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const desk = deskOf(values, env);
  const directory = values.to === undefined ? directoryOf(desk) : resolve(values.to);
  const backups = listBackups(directory, desk.dataDir);
  if (values.json) {
    console.log(JSON.stringify(backups));
    return EXIT.asked;
  }
  if (backups.length === 0) console.log(`no backup of ${desk.dataDir} in ${directory}`);
  for (const { path, manifest } of backups) {
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    const at = new Date(manifest.createdMs).toISOString();
    const problems = manifest.ledger?.problems ?? 0;
    const note = problems === 0 ? '' : `  the ledger has ${problems} problem(s)`;
    console.log(`${path}  ${at}  ${mb(bytes)} MB  version ${manifest.version}${note}`);
  }
  return EXIT.asked;
}

/** `restore DIR`: puts a backup in the place of what the data folder has, while no desk runs. */
export const restoreCommand: Run = async (args, env) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { ...DESK_OPTIONS, force: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [from, ...more] = positionals;
  if (from === undefined || more.length > 0) {
    throw new UsageError('expected "restore DIR", the folder of a backup');
  }
  const { config, dataDir } = deskOf(values, env);
  const clock = systemClock();
  mkdirSync(runFolder(dataDir), { recursive: true, mode: 0o700 });
  const lock = await lockDesk(dataDir, clock);
  const ledgerLock = takeFileLock(`${dataDir}/ledger.db.lock`);
  try {
    if (ledgerLock === undefined) {
      const text = `another process has the ledger of ${dataDir} open; try again when it has ended`;
      throw new ExitError(EXIT.tryLater, text);
    }
    const result = await restore({
      from: resolve(from),
      dataDir,
      deskId: config.desk_id,
      isForced: values.force,
      nowMs: clock.now(),
    });
    for (const text of restoredLines(result, dataDir)) console.log(text);
    return result.check === undefined || result.check.ok ? EXIT.asked : EXIT.failed;
  } finally {
    ledgerLock?.release();
    await lock.release();
  }
};

function restoredLines(
  { manifest, aside, check }: Awaited<ReturnType<typeof restore>>,
  dataDir: string,
): string[] {
  const at = new Date(manifest.createdMs).toISOString();
  return [
    `restored ${dataDir} as it was at ${at}`,
    ...(aside === undefined ? [] : [`what was there is in ${aside}`]),
    ...(check === undefined || check.ok
      ? []
      : [`the ledger has ${check.problemCount} problem(s): "./start-bot.sh ledger check"`]),
    'At its start in production the desk compares with the venue: fills since then are booked, orders',
    'it cannot know halt it (reconciliation). Never let it run beside the desk it was copied from.',
  ];
}

function directoryOf({ config, dataDir }: LoadedDesk): string {
  return backupDirectory(config.backup, { rootDir: PROJECT_ROOT, dataDir });
}

function keepOf(text: string): number {
  const keep = Number(text);
  if (Number.isInteger(keep) && keep > 0 && keep <= 1_000) return keep;
  throw new UsageError('--keep expects a number from 1 to 1000');
}

function mb(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1);
}
