import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newEd25519Pair } from '#platform/keystore/ed25519.ts';
import { writeKeystore } from '#platform/keystore/keystore-file.ts';
import { sealKeys } from '#platform/keystore/seal.ts';
import { ExchangeConfig } from './config.ts';
import { unlockKeys } from './unlock-keys.ts';

const PASSPHRASE = 'correct horse battery';
const HEADER = {
  name: 'main',
  kind: 'hmac',
  addedMs: 1,
  publicKey: null,
  isComplete: true,
} as const;

function exchange(more: Record<string, unknown>): ExchangeConfig {
  return ExchangeConfig.parse({
    name: 'binance',
    base_url: null,
    ws_url: null,
    request_timeout_ms: 5_000,
    weight_per_minute: 6_000,
    weight_reserve_fraction: 0.2,
    read_budget_ms: 10_000,
    ...more,
  });
}

describe('unlockKeys', () => {
  let folder: string;
  let path: string;
  const hidden: string[] = [];
  const hide = (secret: string): void => void hidden.push(secret);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nd-unlock-'));
    path = join(folder, 'keystore.json');
    hidden.length = 0;
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const access = (passphrase = PASSPHRASE) => ({
    path,
    passphrase: { kind: 'given' as const, passphrase },
  });

  it('puts the keys of the entry into the section and hides them from every log', async () => {
    const keys = { apiKey: 'key-0001', apiSecret: 'secret-0001' };
    writeKeystore(path, [await sealKeys(HEADER, keys, PASSPHRASE)]);

    const unlocked = await unlockKeys(exchange({ keystore: 'main' }), access(), hide);

    expect(unlocked).toMatchObject({ api_key: 'key-0001', api_secret: 'secret-0001' });
    expect(hidden).toEqual([PASSPHRASE, 'secret-0001', 'key-0001']);
  });

  it('refuses a wrong passphrase, an unfinished entry and no way in', async () => {
    const keys = { apiKey: null, apiSecret: 'secret-0001' };
    const header = { ...HEADER, isComplete: false };
    writeKeystore(path, [await sealKeys(header, keys, PASSPHRASE)]);
    const config = exchange({ keystore: 'main' });

    await expect(unlockKeys(config, access('wrong'), hide)).rejects.toThrow('does not open');
    await expect(unlockKeys(config, access(), hide)).rejects.toThrow('keys add main');
    await expect(unlockKeys(config, undefined, hide)).rejects.toThrow(
      'is missing; set NIGHTDESK_KEYSTORE_PASSPHRASE_FILE',
    );
  });

  it('takes keys of the config as they are, with the lines of a PEM put back', async () => {
    const { privateKey } = newEd25519Pair();
    const oneLine = privateKey.trim().replaceAll('\n', '\\n');
    const hmac = exchange({ api_key: 'k', api_secret: 's' });

    expect(await unlockKeys(hmac, undefined, hide)).toEqual(hmac);
    const pem = exchange({ api_key: 'k', api_secret: oneLine });
    expect((await unlockKeys(pem, undefined, hide)).api_secret).toBe(privateKey);
  });
});
