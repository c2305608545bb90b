import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { peekManifest, readManifest, verifySnapshot, writeSnapshot } from './snapshot.ts';

const ABOUT = { kind: 'full', createdMs: 1, version: '1.0.0', dataDir: '/data' } as const;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightdesk-snapshot-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function made(name = 'one'): Promise<string> {
  const path = join(folder, name);
  await writeSnapshot(path, ABOUT, async (into) => {
    mkdirSync(join(into, 'inner'));
    await writeFile(join(into, 'inner', 'b.txt'), 'second');
    await writeFile(join(into, 'a.txt'), 'first');
    return { deskId: 'desk', schemaVersion: 3 };
  });
  return path;
}

describe('writeSnapshot', () => {
  it('tells what is in it, and lets nobody else in', async () => {
    const path = await made();

    const manifest = readManifest(path);
    expect(manifest).toMatchObject({ ...ABOUT, ledger: { deskId: 'desk', schemaVersion: 3 } });
    expect(manifest.files.map((file) => [file.path, file.bytes])).toEqual([
      ['a.txt', 5],
      ['inner/b.txt', 6],
    ]);
    await expect(verifySnapshot(path, manifest)).resolves.toBeUndefined();
    expect(statSync(path).mode & 0o077, 'rights of others').toBe(0);
  });

  it('leaves nothing when it fails', async () => {
    const failing = writeSnapshot(join(folder, 'one'), ABOUT, async (into) => {
      await writeFile(join(into, 'a.txt'), 'first');
      throw new Error('the disk is full');
    });

    await expect(failing).rejects.toThrow('the disk is full');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('never replaces one', async () => {
    await made();

    await expect(made()).rejects.toMatchObject({ code: 'snapshot.exists' });
  });

  it('removes what a killed process left, and nothing else', async () => {
    const [dead, alive] = ['.old.partial-999999999', `.new.partial-${process.pid}`];
    for (const name of [dead, alive, '.mine']) mkdirSync(join(folder, name));

    await made();

    expect(readdirSync(folder).toSorted()).toEqual(['.mine', alive, 'one']);
  });
});

describe('verifySnapshot', () => {
  it.each([
    ['changed', 'First', 'is not what was backed up'],
    ['cut off', 'fir', 'has 3 bytes instead of 5'],
  ])('finds a file that was %s', async (_what, text, problem) => {
    const path = await made();
    await writeFile(join(path, 'a.txt'), text);

    await expect(verifySnapshot(path, readManifest(path))).rejects.toThrow(problem);
  });

  it('finds a file that is gone', async () => {
    const path = await made();
    rmSync(join(path, 'a.txt'));

    await expect(verifySnapshot(path, readManifest(path))).rejects.toThrow('cannot be read');
  });
});

describe('readManifest', () => {
  it.each([
    ['is no JSON', '{'],
    ['is of a later format', '{"format": 2}'],
    ['points out of the folder', manifestWith('../x')],
    ['points to an absolute path', manifestWith('/etc/passwd')],
  ])('refuses one that %s', async (_what, text) => {
    await writeFile(join(folder, 'manifest.json'), text);

    expect(() => readManifest(folder)).toThrow('cannot be understood');
    expect(peekManifest(folder)).toBeUndefined();
  });

  it('says that a folder without one is no backup', () => {
    expect(() => readManifest(folder)).toThrow(`${folder} is no backup`);
    expect(existsSync(folder)).toBe(true);
  });
});

function manifestWith(path: string): string {
  const files = [{ path, bytes: 1, sha256: '0'.repeat(64) }];
  return JSON.stringify({ format: 1, ...ABOUT, files });
}
