import {
  PASSPHRASE_LENGTH_MIN,
  PASSPHRASE_VARIABLE,
  passphraseSource,
  readPassphrase,
} from '#platform/keystore/passphrase.ts';
import type { PassphraseSource } from '#platform/keystore/passphrase.ts';
import { ConfigError } from '#platform/errors.ts';
import { UsageError } from '../usage-error.ts';
import type { Prompt } from './prompt.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Where the passphrase of an existing keystore is; a person is asked when nothing says so. */
export async function findPassphrase(env: Env, prompt: Prompt): Promise<PassphraseSource> {
  const source = passphraseSource(env);
  if (source !== undefined) return source;
  if (!prompt.isTerminal) throw missing();
  const passphrase = await prompt.secret('passphrase of the keystore: ');
  if (passphrase === '') throw new UsageError('no passphrase was given');
  return { kind: 'given', passphrase };
}

/** The passphrase of a keystore that begins now: typed twice, or taken from where it will stay. */
export async function choosePassphrase(env: Env, prompt: Prompt): Promise<string> {
  const source = passphraseSource(env);
  if (source === undefined && !prompt.isTerminal) throw missing();
  const passphrase =
    source === undefined
      ? await prompt.secret('new passphrase of the keystore: ')
      : readPassphrase(source);
  if (passphrase.length < PASSPHRASE_LENGTH_MIN) {
    throw new UsageError(`the passphrase needs at least ${PASSPHRASE_LENGTH_MIN} characters`);
  }
  if (source === undefined && (await prompt.secret('the same again: ')) !== passphrase) {
    throw new UsageError('the two passphrases differ; nothing was written');
  }
  return passphrase;
}

function missing(): ConfigError {
  return new ConfigError(
    `the passphrase of the keystore is missing and nobody can be asked; set ${PASSPHRASE_VARIABLE}_FILE to a file that holds it`,
  );
}
