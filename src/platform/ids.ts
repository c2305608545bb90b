import { hash, randomUUID } from 'node:crypto';

/**
 * Lower-case base-36 text of a SHA-256 over the parts, `length` characters. Parts are joined with a
 * separator that cannot occur in them, so ("ab","c") and ("a","bc") differ.
 */
export function hashId(parts: readonly (string | number)[], length = 24): string {
  const digest = hash('sha256', parts.join('\u0000'), 'hex');
  return BigInt(`0x${digest}`).toString(36).padStart(50, '0').slice(-length);
}

export function freshId(): string {
  return randomUUID();
}
