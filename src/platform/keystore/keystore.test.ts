import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../errors.ts';
import { newEd25519Pair, pemLines, publicKeyOf } from './ed25519.ts';
import { entryNamed, readKeystore, writeKeystore } from './keystore-file.ts';
import type { KeystoreEntry } from './keystore-file.ts';
import { passphraseSource, readPassphrase } from './passphrase.ts';
import { openKeys, sealKeys } from './seal.ts';

const PASSPHRASE = 'correct horse battery';
const KEYS = { apiKey: 'PLANTED-KEY-0123456789', apiSecret: 'PLANTED-SECRET-0123456789' };
const HEADER = {
  name: 'main',
  kind: 'hmac' as const,
  addedMs: 1_700_000_000_000,
  publicKey: null,
  isComplete: true,
};

/** A function fails with a ConfigError of these words and without any part of the keys. */
async function refusal(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    const { message, stack, cause } = error as Error;
    expect(`${message}${stack}${String(cause)}`).not.toMatch(/PLANTED|correct horse/);
    return message;
  }
  throw new Error('it was not refused');
}

describe('the keystore', () => {
  let folder: string;
  let path: string;
  let entry: KeystoreEntry;
  beforeAll(async () => {
    entry = await sealKeys(HEADER, KEYS, PASSPHRASE);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nd-keystore-'));
    path = join(folder, 'keystore.json');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives the keys back to the passphrase and shows them to nobody else', async () => {
    writeKeystore(path, [entry]);

    const text = readFileSync(path, 'utf8');
    expect(text).not.toMatch(/PLANTED|correct horse/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await openKeys(entryNamed(path, 'main'), PASSPHRASE)).toEqual(KEYS);
  });

  it('opens for the same passphrase composed of other characters', async () => {
    const sealed = await sealKeys(HEADER, KEYS, 'M\u00FCnchen bei Nacht');

    expect(await openKeys(sealed, 'Mu\u0308nchen bei Nacht')).toEqual(KEYS);
  });

  it('tells a wrong passphrase from a changed entry', async () => {
    expect(await refusal(() => openKeys(entry, 'correct horse batterie'))).toBe(
      'the passphrase does not open the keystore entry "main"',
    );
  });

  // Every byte counts: what stands in the open is bound to the sealed keys.
  it.each<[string, Partial<KeystoreEntry>]>([
    ['name', { name: 'other' }],
    ['kind', { kind: 'ed25519' }],
    ['date', { addedMs: 1 }],
    ['public key', { publicKey: 'mine' }],
    ['completeness', { isComplete: false }],
    ['nonce', { nonce: Buffer.alloc(12).toString('base64') }],
    ['length of the nonce', { nonce: Buffer.alloc(8).toString('base64') }],
    ['tag', { tag: Buffer.alloc(16).toString('base64') }],
    ['length of the tag', { tag: Buffer.alloc(4).toString('base64') }],
    ['sealed part', { sealed: Buffer.alloc(80).toString('base64') }],
  ])('finds out a changed %s', async (_, change) => {
    expect(await refusal(() => openKeys({ ...entry, ...change }, PASSPHRASE))).toMatch(
      /was changed after it was sealed/,
    );
  });

  it.each<[string, Partial<KeystoreEntry['kdf']>]>([
    ['cheaper', { n: 1_024 }],
    ['salted otherwise', { salt: Buffer.alloc(16).toString('base64') }],
  ])('does not open when the key derivation was made %s', async (_, change) => {
    const changed = { ...entry, kdf: { ...entry.kdf, ...change } };

    expect(await refusal(() => openKeys(changed, PASSPHRASE))).toMatch(/does not open/);
  });

  it.each<[string, unknown, RegExp]>([
    ['no JSON', 'PLANTED', /is damaged/],
    ['something else', { version: 1, entries: [{ name: 'PLANTED' }] }, /is damaged \(entries\.0/],
    ['a newer version', { version: 2, vaults: ['PLANTED'] }, /newer nightdesk \(version 2/],
    ['work for hours', { version: 1, entries: [bloated()] }, /is damaged \(entries\.0\.kdf/],
  ])('refuses a file with %s', async (_, content, message) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(path, text, { mode: 0o600 });

    expect(await refusal(() => readKeystore(path))).toMatch(message);
  });

  it('refuses a file that others may read', async () => {
    writeKeystore(path, [entry]);
    chmodSync(path, 0o640);

    expect(await refusal(() => readKeystore(path))).toMatch(/run "chmod 600/);
  });

  it('names the entries there are when one is not', async () => {
    writeKeystore(path, [entry]);

    expect(readKeystore(join(folder, 'none.json'))).toEqual([]);
    expect(await refusal(() => entryNamed(path, 'mian'))).toMatch(/it has main.*keys add mian/);
  });

  function bloated(): unknown {
    return { ...HEADER, kdf: { name: 'scrypt', n: 2 ** 24, r: 8, p: 1, salt: 'AAAA' } };
  }
});

describe('the passphrase', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nd-passphrase-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('comes from the variable, then the file it may name, then a systemd credential', () => {
    const credential = join(folder, 'nightdesk-passphrase');
    writeFileSync(credential, `${PASSPHRASE}\n`);
    const all = {
      NIGHTDESK_KEYSTORE_PASSPHRASE: 'a',
      NIGHTDESK_KEYSTORE_PASSPHRASE_FILE: '/x',
      CREDENTIALS_DIRECTORY: folder,
    };

    expect(passphraseSource(all)).toEqual({ kind: 'given', passphrase: 'a' });
    const { NIGHTDESK_KEYSTORE_PASSPHRASE: _, ...files } = all;
    expect(passphraseSource(files)).toEqual({ kind: 'file', path: '/x' });
    const source = passphraseSource({ CREDENTIALS_DIRECTORY: folder });
    expect(source && readPassphrase(source)).toBe(PASSPHRASE);
    expect(passphraseSource({ CREDENTIALS_DIRECTORY: join(folder, 'none') })).toBeUndefined();
    expect(passphraseSource({})).toBeUndefined();
  });

  it('says when its file is not there or empty', async () => {
    const path = join(folder, 'empty');
    writeFileSync(path, '\n');

    expect(await refusal(() => readPassphrase({ kind: 'file', path }))).toMatch(/is empty/);
    expect(await refusal(() => readPassphrase({ kind: 'file', path: `${path}x` }))).toMatch(
      /cannot be read/,
    );
  });
});

describe('an Ed25519 key', () => {
  it('has its public half read from the private one, also out of one line', () => {
    const { privateKey, publicKey } = newEd25519Pair();

    expect(publicKeyOf(privateKey)).toBe(publicKey);
    const oneLine = privateKey.trim().replaceAll('\n', '\\n');
    expect(pemLines(oneLine)).toBe(privateKey);
    expect(publicKeyOf(oneLine)).toBe(publicKey);
  });

  it('is refused without being shown when it is something else', async () => {
    const pem = '-----BEGIN PRIVATE KEY-----\nPLANTED\n-----END PRIVATE KEY-----';

    expect(await refusal(() => publicKeyOf(pem))).toMatch(/cannot be read/);
  });
});
