/**
 * How a candle series lies in Redis: one byte of format, then the body, plain or zstd. The body is
 * a line of JSON (pair, timeframe, count) and the six columns as little-endian float64, which is
 * the byte order of every machine Node runs on here. 500 candles are read in some 80 us: 60 for
 * zstd, 8 for the columns, 9 for the check (zod needs 125 for that, JSON ten times all of it).
 */
import { zstdCompressSync, zstdDecompressSync, constants } from 'node:zlib';
import { z } from 'zod';
import type { Candle } from '#core/model/candle.ts';
import { Pair } from '#core/model/pair.ts';
import { Timeframe } from '#core/model/timeframe.ts';
import { assert, errorText } from '#platform/errors.ts';
import type { CandleSeries } from './candle-series.ts';

/** Most candles of one series: bounds what a reader has to allocate. */
export const CANDLES_MAX = 5_000;

/** A candle as a V8 object with six numbers, five of them boxed doubles; measured at 110 to 130. */
export const CANDLE_HEAP_BYTES = 128;

const FORMAT = { plain: 1, zstd: 2 } as const;
const COLUMNS = ['openMs', 'open', 'high', 'low', 'close', 'volume'] as const;
const BODY_BYTES_MAX = 256 + CANDLES_MAX * COLUMNS.length * 8;
const LINE_END = 0x0a;

const Head = z.strictObject({
  pair: Pair,
  timeframe: Timeframe,
  count: z.int().nonnegative().max(CANDLES_MAX),
});

export type Decoded =
  | { readonly kind: 'series'; readonly series: CandleSeries }
  | { readonly kind: 'invalid'; readonly reason: string };

export function encodeSeries(series: CandleSeries, isCompressed: boolean): Buffer {
  const { pair, timeframe, candles } = series;
  assert(candles.length <= CANDLES_MAX, 'candle series is too long', { count: candles.length });
  const head = Buffer.from(`${JSON.stringify({ pair, timeframe, count: candles.length })}\n`);
  const columns = new Float64Array(candles.length * COLUMNS.length);
  let place = 0;
  for (const column of COLUMNS) {
    for (const candle of candles) {
      columns[place] = candle[column];
      place += 1;
    }
  }
  const body = Buffer.concat([head, new Uint8Array(columns.buffer)]);
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
  const bytes = body.subarray(lineEnd + 1);
  if (bytes.length !== head.count * COLUMNS.length * 8) {
    return { kind: 'invalid', reason: 'length does not fit the count' };
  }
  const candles = candlesOf(bytes, head.count);
  if (!candles.every(isCandle)) return { kind: 'invalid', reason: 'not a candle' };
  if (!isAscending(candles)) return { kind: 'invalid', reason: 'candles are not in order' };
  return { kind: 'series', series: { pair: head.pair, timeframe: head.timeframe, candles } };
}

function candlesOf(bytes: Buffer, count: number): Candle[] {
  // A copy, since a view of float64 has to start at a multiple of eight.
  const columns = new Float64Array(Uint8Array.from(bytes).buffer);
  const at = (column: number, row: number): number => columns[column * count + row] ?? Number.NaN;
  const candles: Candle[] = [];
  for (let row = 0; row < count; row += 1) {
    candles.push({
      openMs: at(0, row),
      open: at(1, row),
      high: at(2, row),
      low: at(3, row),
      close: at(4, row),
      volume: at(5, row),
    });
  }
  return candles;
}

/** What the schema of Candle says; a test holds the two together. */
function isCandle({ openMs, open, high, low, close, volume }: Candle): boolean {
  return (
    Number.isSafeInteger(openMs) &&
    openMs >= 0 &&
    isPositive(open) &&
    isPositive(high) &&
    isPositive(low) &&
    isPositive(close) &&
    Number.isFinite(volume) &&
    volume >= 0
  );
}

function isPositive(price: number): boolean {
  return price > 0 && Number.isFinite(price);
}

function isAscending(candles: readonly Candle[]): boolean {
  let beforeMs = -1;
  for (const { openMs } of candles) {
    if (openMs <= beforeMs) return false;
    beforeMs = openMs;
  }
  return true;
}
