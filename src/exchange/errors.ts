import { PermanentError, TransientError } from '#platform/errors.ts';
import { failureOf } from './venue-failure.ts';
import type { VenueFailure } from './venue-failure.ts';

/**
 * The one error table of the exchange layer.
 *
 * Reads: what may succeed when asked again is a TransientError (`retryAfterMs` in the details when
 * the venue said so), what cannot is a PermanentError.
 *
 * Writes: an order is `refused` only on positive evidence: a code the venue documents as a refusal
 * before anything was done, in its own JSON body, under a 4xx status. All else is `unknown`: it may
 * have been done, and only a query, an event or the fence can tell.
 */
export type WriteFailure =
  | { readonly outcome: 'refused'; readonly code: number; readonly reason: string }
  | { readonly outcome: 'unknown'; readonly cause: string };

const RATE_LIMITED_CODES: ReadonlySet<number> = new Set([-1003, -1015]);
const CLOCK_CODE = -1021;
const KEY_CODES: ReadonlySet<number> = new Set([-2014, -2015]);
const KEYS_REFUSED = 'the venue refuses the keys';

/** Codes under which Binance documents that the request was not carried out. */
const REFUSAL_CODES: ReadonlySet<number> = new Set([
  // Rate limits, with the venue's own code.
  -1003, -1015,
  // The request never reached the matching engine: rights, filters, time, signature, parameters.
  -1002, -1013, -1014, -1020, -1021, -1022, -1034, -1099, -1100, -1101, -1102, -1103, -1104, -1105,
  -1106, -1108, -1111, -1112, -1114, -1115, -1116, -1117, -1118, -1119, -1120, -1121, -1125, -1127,
  -1128, -1130, -1131, -1134, -1135, -1145, -1151,
  // Order lists whose legs do not fit together.
  -1158, -1160, -1165, -1166, -1168, -1196, -1197, -1198, -1199, -1210, -1211, -1220, -1222, -1223,
  -1224, -1225,
  // The engine or the account said no.
  -2010, -2011, -2013, -2014, -2015, -2022, -2026, -2038, -2039,
]);

/** Without Retry-After: a 429 window ends with the minute, a ban is two minutes at least. */
const RATE_LIMIT_WAIT_MS = 10_000;
const BAN_WAIT_MS = 120_000;

const PERMANENT_CLASSES: readonly (readonly [name: string, code: string])[] = [
  ['BadSymbol', 'venue-unknown-symbol'],
  ['AuthenticationError', 'venue-auth'],
  ['PermissionDenied', 'venue-auth'],
  ['ArgumentsRequired', 'venue-bad-request'],
  ['BadRequest', 'venue-bad-request'],
  ['NotSupported', 'venue-not-supported'],
];

/** The DeskError of a failed read. */
export function readError(error: unknown): TransientError | PermanentError {
  if (error instanceof TransientError || error instanceof PermanentError) return error;
  const failure = failureOf(error);
  const details: Record<string, unknown> = { failure };
  const waitMs = rateLimitWaitMs(failure);
  if (waitMs !== undefined) {
    details['retryAfterMs'] = waitMs;
    return new TransientError('venue-rate-limited', 'the venue limits our requests', {
      details,
      cause: error,
    });
  }
  if (failure.venueCode === CLOCK_CODE) {
    return new TransientError('venue-clock', 'our time is not the venue’s', {
      details,
      cause: error,
    });
  }
  // ccxt takes -2015 after a success for a moment's protection of the venue; it may come back.
  if (failure.venueCode !== undefined && KEY_CODES.has(failure.venueCode)) {
    const options = { details, cause: error };
    return failure.classes.includes('AuthenticationError')
      ? new PermanentError('venue-auth', KEYS_REFUSED, options)
      : new TransientError('venue-auth', KEYS_REFUSED, options);
  }
  const isServerFault = failure.httpStatus !== undefined && failure.httpStatus >= 500;
  const permanent = PERMANENT_CLASSES.find(([name]) => failure.classes.includes(name));
  if (permanent !== undefined && !isServerFault) {
    return new PermanentError(permanent[1], 'the venue refuses this request', {
      details,
      cause: error,
    });
  }
  if (failure.retryAfterMs !== undefined) details['retryAfterMs'] = failure.retryAfterMs;
  return new TransientError('venue-unreachable', 'the venue did not answer', {
    details,
    cause: error,
  });
}

/** An answer that came with HTTP 200 and is not what it should be: ccxt passes it on as data. */
export function garbledAnswer(what: string, cause: unknown): TransientError {
  return new TransientError('venue-garbled', 'the venue’s answer makes no sense', {
    details: { what },
    cause,
  });
}

/** What is known about an order after its request failed; pure. */
export function classifyWriteError(failure: VenueFailure): WriteFailure {
  const { venueCode, httpStatus } = failure;
  if (venueCode === undefined) return { outcome: 'unknown', cause: causeOf(failure) };
  const isClientFault = httpStatus !== undefined && httpStatus >= 400 && httpStatus < 500;
  if (!isClientFault || !REFUSAL_CODES.has(venueCode)) {
    return { outcome: 'unknown', cause: `venue code ${venueCode}` };
  }
  // "Duplicate order sent." proves that an order with our id is there: ask for it.
  if (venueCode === -2010 && /duplicate/i.test(failure.venueMessage ?? '')) {
    return { outcome: 'unknown', cause: 'duplicate client order id' };
  }
  return { outcome: 'refused', code: venueCode, reason: failure.venueMessage ?? '' };
}

/** How long nothing may be asked after this failure; undefined when it is no limit. */
export function rateLimitWaitMs(failure: VenueFailure): number | undefined {
  if (!isRateLimited(failure)) return undefined;
  const waitMs = failure.httpStatus === 418 ? BAN_WAIT_MS : RATE_LIMIT_WAIT_MS;
  return failure.retryAfterMs ?? waitMs;
}

function isRateLimited(failure: VenueFailure): boolean {
  if (failure.httpStatus === 429 || failure.httpStatus === 418) return true;
  if (failure.venueCode !== undefined) return RATE_LIMITED_CODES.has(failure.venueCode);
  return (
    failure.classes.includes('RateLimitExceeded') || failure.classes.includes('DDoSProtection')
  );
}

function causeOf(failure: VenueFailure): string {
  if (failure.httpStatus !== undefined) return `HTTP ${failure.httpStatus} without a venue code`;
  return failure.classes[0] ?? 'no answer';
}
