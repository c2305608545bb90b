import { PermanentError, TransientError } from '../errors.ts';

/** The one error table of outside sources. */
export type SourceError = TransientError | PermanentError;

export interface Where {
  readonly source: string;
  readonly host: string;
}

/** Without `Retry-After` a limit usually ends with its minute. */
const RATE_LIMIT_WAIT_MS = 60_000;
/** Nobody means more than a day; who says so is asked again after one. */
const RETRY_AFTER_MS_MAX = 86_400_000;
const ISSUE_MAX = 120;

/** What Node says of a certificate that it does not take: expired, of another name, nobody's. */
const CERTIFICATE =
  /CERT|CRL|HOSTNAME_MISMATCH|^UNABLE_TO_(?:GET|VERIFY|DEC)|^INVALID_(?:CA|PURPOSE)$/;

export function unreachable(where: Where, cause: unknown): TransientError {
  const reason = codeOf(cause);
  const details = { ...where, reason };
  // Its next address may have a good one, and this one tomorrow.
  return CERTIFICATE.test(reason)
    ? new TransientError('source-untrusted', 'the source’s certificate is not trusted', { details })
    : new TransientError('source-unreachable', 'the source did not answer', { details });
}

export function timedOut(where: { readonly source: string }, limitMs: number): TransientError {
  return new TransientError('source-timeout', 'the source did not answer in time', {
    details: { ...where, limitMs },
  });
}

export function busy(
  where: { readonly source: string },
  why: string,
  retryAfterMs?: number,
): TransientError {
  return new TransientError('source-busy', 'there is no room for another request to the source', {
    details: { ...where, why, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
  });
}

export function limited(where: { readonly source: string }, retryAfterMs: number): TransientError {
  return new TransientError('source-rate-limited', 'the source limits our requests', {
    details: { ...where, retryAfterMs },
  });
}

export function resting(where: { readonly source: string }, retryAfterMs: number): TransientError {
  return new TransientError('source-resting', 'the source failed again and again, so it rests', {
    details: { ...where, retryAfterMs },
  });
}

/** An answer with status 200 that is not what was asked for: a page, a cut or a changed format. */
export function garbled(where: Where, issue: string): TransientError {
  return new TransientError('source-garbled', 'the source’s answer makes no sense', {
    // Keys of the answer stand in it, as long as a stranger makes them.
    details: { ...where, issue: issue.slice(0, ISSUE_MAX) },
  });
}

export function tooLarge(where: Where, maxBytes: number): PermanentError {
  return new PermanentError('source-too-large', 'the source’s answer is larger than allowed', {
    details: { ...where, maxBytes },
  });
}

/** An address or a redirect that our rules forbid. */
export function forbidden(where: Where, why: string): PermanentError {
  return new PermanentError('source-forbidden', 'the source leads where nothing is fetched from', {
    details: { ...where, why },
  });
}

/** The error of a status that is no success; undefined for 2xx and 304. */
export function statusError(
  where: Where,
  answer: {
    readonly status: number;
    readonly retryAfter: string | undefined;
    readonly nowMs: number;
  },
): SourceError | undefined {
  const { status, retryAfter, nowMs } = answer;
  if ((status >= 200 && status < 300) || status === 304) return undefined;
  const saidMs = retryAfterMs(retryAfter, nowMs);
  if (status === 429) return limited(where, saidMs ?? RATE_LIMIT_WAIT_MS);
  const details = { ...where, status };
  if (status === 503 && saidMs !== undefined) return limited(where, saidMs);
  if (status >= 500 || status === 408 || status === 425) {
    return new TransientError('source-unreachable', 'the source did not answer', { details });
  }
  const refusal = REFUSALS.get(status);
  if (refusal !== undefined) return new PermanentError('source-auth', refusal, { details });
  return new PermanentError('source-refused', 'the source refuses this request', { details });
}

/** 403 comes without keys too, to machines in data centres, and when a month of requests is over. */
const REFUSALS: ReadonlyMap<number, string> = new Map([
  [401, 'the source refuses the keys'],
  [403, 'the source refuses us: our keys, our address or so many requests'],
]);

/** Seconds or a date (RFC 9110, 10.2.3); undefined when it is neither. */
export function retryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const trimmed = text.trim();
  const waitMs = /^\d+$/.test(trimmed) ? Number(trimmed) * 1_000 : dateMs(trimmed) - nowMs;
  if (Number.isNaN(waitMs)) return undefined;
  return Math.min(RETRY_AFTER_MS_MAX, Math.max(0, waitMs));
}

/** Only the forms of HTTP, all in UTC: `Date.parse` makes a date of nearly anything, in local time. */
function dateMs(text: string): number {
  if (!/^[A-Z][a-z]+,? .*\d{2}:\d{2}:\d{2}/.test(text)) return Number.NaN;
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
}

/** A code of the system or of the client library: messages and causes may hold addresses. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown';
}
