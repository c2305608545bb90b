import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { LOCAL_NAME } from '#platform/access/local-token.ts';
import { Role } from '#platform/access/role.ts';
import {
  isExpired,
  readTokens,
  tokenFilePath,
  TokenName,
  TOKENS_MAX,
  writeTokens,
} from '#platform/access/token-file.ts';
import type { ApiToken } from '#platform/access/token-file.ts';
import { newTokenText, tokenHash } from '#platform/access/token-text.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { DESK_OPTIONS, deskOf } from '../desk-args.ts';
import { UsageError } from '../usage-error.ts';
import { userName } from '../user-name.ts';

const DAY_MS = 86_400_000;
const DAYS_MAX = 3_650;

/** `tokens add NAME`, `tokens list`, `tokens revoke NAME`: who may use the API. */
export function tokensCommand(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...DESK_OPTIONS,
      role: { type: 'string' },
      days: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [verb, name, ...rest] = positionals;
  const [unexpected] = verb === 'list' && name !== undefined ? [name] : rest;
  if (unexpected !== undefined) throw new UsageError(`unexpected word "${unexpected}"`);
  const { dataDir } = deskOf(values, env);
  const path = tokenFilePath(dataDir);
  const nowMs = systemClock().now();
  if (verb === 'list') {
    listTokens(readTokens(path), { isJson: values.json, nowMs });
    return EXIT.asked;
  }
  if ((verb !== 'add' && verb !== 'revoke') || name === undefined) {
    throw new UsageError('expected "tokens add NAME", "tokens list" or "tokens revoke NAME"');
  }
  if (verb === 'revoke') {
    revokeToken(path, name);
    return EXIT.asked;
  }
  const wish = { name, role: roleOf(values.role), expiresMs: endOf(values.days, nowMs) };
  mkdirSync(dataDir, { recursive: true });
  addToken(path, { ...wish, createdMs: nowMs, createdBy: userName() });
  return EXIT.asked;
}

function roleOf(text = 'viewer'): Role {
  const role = Role.safeParse(text);
  if (role.success) return role.data;
  throw new UsageError(`--role is viewer (default), trader or admin, not "${text}"`);
}

function endOf(text: string | undefined, nowMs: number): number | null {
  if (text === undefined) return null;
  const days = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= DAYS_MAX) return nowMs + days * DAY_MS;
  throw new UsageError(`--days is a whole number from 1 to ${DAYS_MAX}, not "${text}"`);
}

/** The token alone goes to standard output, so that it can be sent into a file. */
function addToken(path: string, wish: Omit<ApiToken, 'sha256'>): void {
  const { name, role, expiresMs } = wish;
  if (!TokenName.safeParse(name).success || name === LOCAL_NAME) {
    throw new UsageError(
      `"${name}" cannot be a name: 1 to 32 lower-case letters, digits, - or _, and not "${LOCAL_NAME}"`,
    );
  }
  const tokens = readTokens(path);
  if (tokens.some((token) => token.name === name)) {
    throw new UsageError(`there is a token "${name}" already; "tokens revoke ${name}" comes first`);
  }
  if (tokens.length >= TOKENS_MAX) {
    throw new UsageError(`there are ${TOKENS_MAX} tokens, the most there can be; revoke some`);
  }
  const text = newTokenText();
  writeTokens(path, [...tokens, { ...wish, sha256: tokenHash(text) }]);
  const end = expiresMs === null ? 'until it is revoked' : `until ${day(expiresMs)}`;
  console.error(`token "${name}", ${role}, good ${end}. It is shown this once:`);
  console.log(text);
}

function revokeToken(path: string, name: string): void {
  const tokens = readTokens(path);
  const kept = tokens.filter((token) => token.name !== name);
  if (kept.length === tokens.length) throw new UsageError(`there is no token "${name}"`);
  writeTokens(path, kept);
  console.log(`the token "${name}" is revoked; a running desk refuses it within 2 s`);
}

function listTokens(
  tokens: readonly ApiToken[],
  { isJson, nowMs }: { readonly isJson: boolean; readonly nowMs: number },
): void {
  const shown = tokens.map(({ name, role, createdMs, createdBy, expiresMs }) => ({
    name,
    role,
    createdMs,
    createdBy,
    expiresMs,
    isExpired: isExpired({ expiresMs }, nowMs),
  }));
  if (isJson) {
    console.log(JSON.stringify(shown));
    return;
  }
  if (shown.length === 0) console.log('no tokens; "tokens add NAME" makes the first');
  for (const token of shown) {
    const { name, role, createdMs, createdBy, expiresMs } = token;
    const end =
      expiresMs === null ? 'no end' : `${token.isExpired ? 'ENDED' : 'ends'} ${day(expiresMs)}`;
    console.log(
      `${name.padEnd(32)} ${role.padEnd(7)} ${end.padEnd(16)} made ${day(createdMs)} by ${createdBy}`,
    );
  }
}

function day(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
