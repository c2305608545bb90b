import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withPracticeKeys } from './practice-keys.ts';

const CONFIG = {
  mode: 'production',
  exchange: { name: 'practice', api_key: null, api_secret: null, keystore: null },
  practice: { seed: 1, accounts: [{ uid: 1001, api_key: null, api_secret: null }, { uid: 2 }] },
};

describe('withPracticeKeys', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nd-practice-keys-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives both sides the same pair and makes it once for a folder', () => {
    const first = withPracticeKeys(CONFIG, folder);

    const { exchange, practice } = first as typeof CONFIG;
    expect(exchange.api_key).toMatch(/^[\da-f]{64}$/);
    expect(exchange.api_secret).not.toBe(exchange.api_key);
    expect(practice.accounts[0]).toEqual({
      uid: 1001,
      api_key: exchange.api_key,
      api_secret: exchange.api_secret,
    });
    expect(practice.accounts[1]).toEqual({ uid: 2 });
    expect(practice.seed).toBe(1);
    expect(withPracticeKeys(CONFIG, folder)).toEqual(first);
    expect(statSync(join(folder, 'practice-keys.json')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['another exchange', { ...CONFIG.exchange, name: 'binance' }],
    ['keys of the config', { ...CONFIG.exchange, api_key: 'k', api_secret: 's' }],
    ['keys of the keystore', { ...CONFIG.exchange, keystore: 'main' }],
  ])('leaves %s alone', (_, exchange) => {
    const config = { ...CONFIG, exchange };

    expect(withPracticeKeys(config, folder)).toBe(config);
  });

  it('refuses a file that holds something else, without showing it', () => {
    writeFileSync(join(folder, 'practice-keys.json'), '{"api_key": "planted"}', { mode: 0o600 });

    expect(() => withPracticeKeys(CONFIG, folder)).toThrow(/delete it for new ones$/);
  });
});
