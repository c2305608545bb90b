/**
 * The API tokens as they are now. The file is looked at when it is needed, at most every half
 * second, so that a token revoked on the command line is gone within that time. A file that cannot
 * be used lets nobody in.
 */
import { timingSafeEqual } from 'node:crypto';
import { statSync } from 'node:fs';
import { isTokenText, tokenHash } from '#platform/access/token-text.ts';
import { isExpired, readTokens, type ApiToken } from '#platform/access/token-file.ts';
import type { Clock } from '#platform/clock/clock.ts';

export type TokenRefusal = 'malformed' | 'unknown' | 'expired';

export type TokenVerdict =
  | { readonly kind: 'known'; readonly token: ApiToken }
  | { readonly kind: 'refused'; readonly why: TokenRefusal };

export interface TokenBook {
  verify(text: string): TokenVerdict;
  /** Whether a token that was let in before still is. */
  isStillGood(token: ApiToken): boolean;
  all(): readonly ApiToken[];
}

export interface TokenBookPorts {
  readonly path: string;
  readonly clock: Clock;
  /** Those that stand in no file, see `local-token.ts`. */
  readonly local?: readonly ApiToken[];
  /** Called once for each change of the file, with why it cannot be used or with what it holds. */
  readonly onChange: (change: { readonly tokens: readonly ApiToken[]; error?: unknown }) => void;
}

const LOOK_MS = 500;

export function tokenBook({ path, clock, local = [], onChange }: TokenBookPorts): TokenBook {
  let tokens: readonly ApiToken[] = local;
  let seen: string | undefined;
  let lookedMs = Number.NEGATIVE_INFINITY;

  function all(maxAgeMs = LOOK_MS): readonly ApiToken[] {
    const nowMs = clock.monotonic();
    if (nowMs - lookedMs < maxAgeMs) return tokens;
    lookedMs = nowMs;
    const found = signature(path);
    if (found === seen) return tokens;
    seen = found;
    try {
      const read = readTokens(path);
      tokens = [...read, ...local];
      onChange({ tokens: read });
    } catch (error) {
      tokens = local;
      onChange({ tokens: [], error });
    }
    return tokens;
  }

  function verify(text: string): TokenVerdict {
    if (!isTokenText(text)) return { kind: 'refused', why: 'malformed' };
    const wanted = Buffer.from(tokenHash(text), 'hex');
    // Whoever has just made one uses it at once.
    const token = holder(all(), wanted) ?? holder(all(0), wanted);
    if (token === undefined) return { kind: 'refused', why: 'unknown' };
    if (isExpired(token, clock.now())) return { kind: 'refused', why: 'expired' };
    return { kind: 'known', token };
  }

  return {
    all: () => all(),
    verify,
    isStillGood: (token) =>
      !isExpired(token, clock.now()) && all().some(({ sha256 }) => sha256 === token.sha256),
  };
}

/** Looks at all of them, so that the time does not tell which one was near. */
function holder(tokens: readonly ApiToken[], wanted: Buffer): ApiToken | undefined {
  const [found] = tokens.filter(({ sha256 }) =>
    timingSafeEqual(Buffer.from(sha256, 'hex'), wanted),
  );
  return found;
}

/** Changes with every writing: the file is replaced, so its inode does. */
function signature(path: string): string {
  try {
    const { ino, mtimeMs, ctimeMs, size } = statSync(path);
    return `${ino} ${mtimeMs} ${ctimeMs} ${size}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
