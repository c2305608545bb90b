/** Recorded candles and the map from served to recorded time, read from their files. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Range of each recorded candle by its open time. */
export type RecordedPrices = ReadonlyMap<number, Range>;

/** By pair, from files named like `BTCUSDT-1m-2021-04.csv.gz`. */
export function recordedPrices(
  files: readonly string[],
  span: { readonly fromMs: number; readonly toMs: number },
): ReadonlyMap<string, RecordedPrices> {
  return new Map(
    files.map((file) => {
      const symbol = basename(file).split('-')[0] ?? '';
      return [symbol.replace(/USDT$/, '/USDT'), pricesIn(file, span)];
    }),
  );
}

function pricesIn(file: string, span: { fromMs: number; toMs: number }): RecordedPrices {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const prices = new Map<number, Range>();
  for (const line of text.split('\n').slice(1)) {
    const [openMs = Number.NaN, , high = 0, low = 0] = line.split(',').map(Number);
    if (openMs >= span.fromMs && openMs < span.toMs) prices.set(openMs, { low, high });
  }
  return prices;
}

export interface ReplayMap {
  readonly rows: readonly { readonly servedMs: number; readonly recordedMs: number }[];
  toRecorded(servedMs: number): number;
  toServed(recordedMs: number): number;
}

/** The map is a straight line from its first row; the other rows say what was really served. */
export function readReplayMap(path: string, speed: number): ReplayMap {
  const rows = readFileSync(path, 'utf8')
    .split('\n')
    .slice(1)
    .filter((line) => line.includes(','))
    .map((line) => {
      const [servedMs = 0, recordedMs = 0] = line.split(',').map(Number);
      return { servedMs, recordedMs };
    });
  const [first] = rows;
  if (first === undefined) throw new Error(`${path} is empty`);
  return {
    rows,
    toRecorded: (servedMs) => first.recordedMs + (servedMs - first.servedMs) * speed,
    toServed: (recordedMs) => first.servedMs + (recordedMs - first.recordedMs) / speed,
  };
}
