/**
 * How much disk the desk takes, by part, and how much is left. The parts are what an operator can
 * do something about; a file that belongs to none of them counts as `other`, so that the sum is
 * always the whole folder.
 */
import { readdir, stat, statfs } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

export const DISK_PARTS = [
  'ledger',
  'history',
  'redis',
  'logs',
  'notifier',
  'backups',
  'practice',
  'cache',
  'run',
  'other',
] as const;
export type DiskPart = (typeof DISK_PARTS)[number];

export interface DiskPlaces {
  /** Both absolute; logs may lie in the data folder or elsewhere. */
  readonly dataDir: string;
  readonly logDir: string;
}

export interface DiskUse {
  readonly bytes: Readonly<Record<DiskPart, number>>;
  readonly freeBytes: number;
  readonly sizeBytes: number;
}

// By the first step of a path within the data folder.
const FILES: readonly (readonly [RegExp, DiskPart])[] = [
  [/^ledger\.db/, 'ledger'],
  [/^history\.db/, 'history'],
  [/^notifier\.db/, 'notifier'],
  [/^redis$/, 'redis'],
  [/^logs$/, 'logs'],
  [/^backups$/, 'backups'],
  [/^practice$/, 'practice'],
  [/^cache$/, 'cache'],
  [/^run$/, 'run'],
];

// A folder somebody else filled must not keep the coordinator busy.
const FILES_MAX = 20_000;

/** Part of a file, by its path from the data folder. */
export function diskPart(path: string): DiskPart {
  const [first = ''] = path.split(sep);
  return FILES.find(([pattern]) => pattern.test(first))?.[1] ?? 'other';
}

/** Files that vanish meanwhile count nothing. */
export async function readDiskUse({ dataDir, logDir }: DiskPlaces): Promise<DiskUse> {
  const bytes = Object.fromEntries(DISK_PARTS.map((part) => [part, 0])) as Record<DiskPart, number>;
  await eachFile(dataDir, (path, size) => {
    bytes[diskPart(relative(dataDir, path))] += size;
  });
  const isInside = !relative(dataDir, logDir).startsWith('..');
  if (!isInside) {
    await eachFile(logDir, (_path, size) => {
      bytes.logs += size;
    });
  }
  const { bavail, blocks, bsize } = await statfs(dataDir);
  return { bytes, freeBytes: bavail * bsize, sizeBytes: blocks * bsize };
}

async function eachFile(
  folder: string,
  onFile: (path: string, bytes: number) => void,
): Promise<void> {
  const waiting = [folder];
  let seen = 0;
  for (let at = waiting.pop(); at !== undefined && seen < FILES_MAX; at = waiting.pop()) {
    for (const entry of await entriesOf(at)) {
      seen += 1;
      const path = join(at, entry.name);
      if (entry.isDirectory()) waiting.push(path);
      else if (entry.isFile()) onFile(path, await sizeOf(path));
    }
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    // Just removed, or not ours to read.
    return [];
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    // Just removed.
    return 0;
  }
}
