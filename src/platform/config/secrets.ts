import type { Path } from './layer.ts';

// A webhook's address is its password.
const SECRET = /(^|_)(key|secret|password|passphrase|token|webhook_url)$/;
export const MASK = '********';

/** True for keys whose value must never be shown: `api_key`, `secret`, `telegram.token`... */
export function isSecretKey(path: Path): boolean {
  return SECRET.test(String(path.at(-1) ?? ''));
}

/** Hides a secret value, and the password inside an address. */
export function maskValue(path: Path, value: unknown): unknown {
  if (isSecretKey(path)) return value === null || value === '' ? value : MASK;
  if (typeof value === 'string') return value.replace(/(:\/\/[^:/@\s]*:)[^@\s]+@/, `$1${MASK}@`);
  return value;
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
