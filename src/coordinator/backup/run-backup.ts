import { fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { errorText } from '#platform/errors.ts';
import { BackupReport } from '#platform/snapshot/scheduled.ts';
import type { ScheduledWish } from '#platform/snapshot/scheduled.ts';

export interface RunBackupOptions {
  readonly rootDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** A gigabyte takes half a minute; beyond this the disk hangs. */
const WITHIN_MS = 30 * 60_000;
const LOWEST_PRIORITY = 19;

/** Runs one backup in a child of the lowest priority, which is ended when it takes too long. */
export function runBackup(wish: ScheduledWish, options: RunBackupOptions): Promise<BackupReport> {
  const { rootDir, env, signal } = options;
  const { promise, resolve } = Promise.withResolvers<BackupReport>();
  const fail = (why: string): void => resolve({ kind: 'failed', why });
  try {
    const file = join(rootDir, 'src', 'backup', 'scheduled-backup.ts');
    const child = fork(file, [JSON.stringify(wish)], {
      cwd: rootDir,
      env: { ...env },
      execArgv: ['--max-semi-space-size=1', '--max-old-space-size=128'],
      stdio: 'ignore',
      signal,
      timeout: WITHIN_MS,
      killSignal: 'SIGKILL',
    });
    if (child.pid !== undefined) lower(child.pid);
    child.once('error', (error) => fail(errorText(error)));
    child.once('exit', (code, ended) => fail(`it ended with ${code ?? ended ?? 'nothing'}`));
    child.once('message', (raw) => {
      const report = BackupReport.safeParse(raw);
      if (report.success) resolve(report.data);
      else fail('it said something else than a report');
    });
  } catch (error) {
    fail(errorText(error));
  }
  return promise;
}

function lower(pid: number): void {
  try {
    setPriority(pid, LOWEST_PRIORITY);
  } catch {
    // It has ended already.
    return;
  }
}
