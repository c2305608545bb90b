import { Readable } from 'node:stream';
import {
  brotliCompressSync,
  constants,
  createZstdCompress,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readBody, textOf } from './read-body.ts';

const TEXT = 'a'.repeat(1_000);

function read(body: Buffer, given: { encoding?: string; maxBytes?: number } = {}) {
  const onBytes = (bytes: number): void => void (counted += bytes);
  let counted = 0;
  const chunks = Array.from({ length: Math.ceil(body.length / 7) }, (_, i) =>
    body.subarray(i * 7, i * 7 + 7),
  );
  return readBody(Readable.from(chunks), {
    encoding: given.encoding,
    maxBytes: given.maxBytes ?? 1_000,
    onBytes,
  }).then((bytes) => ({ text: bytes.toString('utf8'), counted }));
}

describe('readBody', () => {
  it.each([
    [undefined, Buffer.from(TEXT)],
    ['identity', Buffer.from(TEXT)],
    ['gzip', gzipSync(TEXT)],
    ['GZIP', gzipSync(TEXT)],
    ['br', brotliCompressSync(TEXT)],
    ['zstd', zstdCompressSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
  ])('unpacks %s and counts what came', async (encoding, body) => {
    const got = await read(body, encoding === undefined ? {} : { encoding });

    expect(got).toEqual({ text: TEXT, counted: body.length });
  });

  it.each([
    ['as it came', undefined, Buffer.from(TEXT)],
    ['unpacked', 'gzip', gzipSync(TEXT)],
  ])('stops at the limit %s', async (_what, encoding, body) => {
    const given = { maxBytes: 999, ...(encoding === undefined ? {} : { encoding }) };

    await expect(read(body, given)).rejects.toMatchObject({ name: 'BodyTooLargeError' });
  });

  it.each([
    [23, undefined],
    [24, 'ZSTD_error_frameParameter_windowTooLarge'],
  ])('unpacks zstd with a window of 2^%d bytes: %s', async (log, code) => {
    const packer = createZstdCompress({ params: { [constants.ZSTD_c_windowLog]: log } });
    // In two parts: of a text that is known as a whole the window is no larger than the text.
    packer.write(TEXT.slice(0, 500));
    packer.end(TEXT.slice(500));
    const body = Buffer.concat(await packer.toArray());

    const error: unknown = await read(body, { encoding: 'zstd' }).then(
      () => undefined,
      (reason: unknown) => reason,
    );

    expect((error as { code?: string } | undefined)?.code).toBe(code);
  });

  it('takes no packing of another kind', async () => {
    await expect(read(Buffer.from('x'), { encoding: 'lzma' })).rejects.toMatchObject({
      name: 'UnknownEncodingError',
    });
  });
});

describe('textOf', () => {
  it.each([
    ['UTF-8 unless said', Buffer.from('é'), 'text/plain'],
    ['the charset of the header', Buffer.from('é', 'latin1'), 'text/xml; charset="ISO-8859-1"'],
    ['UTF-8 for a charset nobody knows', Buffer.from('é'), 'text/plain; charset=klingon'],
  ])('reads %s', (_what, bytes, type) => {
    expect(textOf(bytes, type)).toBe('é');
  });

  it('reads the charset of an XML declaration', () => {
    const bytes = Buffer.from('<?xml version="1.0" encoding="windows-1252"?><a>é</a>', 'latin1');

    expect(textOf(bytes, 'application/rss+xml')).toContain('<a>é</a>');
  });
});
