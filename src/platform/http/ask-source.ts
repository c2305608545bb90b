import type { Clock } from '../clock/clock.ts';
import { ConfigError } from '../errors.ts';
import type { AnswerStore, StoredAnswer } from './answer-store.ts';
import { fetchOnce, type FetchDeps, type Reply } from './fetch-once.ts';
import type { Query, SourceOptions } from './http-source.ts';
import type { HttpMetrics } from './metrics.ts';
import type { SourceCalls } from './source-calls.ts';
import { garbled } from './source-errors.ts';

export interface SourceDeps {
  readonly calls: SourceCalls;
  readonly store: AnswerStore;
  readonly fetching: FetchDeps;
  readonly clock: Clock;
  readonly metrics: HttpMetrics;
  readonly userAgent: string;
}

export interface Asked<T> {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly accept: string;
  readonly isRepeatable: boolean;
  readonly body?: string | undefined;
  readonly bodyType?: string | undefined;
  readonly query: Query | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly weight: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** The value of an answer; throws for one that is none. */
  readonly read: (text: string, type: string, host: string) => T;
  readonly known: StoredAnswer | undefined;
}

export interface Given<T> {
  readonly reply: Reply;
  readonly value: T;
}

export type AskSource = <T>(asked: Asked<T>) => Promise<Given<T>>;

/** One question to a source: tries at its addresses in turn until a reply is an answer. */
export function createAskSource(options: SourceOptions, deps: SourceDeps): AskSource {
  const { name, maxBytes, timeoutMs, allowPrivate = false } = options;
  const bases = originsOf(options);
  const ownOrigins = new Set(bases);

  return async (asked) => {
    const { path, method, query, body, signal, known, read } = asked;
    const weight = asked.weight ?? options.weight ?? 1;
    return deps.calls.run({ weight, isRepeatable: asked.isRepeatable, signal }, async (tried) => {
      const url = addressOf(bases[tried.index % bases.length] ?? '', path, query);
      const reply = await fetchOnce(deps.fetching, {
        source: name,
        url,
        method,
        body,
        headers: { accept: asked.accept, 'user-agent': deps.userAgent },
        ownHeaders: { ...options.headers, ...ownHeaders(asked) },
        ownOrigins,
        allowPrivate,
        maxBytes,
        timeoutMs,
        signal: tried.signal,
      });
      const { isNotModified, text, contentType } = reply;
      if (isNotModified && known === undefined) {
        throw garbled({ source: name, host: url.host }, 'unasked 304');
      }
      // What is known was judged by its type when it came.
      const [answer, type] = isNotModified ? [known?.text ?? '', ''] : [text, contentType];
      const value = read(answer, type, url.host);
      deps.metrics.requests.inc({ source: name, outcome: isNotModified ? 'not-modified' : 'ok' });
      return { reply, value };
    });
  };
}

/** Origins without a path, a name or a password: those belong elsewhere. */
function originsOf({ name, origins }: SourceOptions): readonly string[] {
  if (origins.length === 0) throw new ConfigError(`source ${name} has no address`);
  return origins.map((text) => {
    const url = URL.parse(text);
    const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
    if (url === null || !isWeb || url.username !== '' || url.password !== '') {
      throw new ConfigError(`source ${name}: an address begins with https:// and has no password`);
    }
    return url.origin;
  });
}

function addressOf(origin: string, path: string, query: Query | undefined): URL {
  // Set by its parts: a path like `//other.example` must not become another host.
  const url = new URL(origin);
  const queryAt = path.indexOf('?');
  url.pathname = queryAt < 0 ? path : path.slice(0, queryAt);
  url.search = queryAt < 0 ? '' : path.slice(queryAt);
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.set(key, String(value));
  }
  return url;
}

function ownHeaders({ headers, bodyType, known }: Asked<unknown>): Record<string, string> {
  return {
    ...headers,
    ...(bodyType === undefined ? {} : { 'content-type': bodyType }),
    ...(known?.etag === undefined ? {} : { 'if-none-match': known.etag }),
    ...(known?.lastModified === undefined ? {} : { 'if-modified-since': known.lastModified }),
  };
}
