import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { ConfigError } from '../errors.ts';

const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

export function isPem(text: string): boolean {
  return PEM.test(text);
}

/** Line breaks are lost where a PEM stands in one line of an environment file. */
export function pemLines(text: string): string {
  return `${text.replaceAll('\\n', '\n').trim()}\n`;
}

export function newEd25519Pair(): { readonly privateKey: string; readonly publicKey: string } {
  return generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

/**
 * The public half as PEM.
 * @throws ConfigError, without showing the text, when it is no Ed25519 private key.
 */
export function publicKeyOf(privateKey: string): string {
  let kind: string | undefined;
  try {
    const key = createPrivateKey(pemLines(privateKey));
    kind = key.asymmetricKeyType;
    if (kind === 'ed25519') {
      return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
    }
  } catch {
    throw new ConfigError('the private key cannot be read; it must be an unencrypted PKCS#8 PEM');
  }
  throw new ConfigError(`the private key is of type ${kind ?? 'unknown'}; only Ed25519 is used`);
}
