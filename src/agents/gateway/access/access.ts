/**
 * Who may ask what. 1. A write needs a token with the role for it. 2. A read needs one where the API
 * is open to the network, and is free to all on loopback. 3. A token that is given and no good is
 * refused, also where none is needed, but for the routes that say only that the desk is there: a
 * probe must not take an ended token for a dead desk. 4. Tokens are 256 random bits, so the limit on failures keeps
 * work and log small and never stands in the way of a good token.
 *
 * Knows nothing of HTTP beyond the header, so that requests to upgrade a connection use it too.
 */
import { isLoopback } from '#platform/access/exposure.ts';
import { mayActAs, type Role } from '#platform/access/role.ts';
import type { ApiToken } from '#platform/access/token-file.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { AccessConfig } from '../config.ts';
import { neighbourhood } from './address.ts';
import { rateLimiter } from './rate-limiter.ts';
import type { TokenBook, TokenRefusal } from './token-book.ts';

/** What a route asks for. `open` routes tell nothing but that the desk is there. */
export type Need = 'open' | Role;

/** Counted apart, so that a program that reads too much cannot keep anybody from the kill switch. */
export type AskKind = 'read' | 'write' | 'urgent';

export interface Ask {
  readonly authorization: string | undefined;
  readonly address: string;
  readonly needs: Need;
  readonly kind: AskKind;
}

export type RefusalReason = 'no-token' | TokenRefusal | 'role' | 'rate' | 'failures';

export interface Refusal {
  readonly kind: 'refused';
  readonly why: RefusalReason;
  readonly status: 401 | 403 | 429;
  readonly detail: string;
  readonly retryAfterMs?: number;
  /** Of the token, where it is known. */
  readonly caller?: string;
}

export type Admission =
  | { readonly kind: 'admitted'; readonly token: ApiToken | undefined }
  | Refusal;

export interface Access {
  admit(ask: Ask): Admission;
  /** For connections that last: whether the token would still be let in. */
  isStillGood(token: ApiToken): boolean;
  /** Every token with when it was last used in this process's life. */
  tokens(): readonly { readonly token: ApiToken; readonly lastUsedMs: number | undefined }[];
}

export interface AccessPorts {
  /** As it is now. */
  readonly config: () => AccessConfig;
  readonly book: TokenBook;
  readonly clock: Clock;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

export function access({ config, book, clock }: AccessPorts): Access {
  const limiter = (count: (limits: AccessConfig['rate_limits']) => number, perMs: number) =>
    rateLimiter(() => ({ count: count(config().rate_limits), perMs }), clock);
  const limiters = {
    read: limiter((limits) => limits.reads_per_second, SECOND_MS),
    write: limiter((limits) => limits.writes_per_minute, MINUTE_MS),
    urgent: limiter((limits) => limits.writes_per_minute, MINUTE_MS),
  };
  const failures = limiter((limits) => limits.failures_per_minute, MINUTE_MS);
  // By hash: a name may be given again.
  const lastUsedMs = new Map<string, number>();

  function admit(ask: Ask): Admission {
    const given = bearerOf(ask.authorization);
    if (given === undefined || ask.needs === 'open') return admitNobody(ask);
    const verdict = book.verify(given);
    if (verdict.kind === 'refused') return fail(ask, verdict.why);
    const { token } = verdict;
    lastUsedMs.set(token.sha256, clock.now());
    const over = overRate(ask.kind, `token ${token.name}`);
    if (over !== undefined) return { ...over, caller: token.name };
    if (mayActAs(token.role, ask.needs)) return { kind: 'admitted', token };
    return {
      kind: 'refused',
      why: 'role',
      status: 403,
      detail: `this needs the role ${ask.needs}; the token "${token.name}" is a ${token.role}`,
      caller: token.name,
    };
  }

  function admitNobody(ask: Ask): Admission {
    const isFree = ask.needs === 'open' || (ask.needs === 'viewer' && hasOpenReads(config()));
    if (!isFree) return fail(ask, 'no-token');
    return overRate(ask.kind, neighbourhood(ask.address)) ?? { kind: 'admitted', token: undefined };
  }

  function overRate(kind: AskKind, caller: string): Refusal | undefined {
    const taken = limiters[kind].take(caller);
    if (!taken.isOver) return undefined;
    const detail = `too many requests: gateway.rate_limits sets the limit`;
    return { kind: 'refused', why: 'rate', status: 429, detail, retryAfterMs: taken.retryAfterMs };
  }

  function fail({ address }: Ask, why: 'no-token' | TokenRefusal): Refusal {
    const taken = failures.take(neighbourhood(address));
    if (!taken.isOver) return { kind: 'refused', why, status: 401, detail: DETAIL[why] };
    const detail = 'too many requests without a good token from this address';
    const { retryAfterMs } = taken;
    return { kind: 'refused', why: 'failures', status: 429, detail, retryAfterMs };
  }

  return {
    admit,
    isStillGood: (token) => book.isStillGood(token),
    tokens: () => book.all().map((token) => ({ token, lastUsedMs: lastUsedMs.get(token.sha256) })),
  };
}

const DETAIL: Readonly<Record<'no-token' | TokenRefusal, string>> = {
  'no-token':
    'this needs a token: send "Authorization: Bearer TOKEN"; "./start-bot.sh tokens add NAME" makes one',
  malformed: 'this is no token of nightdesk: it is mistyped or cut off',
  unknown: 'this token is not known here: it was revoked, or belongs to another desk',
  expired: 'this token has ended: "./start-bot.sh tokens add NAME" makes a new one',
};

function hasOpenReads({ host, open_reads: isOpen }: AccessConfig): boolean {
  return isOpen && isLoopback(host);
}

/** What follows the scheme; for another scheme all of it, which is then no token. */
function bearerOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  return /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? header;
}
