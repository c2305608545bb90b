import {
  closeSync,
  existsSync,
  fdatasyncSync,
  openSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '#platform/clock/clock.ts';
import { fail, pass, warn } from './finding.ts';
import type { Finding } from './finding.ts';

export interface DiskFacts {
  /** Each write of one page that was forced to the disk, milliseconds. */
  readonly syncMs: readonly number[];
  readonly freeBytes: number;
}

const WRITES = 40;
const PAGE = Buffer.alloc(4_096, 1);

/** Writes as the ledger does in production, on the same disk. */
export function measureDisk(dataDir: string, clock: Clock): DiskFacts {
  const folder = nearestFolder(dataDir);
  const path = join(folder, `doctor-${process.pid}.tmp`);
  const file = openSync(path, 'w', 0o600);
  try {
    const syncMs = Array.from({ length: WRITES }, () => {
      const startedMs = clock.monotonic();
      writeSync(file, PAGE);
      fdatasyncSync(file);
      return clock.monotonic() - startedMs;
    });
    const { bavail, bsize } = statfsSync(folder);
    return { syncMs, freeBytes: bavail * bsize };
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
}

/** The first start makes the data folder, on the disk of the folder around it. */
function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}

// An order waits for one or two of them; at a quarter of a second the price has gone.
const SYNC_WARN_MS = 20;
const SYNC_FAIL_MS = 250;
const MB = 1_048_576;
const FREE_WARN_MB = 1_024;
const FREE_FAIL_MB = 128;

export function judgeDisk({ syncMs, freeBytes }: DiskFacts): Finding[] {
  const sorted = syncMs.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const slowest = sorted.at(-1) ?? 0;
  const times = `a write reaches the disk in ${median.toFixed(2)} ms, the slowest of ${sorted.length} took ${slowest.toFixed(1)} ms`;
  const move = 'move data_dir to a local SSD; in production an order waits for it';
  const freeMb = Math.floor(freeBytes / MB);
  return [
    median >= SYNC_FAIL_MS
      ? fail('disk', times, move)
      : slowest >= SYNC_FAIL_MS || median >= SYNC_WARN_MS
        ? warn('disk', times, move)
        : pass('disk', times),
    freeMb < FREE_FAIL_MB
      ? fail('space', `${freeMb} MB are free for the data folder`, 'make room')
      : freeMb < FREE_WARN_MB
        ? warn('space', `${freeMb} MB are free for the data folder`, 'make room before it is full')
        : pass('space', `${freeMb} MB are free for the data folder`),
  ];
}
