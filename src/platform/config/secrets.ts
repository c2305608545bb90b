import type { Path } from './layer.ts';

// A webhook's address is its password.
const SECRET = /(^|_)(key|secret|password|passphrase|token|webhook_url)$/;
export const MASK = '********';

/** True for keys whose value must never be shown: `api_key`, `secret`, `telegram.token`... */
export function isSecretKey(path: Path): boolean {
  return SECRET.test(String(path.at(-1) ?? ''));
}

// Feeds and hooks carry their keys so: `?apikey=`, `&auth_token=`.
const IN_QUERY = /([?&][^=&#\s]*(?:key|token|secret|signature|auth|password)=)([^&#\s]+)/gi;

/** Keys in the query of an address. */
export function querySecrets(text: string): readonly string[] {
  return [...text.matchAll(IN_QUERY)].map(([, , value = '']) => value);
}

export function withoutQuerySecrets(text: string): string {
  return text.replace(IN_QUERY, `$1${MASK}`);
}

/** Hides a secret value, and the password or the keys inside an address. */
export function maskValue(path: Path, value: unknown): unknown {
  if (isSecretKey(path)) return value === null || value === '' ? value : MASK;
  if (typeof value !== 'string') return value;
  return withoutQuerySecrets(value.replace(/(:\/\/[^:/@\s]*:)[^@\s]+@/, `$1${MASK}@`));
}

/** A copy of a config with every secret hidden. */
export function maskConfig(value: unknown, path: Path = []): unknown {
  if (Array.isArray(value)) return value.map((item, index) => maskConfig(item, [...path, index]));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, maskConfig(inner, [...path, key])]),
    );
  }
  return maskValue(path, value);
}
