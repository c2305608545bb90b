import {
  createCipheriv,
  createDecipheriv,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';
import { z } from 'zod';
import { ConfigError } from '../errors.ts';
import { boundText } from './keystore-file.ts';
import type { EntryHeader, KeystoreEntry } from './keystore-file.ts';

/** The secret part of an entry. `apiKey` is null while an Ed25519 pair waits to be registered. */
export const VenueKeys = z.strictObject({
  apiKey: z.string().min(1).nullable(),
  /** HMAC secret or Ed25519 private key as PEM. */
  apiSecret: z.string().min(1),
});
export type VenueKeys = Readonly<z.output<typeof VenueKeys>>;

/**
 * About 0.3 s and 64 MB for each guess (the OWASP sheet's N=2^16, r=8, p=2): half the memory of the
 * usual 2^17 at the same cost, because execution opens it within its memory limit.
 */
const COST = { n: 65_536, r: 8, p: 2 } as const;
const KEY_BYTES = 32;
const CHECK_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export async function sealKeys(
  header: EntryHeader,
  keys: VenueKeys,
  passphrase: string,
): Promise<KeystoreEntry> {
  const kdf = { name: 'scrypt' as const, ...COST, salt: randomBytes(16).toString('base64') };
  const { key, check } = await derive(passphrase, kdf);
  const nonce = randomBytes(NONCE_BYTES);
  const open = {
    ...header,
    kdf,
    check: check.toString('base64'),
    cipher: 'aes-256-gcm' as const,
    nonce: nonce.toString('base64'),
  };
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(boundText(open)));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(keys), 'utf8'), cipher.final()]);
  return {
    ...open,
    tag: cipher.getAuthTag().toString('base64'),
    sealed: sealed.toString('base64'),
  };
}

/** @throws ConfigError: the passphrase is wrong, or the entry is not what was sealed. */
export async function openKeys(entry: KeystoreEntry, passphrase: string): Promise<VenueKeys> {
  const { key, check } = await derive(passphrase, entry.kdf);
  const expected = Buffer.from(entry.check, 'base64');
  if (expected.length !== check.length || !timingSafeEqual(expected, check)) {
    throw new ConfigError(`the passphrase does not open the keystore entry "${entry.name}"`);
  }
  try {
    const nonce = Buffer.from(entry.nonce, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(boundText(entry)));
    decipher.setAuthTag(Buffer.from(entry.tag, 'base64'));
    const text = Buffer.concat([
      decipher.update(Buffer.from(entry.sealed, 'base64')),
      decipher.final(),
    ]);
    return VenueKeys.parse(JSON.parse(text.toString('utf8')));
  } catch {
    // The passphrase is the right one, so only a changed file is left; the cause could show keys.
    throw new ConfigError(
      `the keystore entry "${entry.name}" was changed after it was sealed; remove it and add the keys again`,
    );
  }
}

/** The second half never encrypts: showing a part of it tells nothing about the first. */
function derive(
  passphrase: string,
  kdf: KeystoreEntry['kdf'],
): Promise<{ readonly key: Buffer; readonly check: Buffer }> {
  const { n, r, p } = kdf;
  const options = { N: n, r, p, maxmem: 128 * n * r + 128 * r * p + 1_048_576 };
  const salt = Buffer.from(kdf.salt, 'base64');
  return new Promise((resolve, reject) => {
    // The same passphrase typed on another keyboard may be composed of other characters.
    scrypt(passphrase.normalize('NFKC'), salt, 2 * KEY_BYTES, options, (error, bytes) => {
      if (error !== null) reject(error);
      else {
        const key = bytes.subarray(0, KEY_BYTES);
        resolve({ key, check: bytes.subarray(KEY_BYTES, KEY_BYTES + CHECK_BYTES) });
      }
    });
  });
}
