import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib';

/** The body is larger than allowed, as it came or unpacked. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** The body is packed in a way that was not asked for. */
export class UnknownEncodingError extends Error {
  override readonly name = 'UnknownEncodingError';
}

export const ACCEPT_ENCODING = 'gzip, br, zstd, deflate';

/** A frame names the memory it needs, up to 128 MB unless bounded; on the web up to 8 (RFC 9659). */
const ZSTD = { params: { [constants.ZSTD_d_windowLogMax]: 23 } };

const UNPACK: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  br: createBrotliDecompress,
  zstd: () => createZstdDecompress(ZSTD),
  deflate: createInflate,
};

/** Reads a body to its end, counting both before and after unpacking, and stops at the limit. */
export async function readBody(
  body: Readable,
  options: {
    readonly encoding: string | undefined;
    readonly maxBytes: number;
    readonly onBytes: (bytes: number) => void;
  },
): Promise<Buffer> {
  const { encoding, maxBytes, onBytes } = options;
  const counted = countWire(maxBytes, onBytes);
  const name = (encoding ?? 'identity').trim().toLowerCase();
  if (name === '' || name === 'identity') return pipeline(body, counted, gather(maxBytes));
  const unpack = UNPACK[name];
  if (unpack === undefined) {
    body.destroy();
    throw new UnknownEncodingError();
  }
  return pipeline(body, counted, unpack(), gather(maxBytes));
}

function countWire(maxBytes: number, onBytes: (bytes: number) => void) {
  return async function* count(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let total = 0;
    for await (const chunk of chunks) {
      total += chunk.length;
      onBytes(chunk.length);
      if (total > maxBytes) throw new BodyTooLargeError();
      yield chunk;
    }
  };
}

function gather(maxBytes: number) {
  return async (chunks: AsyncIterable<Buffer>): Promise<Buffer> => {
    const kept: Buffer[] = [];
    let total = 0;
    for await (const chunk of chunks) {
      total += chunk.length;
      if (total > maxBytes) throw new BodyTooLargeError();
      kept.push(chunk);
    }
    return Buffer.concat(kept, total);
  };
}

const IN_HEADER = /charset\s*=\s*"?([\w.:-]+)/i;
const IN_XML = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/i;

/** The text of a body: by the charset it names in its header or XML declaration, else UTF-8. */
export function textOf(bytes: Buffer, contentType: string): string {
  const start = bytes.subarray(0, 200).toString('latin1');
  const label = IN_HEADER.exec(contentType)?.[1] ?? IN_XML.exec(start)?.[1] ?? 'utf-8';
  return decoderOf(label).decode(bytes);
}

function decoderOf(label: string): TextDecoder {
  try {
    return new TextDecoder(label);
  } catch (error) {
    if (error instanceof RangeError) return new TextDecoder(); // A charset that nobody knows.
    throw error;
  }
}
