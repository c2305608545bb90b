import { chownSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readPrivateFile, writePrivateFile } from './private-file.ts';

const SERVICE = 12_345;

describe('a private file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nd-private-'));
  const path = join(folder, 'file');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is closed to others and replaced as a whole', () => {
    writePrivateFile(path, 'one');
    writePrivateFile(path, 'two');

    expect(readPrivateFile(path)).toBe('two');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.runIf(process.getuid?.() === 0)('that root writes belongs to the owner of its folder', () => {
    chownSync(folder, SERVICE, SERVICE);

    writePrivateFile(path, 'three');

    expect(statSync(path)).toMatchObject({ uid: SERVICE, gid: SERVICE });
  });
});
