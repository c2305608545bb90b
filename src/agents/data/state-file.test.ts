import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { silentLog } from '#platform/log/log.ts';
import { openStateFile } from './state-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightdesk-state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (path: string) => openStateFile(path, z.strictObject({ n: z.int() }), silentLog());

describe('openStateFile', () => {
  it('starts with nothing where there is no file, or a damaged one', () => {
    const path = join(folder, 'marks.json');
    expect(open(path).read()).toBeUndefined();

    for (const text of ['{"n":', '{"n":"one"}']) {
      writeFileSync(path, text);
      expect(open(path).read(), text).toBeUndefined();
    }
  });

  it('writes the last of several values, whole', async () => {
    const path = join(folder, 'data-agent', 'marks.json');
    const file = open(path);

    for (const n of [1, 2, 3]) file.save({ n });
    await file.flush();

    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ n: 3 });
    expect(open(path).read()).toEqual({ n: 3 });
  });

  it('goes on when the disk does not take it', async () => {
    writeFileSync(join(folder, 'data-agent'), 'a file where the folder should be');
    const file = open(join(folder, 'data-agent', 'marks.json'));

    file.save({ n: 1 });

    await expect(file.flush()).resolves.toBeUndefined();
  });
});
