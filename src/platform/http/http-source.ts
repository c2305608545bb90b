import type { z } from 'zod';

/** How one outside source may be asked. */
export interface SourceOptions {
  /** For metrics, logs and the rate that processes share: the same in all of them. */
  readonly name: string;
  /** Scheme and host, e.g. `https://api.example.com`; the others are asked when the first fails. */
  readonly origins: readonly string[];
  /** Requests a minute of all processes together. */
  readonly ratePerMinute: number;
  /** What one request takes of it; 1 unless said. */
  readonly weight?: number | undefined;
  /** From the first byte sent to the last one read, each try. */
  readonly timeoutMs: number;
  /** For a call with its waits and repeats, once it is among those under way; three times `timeoutMs` unless said. */
  readonly withinMs?: number | undefined;
  /** Size of a body as it comes and again as it is when unpacked. */
  readonly maxBytes: number;
  /** May be on this machine or in its network; redirects may still lead to its own origins only. */
  readonly allowPrivate?: boolean | undefined;
  /** Sent to the source's own origins only, never along a redirect to another. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface RequestOptions {
  readonly query?: Query | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What this request takes of the rate when it is not the source's usual. */
  readonly weight?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface GetOptions extends RequestOptions {
  /** Ask only for what changed since the last answer; true unless said. */
  readonly etag?: boolean | undefined;
}

export interface JsonOptions<S extends z.ZodType> extends GetOptions {
  readonly schema: S;
}

export interface TextOptions extends GetOptions {
  /** Beginnings of the content types that are taken, e.g. `application/rss+xml`; any when left out. */
  readonly types?: readonly string[] | undefined;
}

export interface PostOptions<S extends z.ZodType> extends RequestOptions {
  readonly schema: S;
  /** One of the two. */
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>> | undefined;
  /** A question that changes nothing, and so may be asked again; false unless said. */
  readonly isRead?: boolean | undefined;
}

export interface Answer<T> {
  readonly value: T;
  /** The source said that nothing changed; `value` is the one from before. */
  readonly isNotModified: boolean;
  /** Wall time of the answer. */
  readonly atMs: number;
}

/**
 * Every failure is a TransientError, with `retryAfterMs` in its details where that is known, or a
 * PermanentError. Neither names more of the address than the host: paths and queries carry keys.
 */
export interface HttpSource {
  readonly name: string;
  /** `path` begins with a slash. A query in it stays as it is, with names that come twice; `query` is added. */
  getJson<S extends z.ZodType>(path: string, options: JsonOptions<S>): Promise<Answer<z.output<S>>>;
  getText(path: string, options?: TextOptions): Promise<Answer<string>>;
  postJson<S extends z.ZodType>(
    path: string,
    options: PostOptions<S>,
  ): Promise<Answer<z.output<S>>>;
  /** Milliseconds until it may be asked again: a limit it set, or failures in a row. */
  blockedMs(): number;
}
