import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadDesk } from '../desk.ts';
import { parseStartFlags } from '../start-flags.ts';
import { keySource, secretFiles } from './key-source.ts';

const KEYS = { api_key: 'abcdefgh', api_secret: 's' };

describe('keySource', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nd-key-source-'));
  const file = join(folder, 'mine.yaml');
  afterAll(() => rmSync(folder, { recursive: true }));

  function desk(content: unknown, env: NodeJS.ProcessEnv = {}) {
    writeFileSync(file, JSON.stringify(content), { mode: 0o600 });
    return loadDesk(parseStartFlags(['--config', file], folder), env);
  }

  it.each([
    ['the practice exchange', {}, {}, { kind: 'practice' }],
    ['nothing', { exchange: { name: 'binance' } }, {}, { kind: 'none' }],
    [
      'the keystore',
      { exchange: { name: 'binance', keystore: 'main' } },
      {},
      { kind: 'keystore', entry: 'main' },
    ],
    ['a file', { exchange: KEYS }, {}, { kind: 'config', isInFile: true }],
    [
      'a variable named in a file',
      { exchange: { api_key: 'k', api_secret: '${MINE}' } },
      { MINE: 's' },
      { kind: 'config', where: 'MINE', isInFile: false },
    ],
    [
      'the environment',
      {},
      { NIGHTDESK__EXCHANGE__API_KEY: 'k', NIGHTDESK__EXCHANGE__API_SECRET: 's' },
      {
        kind: 'config',
        where: 'environment (NIGHTDESK__EXCHANGE__API_SECRET)',
        isInFile: false,
      },
    ],
  ])('is %s', (_, content, env, expected) => {
    expect(keySource(desk(content, env))).toMatchObject(expected);
  });

  it('knows the files in which a secret stands, also inside a list', () => {
    const account = { uid: 1, ...KEYS };

    expect(secretFiles(desk({ exchange: KEYS }))).toEqual([file]);
    expect(secretFiles(desk({ practice: { accounts: [account] } }))).toEqual([file]);
    expect(secretFiles(desk({ timeframe: '1s' }))).toEqual([]);
    const env = { A: 'k', B: 's' };
    const named = { exchange: { api_key: '${A}', api_secret: '${B}' } };
    expect(secretFiles(desk(named, env))).toEqual([]);
  });
});
