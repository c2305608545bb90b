import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { newEd25519Pair, publicKeyOf } from '#platform/keystore/ed25519.ts';
import { entryNamed, readKeystore } from '#platform/keystore/keystore-file.ts';
import { openKeys } from '#platform/keystore/seal.ts';
import { addKeys } from './add-keys.ts';

const PASSPHRASE = 'correct horse battery';
const ENV = { NIGHTDESK_KEYSTORE_PASSPHRASE: PASSPHRASE };

describe('addKeys', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nd-add-keys-'));
    path = join(folder, 'keystore.json');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function add(
    name: string,
    answers: readonly string[],
    more: Partial<Parameters<typeof addKeys>[0]> = {},
  ): Promise<{ readonly said: string; readonly unused: readonly string[] }> {
    const left = [...answers];
    const said: string[] = [];
    await addKeys({
      path,
      name,
      kind: 'hmac',
      privateKeyFile: undefined,
      env: ENV,
      clock: fakeClock(),
      say: (text) => void said.push(text),
      prompt: {
        isTerminal: true,
        secret: async () => left.shift() ?? '',
        [Symbol.dispose]: () => undefined,
      },
      ...more,
    });
    return { said: said.join('\n'), unused: left };
  }

  it('seals what it is told, one entry beside the other', async () => {
    await add('main', [' key-00000001 ', 'secret-0001']);
    await add('second', ['key-00000002', 'secret-0002']);

    expect(readKeystore(path).map(({ name }) => name)).toEqual(['main', 'second']);
    expect(await openKeys(entryNamed(path, 'main'), PASSPHRASE)).toEqual({
      apiKey: 'key-00000001',
      apiSecret: 'secret-0001',
    });
  });

  it('makes an Ed25519 pair, shows the public key, and takes the API key later', async () => {
    const { said } = await add('main', [''], { kind: 'ed25519' });

    const { publicKey, isComplete } = entryNamed(path, 'main');
    expect(isComplete).toBe(false);
    expect(said).toContain(publicKey);
    expect(said).not.toContain('PRIVATE');

    await add('main', ['key-00000001']);

    const keys = await openKeys(entryNamed(path, 'main'), PASSPHRASE);
    expect(entryNamed(path, 'main').isComplete).toBe(true);
    expect(keys.apiKey).toBe('key-00000001');
    expect(publicKeyOf(keys.apiSecret)).toBe(publicKey);
  });

  it('takes an Ed25519 key that was made elsewhere', async () => {
    const { privateKey, publicKey } = newEd25519Pair();
    const privateKeyFile = join(folder, 'mine.pem');
    writeFileSync(privateKeyFile, privateKey);

    await add('main', ['key-00000001'], { kind: 'ed25519', privateKeyFile });

    expect(entryNamed(path, 'main').publicKey).toBe(publicKey);
  });

  it('asks for a new passphrase twice', async () => {
    const env = {};

    await add('main', [PASSPHRASE, PASSPHRASE, 'key-00000001', 'secret-0001'], { env });
    const { unused } = await add('two', [PASSPHRASE, 'key-00000002', 'secret-0002'], { env });

    expect(unused).toEqual([]);
    expect(readKeystore(path)).toHaveLength(2);
  });

  it.each<[string, readonly string[], Record<string, string>, RegExp]>([
    ['two different ones', [PASSPHRASE, `${PASSPHRASE}!`], {}, /differ; nothing was written/],
    ['a short one', ['short'], {}, /at least 12 characters/],
    ['an empty key', ['', ''], ENV, /is empty; nothing was written/],
    ['a key with a gap', ['planted key', ''], ENV, /without spaces; nothing was written/],
    ['a secret of two lines', ['key-00000001', 'planted\ntwo'], ENV, /nothing was written/],
  ])('refuses %s and writes nothing', async (_, answers, env, message) => {
    const failure = await add('main', answers, { env }).catch((error: unknown) => error);

    expect(String(failure)).toMatch(message);
    expect(String(failure)).not.toContain('planted');
    expect(readKeystore(path)).toEqual([]);
  });

  it('refuses another passphrase than that of the keystore, and a name that is taken', async () => {
    await add('main', ['key-00000001', 'secret-0001']);

    await expect(
      add('two', ['key-00000002', 'secret-0002'], {
        env: { NIGHTDESK_KEYSTORE_PASSPHRASE: 'another one entirely' },
      }),
    ).rejects.toThrow('the passphrase does not open');
    await expect(add('main', ['key-00000002', 'secret-0002'])).rejects.toThrow('already');
    await expect(add('../main', [])).rejects.toThrow('cannot be a name');
    expect(readKeystore(path)).toHaveLength(1);
  });

  it('says what is missing when nobody can be asked', async () => {
    const prompt = {
      isTerminal: false,
      secret: async () => 'x',
      [Symbol.dispose]: () => undefined,
    };

    await expect(add('main', [], { env: {}, prompt })).rejects.toThrow('PASSPHRASE_FILE');
  });
});
