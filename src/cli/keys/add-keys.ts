import { readFileSync } from 'node:fs';
import type { Clock } from '#platform/clock/clock.ts';
import { ConfigError, errorText } from '#platform/errors.ts';
import { newEd25519Pair, pemLines, publicKeyOf } from '#platform/keystore/ed25519.ts';
import { EntryName, readKeystore, writeKeystore } from '#platform/keystore/keystore-file.ts';
import type { KeyKind, KeystoreEntry } from '#platform/keystore/keystore-file.ts';
import { readPassphrase } from '#platform/keystore/passphrase.ts';
import { openKeys, sealKeys } from '#platform/keystore/seal.ts';
import type { VenueKeys } from '#platform/keystore/seal.ts';
import { UsageError } from '../usage-error.ts';
import { choosePassphrase, findPassphrase } from './ask-passphrase.ts';
import type { Prompt } from './prompt.ts';

export interface AddOptions {
  /** The keystore. */
  readonly path: string;
  readonly name: string;
  readonly kind: KeyKind;
  /** PEM file of an Ed25519 key made elsewhere; undefined makes a new pair. */
  readonly privateKeyFile: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly prompt: Prompt;
  readonly clock: Clock;
  readonly say: (text: string) => void;
}

/**
 * Adds the keys of one account. They are asked for, or read from standard input: never from the
 * command line, which every user of the machine can see.
 */
export async function addKeys(options: AddOptions): Promise<void> {
  const { path, name, say } = options;
  if (!EntryName.safeParse(name).success) {
    throw new UsageError(`"${name}" cannot be a name: 1 to 32 lower-case letters, digits, - or _`);
  }
  const entries = readKeystore(path);
  const existing = entries.find((entry) => entry.name === name);
  if (existing?.isComplete === true) {
    throw new UsageError(`there are keys "${name}" already; "keys remove ${name}" comes first`);
  }
  const passphrase = await passphraseFor(entries, options);
  if (existing !== undefined) await completeKeys(existing, { passphrase, entries, options });
  else await newKeys({ passphrase, entries, options });
  say(`the keystore ${path} is written; "exchange.keystore: ${name}" uses these keys`);
}

interface Adding {
  readonly passphrase: string;
  readonly entries: readonly KeystoreEntry[];
  readonly options: AddOptions;
}

/** One passphrase for all entries: a second one would be found out when the desk starts. */
async function passphraseFor(
  entries: readonly KeystoreEntry[],
  { env, prompt }: AddOptions,
): Promise<string> {
  const [first] = entries;
  if (first === undefined) return await choosePassphrase(env, prompt);
  const passphrase = readPassphrase(await findPassphrase(env, prompt));
  await openKeys(first, passphrase);
  return passphrase;
}

async function newKeys({ passphrase, entries, options }: Adding): Promise<void> {
  const { path, name, kind, prompt, clock, say } = options;
  let publicKey: string | null = null;
  let keys: VenueKeys;
  if (kind === 'ed25519') {
    const pair = ed25519Pair(options.privateKeyFile);
    publicKey = pair.publicKey;
    say(`register this public key at the venue, which then shows the API key:\n\n${publicKey}`);
    const apiKey = await prompt.secret('API key (empty: add it later with the same command): ');
    keys = { apiKey: apiKey.trim() === '' ? null : checkedKey(apiKey), apiSecret: pair.privateKey };
  } else {
    const apiKey = checkedKey(await prompt.secret('API key: '));
    keys = { apiKey, apiSecret: checkedKey(await prompt.secret('API secret: ')) };
  }
  const isComplete = keys.apiKey !== null;
  const header = { name, kind, addedMs: clock.now(), publicKey, isComplete };
  writeKeystore(path, [...entries, await sealKeys(header, keys, passphrase)]);
  if (!isComplete) say(`without its API key the entry is not usable: "keys add ${name}" adds it`);
}

async function completeKeys(entry: KeystoreEntry, adding: Adding): Promise<void> {
  const { passphrase, entries, options } = adding;
  const { apiSecret } = await openKeys(entry, passphrase);
  const apiKey = checkedKey(await options.prompt.secret('API key: '));
  const { name, kind, addedMs, publicKey } = entry;
  const header = { name, kind, addedMs, publicKey, isComplete: true };
  const sealed = await sealKeys(header, { apiKey, apiSecret }, passphrase);
  writeKeystore(
    options.path,
    entries.map((one) => (one.name === name ? sealed : one)),
  );
}

function ed25519Pair(file: string | undefined): ReturnType<typeof newEd25519Pair> {
  if (file === undefined) return newEd25519Pair();
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`the private key cannot be read: ${errorText(error)}`);
  }
  return { privateKey: pemLines(text), publicKey: publicKeyOf(text) };
}

/** What a paste brings along is cut off; a key with a gap in it is two pastes. */
function checkedKey(text: string): string {
  const key = text.trim();
  if (/^[\x21-\x7E]{8,512}$/.test(key)) return key;
  const problem = key === '' ? 'is empty' : 'must be 8 to 512 printable characters without spaces';
  throw new UsageError(`the key ${problem}; nothing was written`);
}
