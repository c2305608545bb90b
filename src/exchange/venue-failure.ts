import { z } from 'zod';
import type { CcxtClient } from './ccxt-client.ts';

/** What is known about a failed call; the tables in `errors.ts` decide on this alone. */
export interface VenueFailure {
  /** ccxt error classes from the most special to the most general, e.g. `DDoSProtection`. */
  readonly classes: readonly string[];
  readonly message: string;
  readonly httpStatus?: number;
  /** The venue's own code from a JSON body. */
  readonly venueCode?: number;
  readonly venueMessage?: string;
  readonly retryAfterMs?: number;
  /** What the body says of a request with two parts (cancel and replace). */
  readonly venueData?: unknown;
}

/** The error of a JSON body, over REST and over the WebSocket API. */
export const ErrorBody = z.looseObject({
  code: z.int(),
  msg: z.string(),
  data: z.unknown().optional(),
});

interface Evidence {
  httpStatus?: number;
  venueCode?: number;
  venueMessage?: string;
  retryAfterMs?: number;
  venueData?: unknown;
}

const evidences = new WeakMap<object, Evidence>();

/**
 * Keeps status, headers and body code of each refused answer with the error ccxt throws for it.
 * ccxt itself leaves them in one field of the instance, which the next answer overwrites.
 */
export function rememberEvidence(client: CcxtClient): void {
  const handleErrors = client.handleErrors.bind(client);
  client.handleErrors = (...args) => {
    const [status, , , , headers, body] = args;
    return keep(() => handleErrors(...args), { status, headers, body });
  };
  const handleStatus = client.handleHttpStatusCode.bind(client);
  client.handleHttpStatusCode = (...args) => {
    const [status, , , , body] = args;
    return keep(() => handleStatus(...args), { status, headers: undefined, body });
  };
}

function keep(
  run: () => unknown,
  answer: { status: unknown; headers: unknown; body: unknown },
): unknown {
  try {
    return run();
  } catch (error: unknown) {
    if (typeof error === 'object' && error !== null) evidences.set(error, evidenceFrom(answer));
    throw error;
  }
}

function evidenceFrom(answer: { status: unknown; headers: unknown; body: unknown }): Evidence {
  const evidence: Evidence = {};
  if (typeof answer.status === 'number' && answer.status >= 100)
    evidence.httpStatus = answer.status;
  const retryAfterMs = retryAfterFrom(answer.headers);
  if (retryAfterMs !== undefined) evidence.retryAfterMs = retryAfterMs;
  const body = ErrorBody.safeParse(parseJson(answer.body));
  if (body.success) {
    evidence.venueCode = body.data.code;
    evidence.venueMessage = body.data.msg;
    if (body.data.data !== undefined) evidence.venueData = body.data.data;
  }
  return evidence;
}

const RetryAt = z.looseObject({ serverTime: z.number(), retryAfter: z.number() });

/** What an error over the WebSocket API says instead of `Retry-After`: when, by the venue's clock. */
export function retryAfterIn(data: unknown): number | undefined {
  const parsed = RetryAt.safeParse(data);
  if (!parsed.success) return undefined;
  return Math.max(0, parsed.data.retryAfter - parsed.data.serverTime);
}

/** `Retry-After` in seconds; a date form is not used by any venue we know. */
function retryAfterFrom(headers: unknown): number | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() !== 'retry-after') continue;
    const seconds = Number(value);
    if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1_000;
  }
  return undefined;
}

/** Undefined for what is no JSON. */
export function parseJson(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function failureOf(error: unknown): VenueFailure {
  const known = typeof error === 'object' && error !== null ? evidences.get(error) : undefined;
  return {
    classes: classesOf(error),
    message: error instanceof Error ? shorten(error.message) : String(error),
    ...known,
  };
}

function classesOf(error: unknown): readonly string[] {
  const names: string[] = [];
  let proto: unknown = typeof error === 'object' && error !== null ? error : undefined;
  while (typeof proto === 'object' && proto !== null) {
    const name: unknown = (proto as { constructor?: { name?: unknown } }).constructor?.name;
    if (typeof name === 'string' && name !== 'Object' && !names.includes(name)) names.push(name);
    proto = Object.getPrototypeOf(proto);
  }
  return names;
}

// A maintenance page can be 100 kB of HTML; and a query string never reaches a log.
function shorten(message: string): string {
  return message.replaceAll(/\?\S*/g, '?...').slice(0, 200);
}
