/**
 * How a candle series lies in Redis: one byte of format, then the body, plain or zstd. The body is
 * a line of JSON (pair, timeframe, count) and the six columns as little-endian float64. Columns of
 * numbers are read some five times faster than JSON and need no digits.
 */
import { zstdCompressSync, zstdDecompressSync, constants } from 'node:zlib';
import { z } from 'zod';
import { Candle } from '#core/model/candle.ts';
import { Pair } from '#core/model/pair.ts';
import { Timeframe } from '#core/model/timeframe.ts';
import { assert, errorText } from '#platform/errors.ts';
import type { CandleSeries } from './candle-series.ts';

/** Most candles of one series: bounds what a reader has to allocate. */
export const CANDLES_MAX = 5_000;

const FORMAT = { plain: 1, zstd: 2 } as const;
const COLUMNS = ['openMs', 'open', 'high', 'low', 'close', 'volume'] as const;
const BODY_BYTES_MAX = 256 + CANDLES_MAX * COLUMNS.length * 8;
const LINE_END = 0x0a;

const Head = z.strictObject({
  pair: Pair,
  timeframe: Timeframe,
  count: z.int().nonnegative().max(CANDLES_MAX),
});
const Candles = z.array(Candle);

export type Decoded =
  | { readonly kind: 'series'; readonly series: CandleSeries }
  | { readonly kind: 'invalid'; readonly reason: string };

export function encodeSeries(series: CandleSeries, isCompressed: boolean): Buffer {
  const { pair, timeframe, candles } = series;
  assert(candles.length <= CANDLES_MAX, 'candle series is too long', { count: candles.length });
  const head = Buffer.from(`${JSON.stringify({ pair, timeframe, count: candles.length })}\n`);
  const columns = Buffer.allocUnsafe(candles.length * COLUMNS.length * 8);
  let offset = 0;
  for (const column of COLUMNS) {
    for (const candle of candles) offset = columns.writeDoubleLE(candle[column], offset);
  }
  const body = Buffer.concat([head, columns]);
  return isCompressed
    ? Buffer.concat([Buffer.of(FORMAT.zstd), zstdCompressSync(body, LEVEL_1)])
    : Buffer.concat([Buffer.of(FORMAT.plain), body]);
}

const LEVEL_1 = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Reads what {@link encodeSeries} wrote; anything else is invalid, never an exception. */
export function decodeSeries(bytes: Buffer): Decoded {
  try {
    return decodeBody(bodyOf(bytes));
  } catch (error) {
    return { kind: 'invalid', reason: errorText(error) };
  }
}

function bodyOf(bytes: Buffer): Buffer {
  const body = bytes.subarray(1);
  switch (bytes[0]) {
    case FORMAT.plain:
      return body;
    case FORMAT.zstd:
      return zstdDecompressSync(body, { maxOutputLength: BODY_BYTES_MAX });
    default:
      throw new Error(`unknown format ${bytes[0]}`);
  }
}

function decodeBody(body: Buffer): Decoded {
  const lineEnd = body.indexOf(LINE_END);
  if (lineEnd < 0) return { kind: 'invalid', reason: 'no head' };
  const head = Head.parse(JSON.parse(body.toString('utf8', 0, lineEnd)));
  const columns = body.subarray(lineEnd + 1);
  if (columns.length !== head.count * COLUMNS.length * 8) {
    return { kind: 'invalid', reason: 'length does not fit the count' };
  }
  const at = (column: number, row: number): number =>
    columns.readDoubleLE((column * head.count + row) * 8);
  const rows = Array.from({ length: head.count }, (_, row) => ({
    openMs: at(0, row),
    open: at(1, row),
    high: at(2, row),
    low: at(3, row),
    close: at(4, row),
    volume: at(5, row),
  }));
  const candles = Candles.parse(rows);
  if (!isAscending(candles)) return { kind: 'invalid', reason: 'candles are not in order' };
  return { kind: 'series', series: { pair: head.pair, timeframe: head.timeframe, candles } };
}

function isAscending(candles: readonly Candle[]): boolean {
  let beforeMs = -1;
  for (const { openMs } of candles) {
    if (openMs <= beforeMs) return false;
    beforeMs = openMs;
  }
  return true;
}
