import type { Metrics } from '#platform/metrics/metrics.ts';
import type { BackupReport } from '#platform/snapshot/scheduled.ts';

export interface BackupMetrics {
  last(createdMs: number): void;
  reported(report: BackupReport): void;
}

export function backupMetrics(metrics: Metrics): BackupMetrics {
  const last = metrics.gauge({
    name: 'last_backup_timestamp_seconds',
    help: 'When the newest verified backup was made; absent while there is none.',
  });
  // A gauge without labels begins at 0, which would read as a backup of 1970.
  last.remove();
  const runs = metrics.counter({
    name: 'backups_total',
    help: 'Backups by what became of them; unsound: the ledger in it does not add up.',
    labels: ['outcome'],
  });
  const bytes = metrics.gauge({ name: 'backup_bytes', help: 'Size of the last backup.' });
  const seconds = metrics.gauge({ name: 'backup_seconds', help: 'Time the last backup took.' });
  for (const outcome of ['made', 'unsound', 'failed']) runs.inc({ outcome }, 0);

  return {
    last: (createdMs) => last.set(createdMs / 1_000),
    reported: (report) => {
      if (report.kind === 'failed') {
        runs.inc({ outcome: 'failed' });
        return;
      }
      runs.inc({ outcome: report.problems === 0 ? 'made' : 'unsound' });
      bytes.set(report.bytes);
      seconds.set(report.seconds);
      last.set(report.createdMs / 1_000);
    },
  };
}
