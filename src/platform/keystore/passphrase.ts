import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError, errorText } from '../errors.ts';

/** Where the passphrase is. A file is opened by the process that needs it and by no other. */
export const PassphraseSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('given'), passphrase: z.string().min(1) }),
  z.strictObject({ kind: z.literal('file'), path: z.string().min(1) }),
]);
export type PassphraseSource = Readonly<z.output<typeof PassphraseSource>>;

export const PASSPHRASE_VARIABLE = 'NIGHTDESK_KEYSTORE_PASSPHRASE';
const CREDENTIAL = 'nightdesk-passphrase';
/** The file may be copied and guessed at for years. */
export const PASSPHRASE_LENGTH_MIN = 12;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The variable itself, the file it may name (`..._FILE`), or a systemd credential
 * (`LoadCredential=nightdesk-passphrase:...`). Undefined: it has to be asked for.
 */
export function passphraseSource(env: Env): PassphraseSource | undefined {
  const passphrase = env[PASSPHRASE_VARIABLE];
  if (passphrase !== undefined && passphrase !== '') return { kind: 'given', passphrase };
  const path = env[`${PASSPHRASE_VARIABLE}_FILE`];
  if (path !== undefined && path !== '') return { kind: 'file', path };
  const folder = env['CREDENTIALS_DIRECTORY'];
  if (folder === undefined || folder === '') return undefined;
  const credential = join(folder, CREDENTIAL);
  return existsSync(credential) ? { kind: 'file', path: credential } : undefined;
}

/** @throws ConfigError when the file cannot be read or is empty. */
export function readPassphrase(source: PassphraseSource): string {
  if (source.kind === 'given') return source.passphrase;
  let text: string;
  try {
    text = readFileSync(source.path, 'utf8');
  } catch (error) {
    throw new ConfigError(`the passphrase file cannot be read: ${errorText(error)}`);
  }
  // Editors end a file with a line break that nobody typed.
  const passphrase = text.replace(/\r?\n$/, '');
  if (passphrase === '') throw new ConfigError(`the passphrase file ${source.path} is empty`);
  return passphrase;
}
