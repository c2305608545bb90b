/**
 * The encrypted keystore: one JSON file, mode 0600, with one entry for each set of exchange keys.
 * What is no secret (name, kind, public key) can be read without the passphrase; every byte of it is
 * authenticated together with the sealed keys, so nobody can pass one entry off as another.
 */
import { z } from 'zod';
import { ConfigError } from '../errors.ts';
import { readVersioned, writeVersioned } from '../files/versioned-file.ts';

const VERSION = 1;
const Bytes = z.base64();

// Bounds keep a tampered file from asking for hours or for all the memory.
const Kdf = z.strictObject({
  name: z.literal('scrypt'),
  n: z
    .int()
    .min(1_024)
    .max(1_048_576)
    .refine((n) => Number.isInteger(Math.log2(n)), 'expected a power of two'),
  r: z.int().min(1).max(16),
  p: z.int().min(1).max(16),
  salt: Bytes,
});

export const EntryName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'expected 1 to 32 lower-case letters, digits, - or _');

export const KeyKind = z.enum(['hmac', 'ed25519']);
export type KeyKind = z.output<typeof KeyKind>;

/** What stands in the open. */
const EntryHeader = z.strictObject({
  name: EntryName,
  kind: KeyKind,
  addedMs: z.int(),
  /** PEM of an Ed25519 pair, to be registered at the venue. */
  publicKey: z.string().nullable(),
  /** False until the venue's own name of the key was added. */
  isComplete: z.boolean(),
});
export type EntryHeader = Readonly<z.output<typeof EntryHeader>>;

const KeystoreEntry = EntryHeader.extend({
  kdf: Kdf,
  /** Tells a wrong passphrase from a changed file. */
  check: Bytes,
  cipher: z.literal('aes-256-gcm'),
  nonce: Bytes,
  tag: Bytes,
  sealed: Bytes,
});
export type KeystoreEntry = Readonly<z.output<typeof KeystoreEntry>>;

const FILE = {
  version: VERSION,
  schema: z.strictObject({ version: z.literal(VERSION), entries: z.array(KeystoreEntry).max(64) }),
  remedy: 'add the keys again',
};

/**
 * Every entry of the file, none when there is no file.
 * @throws ConfigError when it cannot be used, saying why.
 */
export function readKeystore(path: string): readonly KeystoreEntry[] {
  return readVersioned(path, FILE)?.entries ?? [];
}

export function writeKeystore(path: string, entries: readonly KeystoreEntry[]): void {
  writeVersioned(path, FILE, { entries });
}

/** @throws ConfigError that names the entries there are. */
export function entryNamed(path: string, name: string): KeystoreEntry {
  const entries = readKeystore(path);
  const entry = entries.find((one) => one.name === name);
  if (entry !== undefined) return entry;
  const known = entries.map((one) => one.name).join(', ');
  throw new ConfigError(
    `the keystore ${path} has no entry "${name}"${known === '' ? '' : ` (it has ${known})`}; add it with "./start-bot.sh keys add ${name}"`,
  );
}

/** What is bound to the sealed keys: everything else in the entry, in a fixed order. */
export function boundText(entry: Omit<KeystoreEntry, 'tag' | 'sealed'>): string {
  const { name, kind, addedMs, publicKey, isComplete, kdf, check, cipher, nonce } = entry;
  const { n, r, p, salt } = kdf;
  return JSON.stringify([
    'nightdesk keystore',
    VERSION,
    [name, kind, addedMs, publicKey, isComplete],
    [kdf.name, n, r, p, salt, check],
    [cipher, nonce],
  ]);
}
