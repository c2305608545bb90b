import { createHmac, createPrivateKey, sign } from 'node:crypto';
import { ConfigError } from '#platform/errors.ts';

export interface ExchangeKeys {
  readonly apiKey: string;
  /** An HMAC secret, or an Ed25519 private key as PEM. */
  readonly secret: string;
}

/** Signs parameters of the WebSocket API; over REST ccxt signs. */
export interface RequestSigner {
  readonly apiKey: string;
  /** The parameters with key and signature. */
  sign(params: Readonly<Record<string, string | number>>): Record<string, string | number>;
}

/** @throws ConfigError when the secret is a PEM that is no Ed25519 key; the text never shows it. */
export function requestSigner({ apiKey, secret }: ExchangeKeys): RequestSigner {
  const signature = isPem(secret) ? ed25519(secret) : hmac(secret);
  return {
    apiKey,
    sign: (params) => {
      const all = { ...params, apiKey };
      // Binance: parameters in alphabetical order, not percent-encoded.
      const payload = Object.entries(all)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => `${name}=${value}`)
        .join('&');
      return { ...all, signature: signature(payload) };
    },
  };
}

/**
 * A secret as ccxt takes it: it tells an Ed25519 key from an RSA key by the length of the text, so
 * there must be no line too many.
 */
export function restSecret(secret: string): string {
  return isPem(secret) ? secret.replaceAll('\r', '').trim() : secret;
}

function isPem(secret: string): boolean {
  return secret.includes('PRIVATE KEY');
}

function hmac(secret: string): (payload: string) => string {
  return (payload) => createHmac('sha256', secret).update(payload).digest('hex');
}

function ed25519(pem: string): (payload: string) => string {
  const key = parsePem(pem);
  if (key?.asymmetricKeyType !== 'ed25519') {
    throw new ConfigError('exchange.api_secret: the PEM is not a private Ed25519 key');
  }
  return (payload) => sign(null, Buffer.from(payload), key).toString('base64');
}

function parsePem(pem: string) {
  try {
    return createPrivateKey(restSecret(pem));
  } catch {
    // Its own error may quote the key.
    return undefined;
  }
}
