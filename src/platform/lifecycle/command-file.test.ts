import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commandFile, commandFilePath } from './command-file.ts';

const Command = z.strictObject({ id: z.string(), kind: z.enum(['pause', 'resume']) });

describe('commandFile', () => {
  let dataDir: string;
  beforeEach(() => void (dataDir = mkdtempSync(join(tmpdir(), 'nightdesk-'))));
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('reads nothing where there is no file', () => {
    expect(commandFile(commandFilePath(dataDir), Command).read()).toEqual([]);
  });

  it('keeps commands in the order given, each id once', () => {
    const file = commandFile(commandFilePath(dataDir), Command);

    file.append({ id: 'a', kind: 'pause' });
    file.append({ id: 'b', kind: 'resume' });
    file.append({ id: 'a', kind: 'pause' });

    expect(file.read().map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('removes by id and deletes the file with the last command', () => {
    const path = commandFilePath(dataDir);
    const file = commandFile(path, Command);
    file.append({ id: 'a', kind: 'pause' });
    file.append({ id: 'b', kind: 'resume' });

    file.remove(['a', 'unknown']);
    expect(file.read().map(({ id }) => id)).toEqual(['b']);
    file.remove(['b']);

    expect(existsSync(path)).toBe(false);
  });

  it('refuses a file it cannot read as commands, with its path', () => {
    const path = commandFilePath(dataDir);
    const file = commandFile(path, Command);
    file.append({ id: 'a', kind: 'pause' });
    writeFileSync(path, '[{"id":"a","kind":"explode"}]');

    expect(() => file.read()).toThrow(path);
    expect(() => file.append({ id: 'b', kind: 'pause' })).toThrow(path);
  });
});
