import { z } from 'zod';
import { ConfigError } from '#platform/errors.ts';
import { isPem, pemLines, publicKeyOf } from '#platform/keystore/ed25519.ts';
import { entryNamed } from '#platform/keystore/keystore-file.ts';
import { PassphraseSource, readPassphrase } from '#platform/keystore/passphrase.ts';
import { openKeys } from '#platform/keystore/seal.ts';
import type { ExchangeConfig } from './config.ts';

/** Given to execution alone, and only when the config names an entry of the keystore. */
export const KeystoreAccess = z.strictObject({
  path: z.string().min(1),
  passphrase: PassphraseSource,
});
export type KeystoreAccess = z.output<typeof KeystoreAccess>;

/**
 * The exchange section with the keys in it, wherever they were. Of a desk execution alone calls it,
 * so no other process ever holds what the keystore keeps; commands that a person runs may too.
 * @throws ConfigError that shows no part of a key.
 */
export async function unlockKeys(
  exchange: ExchangeConfig,
  access: KeystoreAccess | undefined,
  hide: (secret: string) => void,
): Promise<ExchangeConfig> {
  if (exchange.keystore === null) return withPemLines(exchange);
  if (access === undefined) {
    throw new ConfigError(
      `the passphrase for the keystore entry "${exchange.keystore}" is missing; set NIGHTDESK_KEYSTORE_PASSPHRASE_FILE to a file that holds it, or start from a terminal`,
    );
  }
  const passphrase = readPassphrase(access.passphrase);
  hide(passphrase);
  const { apiKey, apiSecret } = await openKeys(
    entryNamed(access.path, exchange.keystore),
    passphrase,
  );
  hide(apiSecret);
  if (apiKey === null) {
    throw new ConfigError(
      `the keystore entry "${exchange.keystore}" has no API key yet; "./start-bot.sh keys add ${exchange.keystore}" adds it`,
    );
  }
  hide(apiKey);
  return { ...exchange, api_key: apiKey, api_secret: apiSecret };
}

function withPemLines(exchange: ExchangeConfig): ExchangeConfig {
  const { api_secret: secret } = exchange;
  if (secret === null || !isPem(secret)) return exchange;
  publicKeyOf(secret);
  return { ...exchange, api_secret: pemLines(secret) };
}
