/**
 * An API token as a person copies it: a prefix that scanners for lost secrets know, 256 random bits,
 * and a check that tells a mistyped token from a revoked one. Only its SHA-256 is ever stored: what
 * is random to that extent needs no salt and no slow hash.
 */
import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PREFIX = 'nightdesk_';
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
// 62^43 is just above 2^256, 62^6 above 2^32.
const SECRET_LENGTH = 43;
const CHECK_LENGTH = 6;
const SHAPE = new RegExp(
  `^${PREFIX}([0-9A-Za-z]{${SECRET_LENGTH}})([0-9A-Za-z]{${CHECK_LENGTH}})$`,
);

export function newTokenText(): string {
  const bits = BigInt(`0x${randomBytes(32).toString('hex')}`);
  const secret = digits(bits, SECRET_LENGTH);
  return `${PREFIX}${secret}${checkOf(secret)}`;
}

/** False for what cannot be a token: a typing mistake, half a paste, another program's secret. */
export function isTokenText(text: string): boolean {
  const [, secret, check] = SHAPE.exec(text) ?? [];
  return secret !== undefined && check === checkOf(secret);
}

/** Lower-case hex. */
export function tokenHash(text: string): string {
  return hash('sha256', text, 'hex');
}

function checkOf(secret: string): string {
  return digits(BigInt(crc32(secret)), CHECK_LENGTH);
}

function digits(value: bigint, length: number): string {
  const base = BigInt(DIGITS.length);
  let text = '';
  for (let rest = value; text.length < length; rest /= base) {
    text = `${DIGITS[Number(rest % base)] ?? ''}${text}`;
  }
  return text;
}
