/**
 * Request weight per address, as the venue counts it: a window of one minute by the exchange's
 * clock, 429 with Retry-After when it is used up, and a ban (418) that grows for those who go on
 * asking. Pure: time is an argument.
 */
export const WEIGHT_PER_MINUTE = 6000;
const WINDOW_MS = 60_000;
/** Requests answered with 429 in one window before the address is banned. Ours: not documented. */
const REFUSALS_BEFORE_BAN = 10;
/** "Scale in duration for repeat offenders, from 2 minutes to 3 days" (rest-api.md, IP Limits). */
const BANS_MS = [2, 10, 60, 360, 1440, 4320].map((minutes) => minutes * 60_000);
/** An address that kept quiet this long after its last ban starts again at the shortest. */
const FORGIVE_AFTER_MS = 3 * 24 * 3_600_000;
/** Bound on remembered addresses; only loopback ever calls, so this is never reached. */
const ADDRESSES_MAX = 1000;

interface Account {
  windowStartMs: number;
  used: number;
  refusals: number;
  bans: number;
  bannedUntilMs: number;
  /** Since the start: what was answered with 429 or 418. */
  refusedTotal: number;
}

export type WeightVerdict =
  | { readonly kind: 'ok'; readonly usedWeight: number }
  | { readonly kind: 'limited'; readonly usedWeight: number; readonly retryAfterS: number }
  | {
      readonly kind: 'banned';
      readonly usedWeight: number;
      readonly retryAfterS: number;
      readonly untilMs: number;
    };

export interface AddressView {
  readonly address: string;
  readonly usedWeight: number;
  readonly bannedUntilMs: number;
  readonly refusedTotal: number;
}

export interface RequestLimits {
  spend(address: string, weight: number, nowMs: number): WeightVerdict;
  /** Bans at once, as a fault does; `durationMs` undefined takes the next step of the ladder. */
  ban(address: string, nowMs: number, durationMs?: number): WeightVerdict;
  view(): readonly AddressView[];
}

export function requestLimits(weightPerMinute = WEIGHT_PER_MINUTE): RequestLimits {
  const accounts = new Map<string, Account>();

  function accountOf(address: string, nowMs: number): Account {
    const found = accounts.get(address) ?? newAccount();
    if (accounts.size >= ADDRESSES_MAX) accounts.clear();
    accounts.set(address, found);
    const windowStartMs = Math.floor(nowMs / WINDOW_MS) * WINDOW_MS;
    if (windowStartMs !== found.windowStartMs) {
      Object.assign(found, { windowStartMs, used: 0, refusals: 0 });
    }
    if (nowMs - found.bannedUntilMs > FORGIVE_AFTER_MS) found.bans = 0;
    return found;
  }

  function startBan(account: Account, nowMs: number, durationMs?: number): WeightVerdict {
    const step = BANS_MS[Math.min(account.bans, BANS_MS.length - 1)] ?? WINDOW_MS;
    account.bans += 1;
    account.bannedUntilMs = nowMs + (durationMs ?? step);
    return banned(account, nowMs);
  }

  return {
    spend(address, weight, nowMs) {
      const account = accountOf(address, nowMs);
      account.used += weight;
      const isBanned = nowMs < account.bannedUntilMs;
      if (isBanned || account.used > weightPerMinute) account.refusedTotal += 1;
      if (isBanned) return banned(account, nowMs);
      if (account.used <= weightPerMinute) return { kind: 'ok', usedWeight: account.used };
      account.refusals += 1;
      if (account.refusals > REFUSALS_BEFORE_BAN) return startBan(account, nowMs);
      const retryAfterS = Math.ceil((account.windowStartMs + WINDOW_MS - nowMs) / 1000);
      return { kind: 'limited', usedWeight: account.used, retryAfterS };
    },
    ban: (address, nowMs, durationMs) => startBan(accountOf(address, nowMs), nowMs, durationMs),
    view: () =>
      [...accounts].map(([address, account]) => ({
        address,
        usedWeight: account.used,
        bannedUntilMs: account.bannedUntilMs,
        refusedTotal: account.refusedTotal,
      })),
  };
}

function newAccount(): Account {
  return { windowStartMs: 0, used: 0, refusals: 0, bans: 0, bannedUntilMs: 0, refusedTotal: 0 };
}

function banned(account: Account, nowMs: number): WeightVerdict {
  return {
    kind: 'banned',
    usedWeight: account.used,
    retryAfterS: Math.ceil((account.bannedUntilMs - nowMs) / 1000),
    untilMs: account.bannedUntilMs,
  };
}
