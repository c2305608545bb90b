/**
 * Signatures of requests, as rest-api.md and web-socket-api.md ("Request security") have them: over
 * the bytes exactly as they came, so nothing is decoded or written anew before it is checked.
 */
import { createHmac, timingSafeEqual, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export interface Secrets {
  /** HMAC SHA-256; hexadecimal signatures in either case. */
  readonly secret: string | undefined;
  /** Ed25519; base64 signatures. */
  readonly publicKey: KeyObject | undefined;
}

/** True when either kind of secret the key has made this signature. */
export function isSignedBy(secrets: Secrets, payload: string, signature: string): boolean {
  const bytes = Buffer.from(payload, 'utf8');
  const { secret, publicKey } = secrets;
  if (secret !== undefined && /^[0-9a-fA-F]{64}$/.test(signature)) {
    const expected = createHmac('sha256', secret).update(bytes).digest();
    if (timingSafeEqual(expected, Buffer.from(signature, 'hex'))) return true;
  }
  return publicKey !== undefined && isEd25519(publicKey, bytes, signature);
}

export function isEd25519(publicKey: KeyObject, bytes: Buffer, signature: string): boolean {
  return (
    /^[A-Za-z0-9+/]{86}==$/.test(signature) &&
    verify(null, bytes, publicKey, Buffer.from(signature, 'base64'))
  );
}

/** Query string and body joined without a separator, less the signature itself. */
export function restPayload(query: string, body: string): string {
  return withoutSignature(query) + withoutSignature(body);
}

function withoutSignature(text: string): string {
  return text
    .split('&')
    .filter((part) => !part.startsWith('signature='))
    .join('&');
}

/** Parameters of a WebSocket request sorted by name; values as their plain text. */
export function socketPayload(parameters: ReadonlyMap<string, string>): string {
  return [...parameters]
    .filter(([name]) => name !== 'signature')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}
