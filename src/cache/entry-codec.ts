/**
 * How an entry lies in Redis: one byte of format, a line of JSON about it, then the body, plain or
 * zstd. A failure that will last (a pair that does not exist) is an entry too, without a body.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import { errorText } from '#platform/errors.ts';
import type { Kind } from './kind.ts';

const FORMAT = { plain: 1, zstd: 2 } as const;
const LINE_END = 0x0a;
const LEVEL_1 = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** Below it zstd saves less than its own header and the call cost. */
const COMPRESS_BYTES_MIN = 512;
/** Bounds what a reader has to allocate; 20,000 instruments are some 12 MB. */
const BODY_BYTES_MAX = 32 * 1_048_576;

const Failure = z.strictObject({ code: z.string().max(100), message: z.string().max(500) });
export type Failure = z.output<typeof Failure>;

const Head = z.strictObject({
  ttlMs: z.int().nonnegative(),
  staleMs: z.int().nonnegative(),
  costMs: z.number().nonnegative(),
  failure: Failure.optional(),
});

export interface Packed<T> {
  readonly ttlMs: number;
  readonly staleMs: number;
  readonly costMs: number;
  readonly content: Content<T>;
}

export type Content<T> =
  | { readonly kind: 'value'; readonly value: T; readonly heapBytes: number }
  | { readonly kind: 'failure'; readonly failure: Failure };

type Unpacked<T> =
  | { readonly kind: 'entry'; readonly entry: Packed<T> }
  | { readonly kind: 'invalid'; readonly reason: string };

/** `body` is what the kind's codec made of the value; none for a failure. */
export function packEntry(
  head: z.output<typeof Head>,
  body: Buffer | undefined,
  isCompressed: boolean,
): Buffer {
  const line = Buffer.from(`${JSON.stringify(head)}\n`);
  if (body === undefined) return Buffer.concat([Buffer.of(FORMAT.plain), line]);
  return isCompressed && body.length >= COMPRESS_BYTES_MIN
    ? Buffer.concat([Buffer.of(FORMAT.zstd), line, zstdCompressSync(body, LEVEL_1)])
    : Buffer.concat([Buffer.of(FORMAT.plain), line, body]);
}

/** Reads what {@link packEntry} wrote; anything else is invalid, never an exception. */
export function unpackEntry<T>(kind: Kind<T>, key: string, bytes: Buffer): Unpacked<T> {
  try {
    const lineEnd = bytes.indexOf(LINE_END);
    if (lineEnd < 0) return { kind: 'invalid', reason: 'no head' };
    const { failure, ...head } = Head.parse(JSON.parse(bytes.toString('utf8', 1, lineEnd)));
    if (failure !== undefined) {
      return { kind: 'entry', entry: { ...head, content: { kind: 'failure', failure } } };
    }
    const body = bodyOf(bytes[0], bytes.subarray(lineEnd + 1));
    const heapBytes = kind.codec.heapBytes(body.length);
    const value = kind.codec.decode(body, key);
    return { kind: 'entry', entry: { ...head, content: { kind: 'value', value, heapBytes } } };
  } catch (error) {
    return { kind: 'invalid', reason: errorText(error) };
  }
}

function bodyOf(format: number | undefined, bytes: Buffer): Buffer {
  switch (format) {
    case FORMAT.plain:
      return bytes;
    case FORMAT.zstd:
      return zstdDecompressSync(bytes, { maxOutputLength: BODY_BYTES_MAX });
    default:
      throw new Error(`unknown format ${format}`);
  }
}
