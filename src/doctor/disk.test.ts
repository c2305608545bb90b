import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#platform/clock/system-clock.ts';
import { judgeDisk, measureDisk } from './disk.ts';

const GB = 1_073_741_824;

describe('the disk', () => {
  it.each([
    ['a fast one', [0.3, 0.4, 2], 50 * GB, 'pass pass'],
    ['one that is sometimes slow', [0.3, 0.4, 300], 50 * GB, 'warn pass'],
    ['a slow one', [20, 25, 30], 50 * GB, 'warn pass'],
    ['one that no order can wait for', [250, 260, 400], 50 * GB, 'fail pass'],
    ['one that fills up', [0.3], 1 * GB - 1, 'pass warn'],
    ['a full one', [0.3], 100, 'pass fail'],
  ])('is judged: %s', (_, syncMs, freeBytes, expected) => {
    const found = judgeDisk({ syncMs, freeBytes });

    expect(found.map(({ verdict }) => verdict).join(' ')).toBe(expected);
  });

  it('is measured where the ledger is, and nothing is left behind', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nd-doctor-disk-'));

    const { syncMs, freeBytes } = measureDisk(join(folder, 'not', 'yet'), systemClock());

    expect(syncMs).toHaveLength(40);
    expect(Math.min(...syncMs)).toBeGreaterThan(0);
    expect(freeBytes).toBeGreaterThan(0);
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
