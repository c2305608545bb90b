import type { LoadedDesk } from '../desk.ts';
import { findPassphrase } from './ask-passphrase.ts';
import { keystorePath } from './keys-command.ts';
import { openPrompt } from './prompt.ts';

/** What opens the keystore that the config names, asked for when it must be; undefined without one. */
export async function keystoreAccess({ config, dataDir, env }: LoadedDesk) {
  if (config.exchange.keystore === null) return undefined;
  using prompt = openPrompt(process.stdin, process.stderr);
  return { path: keystorePath(dataDir), passphrase: await findPassphrase(env, prompt) };
}
