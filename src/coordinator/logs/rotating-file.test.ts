import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rotatingFile } from './rotating-file.ts';

describe('rotatingFile', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'nd-log-'))));
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function create(bytesMax: number, files: number, path = join(folder, 'deep', 'a.log')) {
    const troubles: unknown[] = [];
    const recovered: number[] = [];
    const file = rotatingFile({
      path,
      bytesMax: () => bytesMax,
      files: () => files,
      onTrouble: (error) => troubles.push(error),
      onRecovered: (lost) => recovered.push(lost),
    });
    return { file, path, troubles, recovered };
  }

  it('appends lines in order and makes its folder', async () => {
    const { file, path } = create(1_000, 2);

    file.write('one');
    file.write('two');
    await file.close();

    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });

  it('goes on with a file of an earlier run', async () => {
    const first = create(1_000, 2);
    first.file.write('one');
    await first.file.close();

    const second = create(1_000, 2);
    second.file.write('two');
    await second.file.close();

    expect(readFileSync(second.path, 'utf8')).toBe('one\ntwo\n');
  });

  it('rotates at its size and keeps the newest files only', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { file } = create(25, 3);
      file.write(`round ${round} of the test`);
      await file.close();
    }

    const names = readdirSync(join(folder, 'deep'));
    const read = (name: string): string => readFileSync(join(folder, 'deep', name), 'utf8');
    expect(names.toSorted()).toEqual(['a.log', 'a.log.1', 'a.log.2']);
    expect(read('a.log')).toContain('round 5');
    expect(read('a.log.1')).toContain('round 4');
    expect(read('a.log.2')).toContain('round 3');
  });

  it('bounds what waits for the disk and counts what it drops', async () => {
    const { file, path } = create(100_000_000, 1);

    for (let i = 0; i < 20_000; i += 1) file.write('x'.repeat(200));
    const dropped = file.linesDropped();
    await file.close();

    const kept = readFileSync(path, 'utf8').split('\n').length - 1;
    expect(dropped).toBeGreaterThan(10_000);
    expect(kept + dropped).toBe(20_000);
  });

  it('survives a place it cannot write, says so once, and counts the lines', async () => {
    writeFileSync(join(folder, 'in-the-way'), '');
    const { file, troubles } = create(1_000, 2, join(folder, 'in-the-way', 'a.log'));

    file.write('one');
    await new Promise(setImmediate);
    await file.close();
    file.write('two');
    await file.close();

    expect(troubles).toHaveLength(1);
    expect(file.linesDropped()).toBe(2);
  });
});
