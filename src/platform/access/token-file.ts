/**
 * The API tokens of a data folder: `api-tokens.json`, mode 0600, replaced as a whole. The command
 * line writes it, the gateway reads it again whenever it has changed.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { readVersioned, writeVersioned } from '../files/versioned-file.ts';
import { Role } from './role.ts';

const VERSION = 1;
export const TOKENS_MAX = 100;

export const TokenName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'expected 1 to 32 lower-case letters, digits, - or _');

export const ApiToken = z.strictObject({
  name: TokenName,
  role: Role,
  /** Of the token's text, hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  createdMs: z.int(),
  /** User of this machine who made it. */
  createdBy: z.string(),
  /** Null never ends. */
  expiresMs: z.int().nullable(),
});
export type ApiToken = Readonly<z.output<typeof ApiToken>>;

const FILE = {
  version: VERSION,
  schema: z.strictObject({
    version: z.literal(VERSION),
    tokens: z.array(ApiToken).max(TOKENS_MAX),
  }),
  remedy: 'make the tokens again',
};

export function tokenFilePath(dataDir: string): string {
  return join(dataDir, 'api-tokens.json');
}

/**
 * Every token, ended ones included; none when there is no file.
 * @throws ConfigError when it cannot be used, saying why.
 */
export function readTokens(path: string): readonly ApiToken[] {
  return readVersioned(path, FILE)?.tokens ?? [];
}

export function writeTokens(path: string, tokens: readonly ApiToken[]): void {
  writeVersioned(path, FILE, { tokens });
}

export function isExpired({ expiresMs }: Pick<ApiToken, 'expiresMs'>, nowMs: number): boolean {
  return expiresMs !== null && nowMs >= expiresMs;
}
