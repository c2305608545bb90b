import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchFiles } from './watch-files.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nd-watch-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('watchFiles', () => {
  it('tells an edit once, when the file is still, also when it was replaced', async () => {
    const file = join(folder, 'mine.yaml');
    writeFileSync(file, 'a: 1\n');
    const watch = watchFiles(() => [file, join(folder, 'absent.yaml')]);
    expect([await watch.look(), await watch.look()]).toEqual([false, false]);

    writeFileSync(`${file}.new`, 'a: 22\n');
    renameSync(`${file}.new`, file);

    const first = await watch.look();
    writeFileSync(file, 'a: 333\n');
    expect([first, await watch.look(), await watch.look(), await watch.look()]).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });
});
