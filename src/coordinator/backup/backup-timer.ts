/** Makes backups at their times. A failed one is told, counted and tried again; it stops nothing. */
import type { Clock } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import { backupDirectory, listBackups } from '#platform/snapshot/backup-list.ts';
import type { BackupConfig } from '#platform/snapshot/config.ts';
import type { BackupReport, ScheduledWish } from '#platform/snapshot/scheduled.ts';
import { isBackupDue } from './backup-due.ts';
import type { BackupMetrics } from './backup-metrics.ts';

export interface BackupTimerOptions {
  /** Relative directories are found from here. */
  readonly rootDir: string;
  readonly dataDir: string;
  readonly config: () => BackupConfig;
}

export interface BackupTimerPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: BackupMetrics;
  readonly signal: AbortSignal;
  readonly run: (wish: ScheduledWish) => Promise<BackupReport>;
}

const LOOK_MS = 60_000;

/** Ends when the signal aborts. */
export async function backUpForEver(
  { rootDir, dataDir, config }: BackupTimerOptions,
  ports: BackupTimerPorts,
): Promise<void> {
  const { clock, metrics, signal, run } = ports;
  const log = ports.log.child('backup');
  const sinceMs = clock.now();
  const directory = (): string => backupDirectory(config(), { rootDir, dataDir });
  let lastMs = listBackups(directory(), dataDir)[0]?.manifest.createdMs;
  if (lastMs !== undefined) metrics.last(lastMs);
  let failedMs: number | undefined;

  async function attempt(keep: number): Promise<void> {
    const report = await run({ dataDir, directory: directory(), keep });
    if (signal.aborted) return;
    metrics.reported(report);
    if (report.kind === 'failed') {
      failedMs = clock.now();
      log.error({ why: report.why }, 'the backup failed');
      return;
    }
    failedMs = undefined;
    lastMs = report.createdMs;
    const { path, seconds, problems } = report;
    if (problems > 0) log.error({ path, problems }, 'the ledger in the backup does not add up');
    else log.info({ path, seconds: Math.round(seconds) }, 'backup made');
  }

  while (await pause(clock, signal)) {
    const { every_hours: hours, keep } = config();
    if (hours === null) continue;
    const everyMs = hours * 3_600_000;
    const isDue = isBackupDue({ nowMs: clock.now(), sinceMs, lastMs, failedMs, everyMs });
    if (isDue) await attempt(keep);
  }
}

async function pause(clock: Clock, signal: AbortSignal): Promise<boolean> {
  await clock.sleep(LOOK_MS, signal).catch(() => undefined);
  return !signal.aborted;
}
