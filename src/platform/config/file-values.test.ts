import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { withFileValues } from './file-values.ts';
import { loadConfig } from './load.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightdesk-values-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string): string {
  const path = join(folder, 'value');
  writeFileSync(path, text);
  return path;
}

const Bots = z.strictObject({ bot: z.strictObject({ token: z.string() }) });

function load(env: Readonly<Record<string, string>>) {
  const flags = { source: 'flags', leaves: [], positions: new Map() };
  return loadConfig(Bots, { files: [], env, flags, oldNames: [] }).config;
}

describe('NIGHTDESK__..__FILE', () => {
  it('sets the key to what the file holds, without the last line break', () => {
    const path = file('123:abc\n');

    expect(load({ NIGHTDESK__BOT__TOKEN__FILE: path })).toEqual({ bot: { token: '123:abc' } });
  });

  it.each([
    ['is missing', { NIGHTDESK__BOT__TOKEN__FILE: '/none' }, 'cannot be read'],
    [
      'stands beside its value',
      { NIGHTDESK__BOT__TOKEN__FILE: '/x', NIGHTDESK__BOT__TOKEN: 'y' },
      'is set too',
    ],
  ])('that %s is a problem of its own name', (_what, env, message) => {
    expect(() => load(env)).toThrow(message);
    expect(() => load(env)).toThrow('NIGHTDESK__BOT__TOKEN__FILE');
  });

  it('counts as not set when it or its file is empty', () => {
    const path = file('\n');

    expect(() => load({ NIGHTDESK__BOT__TOKEN__FILE: path })).toThrow('bot');
    expect(withFileValues('env', { NIGHTDESK__BOT__TOKEN__FILE: '' }, [])).toEqual({});
  });

  it('leaves other variables alone', () => {
    const env = { SOME__FILE: '/x', PATH: '/bin' };

    expect(withFileValues('env', env, [])).toEqual(env);
  });
});
