import type { Dispatcher } from 'undici';
import { DeskError } from '../errors.ts';
import type { OriginPools } from './origin-pools.ts';
import {
  ACCEPT_ENCODING,
  BodyTooLargeError,
  readBody,
  textOf,
  UnknownEncodingError,
} from './read-body.ts';
import { forbidden, garbled, statusError, tooLarge, unreachable } from './source-errors.ts';
import type { Where } from './source-errors.ts';
import { ForbiddenAddressError } from './undici-parts.ts';

/** One request and its redirects. */
export interface Request {
  readonly source: string;
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly body: string | undefined;
  /** Go along every redirect. */
  readonly headers: Readonly<Record<string, string>>;
  /** Go to the source's own origins only. */
  readonly ownHeaders: Readonly<Record<string, string>>;
  readonly ownOrigins: ReadonlySet<string>;
  readonly allowPrivate: boolean;
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface Reply {
  readonly isNotModified: boolean;
  readonly text: string;
  readonly contentType: string;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
}

export interface FetchDeps {
  readonly pools: OriginPools;
  readonly nowMs: () => number;
  readonly onBytes: (bytes: number) => void;
}

const REDIRECTS_MAX = 3;
const HOST_CHARS_MAX = 253;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Throws the DeskError of the table for all that goes wrong, and the reason of the signal when it
 * was aborted.
 */
export async function fetchOnce(deps: FetchDeps, request: Request): Promise<Reply> {
  let { url } = request;
  for (let redirects = 0; ; redirects += 1) {
    const where: Where = { source: request.source, host: url.host };
    const answer = await ask(deps, { request, url, where });
    const target = redirectOf(answer);
    if (target === undefined || request.method === 'POST') {
      return await replyOf(deps, { request, where, answer });
    }
    drop(answer);
    if (redirects === REDIRECTS_MAX) throw forbidden(where, 'too many redirects');
    url = nextUrl({ from: url, target, where });
  }
}

/** The address a redirect leads to, when it may. */
function nextUrl(redirect: { from: URL; target: string; where: Where }): URL {
  const { from, target, where } = redirect;
  const next = URL.parse(target, from);
  const isWeb = next?.protocol === 'https:' || next?.protocol === 'http:';
  // A longer name is none, and would stand in the log.
  if (next === null || !isWeb || next.hostname.length > HOST_CHARS_MAX) {
    throw forbidden(where, 'a redirect to no address of the web');
  }
  if (from.protocol === 'https:' && next.protocol === 'http:') {
    throw forbidden(where, 'a redirect from https to http');
  }
  if (next.username !== '' || next.password !== '') {
    throw forbidden(where, 'a redirect with a name or password');
  }
  return next;
}

interface Asked {
  readonly request: Request;
  readonly url: URL;
  readonly where: Where;
}

async function ask(
  { pools }: FetchDeps,
  { request, url, where }: Asked,
): Promise<Dispatcher.ResponseData> {
  const isOwn = request.ownOrigins.has(url.origin);
  const target = {
    origin: url.origin,
    allowPrivate: request.allowPrivate && isOwn,
    source: request.source,
  };
  try {
    return await pools.request(target, {
      path: `${url.pathname}${url.search}`,
      method: request.method,
      body: request.body ?? null,
      headers: {
        'accept-encoding': ACCEPT_ENCODING,
        ...request.headers,
        ...(isOwn ? request.ownHeaders : {}),
      },
      headersTimeout: request.timeoutMs,
      bodyTimeout: request.timeoutMs,
      signal: request.signal,
    });
  } catch (error) {
    throw failureOf(error, request, where);
  }
}

async function replyOf(
  deps: FetchDeps,
  given: { request: Request; where: Where; answer: Dispatcher.ResponseData },
): Promise<Reply> {
  const { request, where, answer } = given;
  const header = (name: string): string | undefined => headerOf(answer, name);
  const failure = statusError(where, {
    status: answer.statusCode,
    retryAfter: header('retry-after'),
    nowMs: deps.nowMs(),
  });
  if (failure !== undefined || answer.statusCode === 304) drop(answer);
  if (failure !== undefined) throw failure;
  const contentType = header('content-type') ?? '';
  const marks = { etag: header('etag'), lastModified: header('last-modified') };
  if (answer.statusCode === 304) return { isNotModified: true, text: '', contentType, ...marks };
  if (Number(header('content-length') ?? 0) > request.maxBytes) {
    drop(answer);
    throw tooLarge(where, request.maxBytes);
  }
  try {
    const bytes = await readBody(answer.body, {
      encoding: header('content-encoding'),
      maxBytes: request.maxBytes,
      onBytes: deps.onBytes,
    });
    return { isNotModified: false, text: textOf(bytes, contentType), contentType, ...marks };
  } catch (error) {
    throw failureOf(error, request, where);
  }
}

function failureOf(error: unknown, request: Request, where: Where): unknown {
  if (request.signal.aborted) return request.signal.reason;
  if (error instanceof DeskError) return error;
  if (error instanceof BodyTooLargeError) return tooLarge(where, request.maxBytes);
  if (error instanceof UnknownEncodingError) return garbled(where, 'unknown content-encoding');
  if (error instanceof ForbiddenAddressError)
    return forbidden(where, 'an address that is not public');
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (/^(Z_|ERR__?BROTLI|ERR_ZSTD|ERR_BROTLI|ZSTD_)/.test(code)) {
    return garbled(where, 'the packed body is damaged');
  }
  return unreachable(where, error);
}

function redirectOf(answer: Dispatcher.ResponseData): string | undefined {
  return REDIRECTS.has(answer.statusCode) ? headerOf(answer, 'location') : undefined;
}

function headerOf({ headers }: Dispatcher.ResponseData, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Ends the answer without reading it; a connection costs less than a body of unknown size. */
function drop({ body }: Dispatcher.ResponseData): void {
  body.destroy();
}
