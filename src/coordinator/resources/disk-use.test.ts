import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskPart, readDiskUse } from './disk-use.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightdesk-disk-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function put(path: string, bytes: number): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), Buffer.alloc(bytes));
}

describe('diskPart', () => {
  it.each([
    ['ledger.db-wal', 'ledger'],
    ['history.db', 'history'],
    ['redis/appendonlydir/appendonly.aof.1.incr.aof', 'redis'],
    ['backups/2026-11-25/ledger.db', 'backups'],
    ['cache/compile/x', 'cache'],
    ['keystore.json', 'other'],
    ['logs-of-mine', 'other'],
  ])('of %s is %s', (path, part) => {
    expect(diskPart(path)).toBe(part);
  });
});

describe('readDiskUse', () => {
  it('adds up every file of the data folder once, and logs that lie elsewhere', async () => {
    put('data/ledger.db', 100);
    put('data/ledger.db-wal', 20);
    put('data/redis/appendonlydir/a', 7);
    put('data/mine.txt', 5);
    put('logs/data.log', 3);

    const { bytes, freeBytes, sizeBytes } = await readDiskUse({
      dataDir: join(folder, 'data'),
      logDir: join(folder, 'logs'),
    });

    expect(bytes).toMatchObject({ ledger: 120, redis: 7, other: 5, logs: 3, history: 0 });
    expect(freeBytes).toBeGreaterThan(0);
    expect(sizeBytes).toBeGreaterThan(freeBytes);
  });

  it('counts logs within the data folder once', async () => {
    put('data/logs/data.log', 9);

    const { bytes } = await readDiskUse({
      dataDir: join(folder, 'data'),
      logDir: join(folder, 'data/logs'),
    });

    expect(bytes.logs).toBe(9);
  });

  it('has nothing for folders that are not there yet', async () => {
    put('data/x', 1);

    const { bytes } = await readDiskUse({
      dataDir: join(folder, 'data'),
      logDir: join(folder, 'none'),
    });

    expect(bytes.logs).toBe(0);
  });
});
