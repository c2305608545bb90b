import { basename } from 'node:path';
import { seededRandom } from '#platform/random.ts';
import { symbolOfFile } from './csv-rows.ts';
import type { CsvTable } from './csv-rows.ts';
import { DecimalColumn } from './decimal-column.ts';
import { indexFrom, recordedSpec } from './feed.ts';
import type { Block, Feed } from './feed.ts';
import { printsOf } from './price-path.ts';
import { quoted, RowChecks } from './row-checks.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

interface CandleColumns {
  readonly times: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly lots: Float64Array;
}

/** Reads a file of candles whole (48 bytes a candle) and serves them as trades. */
export function openCandles(table: CsvTable, seed: number): Feed {
  const name = symbolOfFile(table.file);
  const { times, price, volume } = readColumns(table);
  const priceDigits = Math.max(...price.map((column) => column.digits));
  const first = price[0]?.inDigits(priceDigits)[0] ?? 1;
  const spec = recordedSpec({
    name,
    priceDigits,
    qtyDigits: volume.digitsThatFit(volume.digits),
    price: first / 10 ** priceDigits,
  });
  const ticks = price.map((column) => column.inDigits(priceDigits));
  const [open, high, low, close] = ticks;
  const none = new Float64Array(0);
  const columns: CandleColumns = {
    times,
    open: open ?? none,
    high: high ?? none,
    low: low ?? none,
    close: close ?? none,
    lots: volume.inDigits(spec.qtyDigits),
  };
  const intervalMs = intervalOf(table.file, times);
  let next = 0;
  return {
    file: table.file,
    spec,
    intervalMs,
    fromMs: times[0] ?? 0,
    toMs: (times.at(-1) ?? 0) + intervalMs,
    isSilenceQuiet: false,
    seek: (recordedMs) => {
      next = indexFrom(times, recordedMs);
    },
    nextMs: () => times[next],
    take: (prints) => {
      next += 1;
      return blockOf(columns, next - 1, { seed, symbol: name.symbol, intervalMs, prints });
    },
  };
}

function blockOf(
  columns: CandleColumns,
  index: number,
  of: { seed: number; symbol: string; intervalMs: number; prints: number },
): Block {
  const recordedMs = columns.times[index] ?? 0;
  const candle = {
    openTicks: columns.open[index] ?? 0,
    highTicks: columns.high[index] ?? 0,
    lowTicks: columns.low[index] ?? 0,
    closeTicks: columns.close[index] ?? 0,
    lots: columns.lots[index] ?? 0,
  };
  const block = { recordedMs, spanMs: of.intervalMs };
  if (candle.lots === 0) return { ...block, prints: [], quiet: candle };
  // The path depends on the candle alone, so it is the same whenever and however it is served.
  const random = seededRandom(`${of.seed}/${of.symbol}/${recordedMs}`);
  return { ...block, prints: printsOf(candle, of.prints, random) };
}

function readColumns(table: CsvTable): {
  times: Float64Array;
  price: DecimalColumn[];
  volume: DecimalColumn;
} {
  const checks = new RowChecks(table);
  const at = checks.columns({
    timestamp: ['timestamp', 'open_time', 'time'],
    open: ['open'],
    high: ['high'],
    low: ['low'],
    close: ['close'],
    volume: ['volume'],
  });
  const names = ['open', 'high', 'low', 'close'] as const;
  const times = new Float64Array(table.rowsMax);
  const price = names.map(() => new DecimalColumn());
  const volume = new DecimalColumn();
  let rows = 0;
  for (const { line, cells } of table.rows()) {
    const timeMs = checks.time(cells[at.timestamp], line);
    checkRising(checks, { line, timeMs, before: times[rows - 1] });
    times[rows++] = timeMs;
    const texts = names.map((name) => checks.amount(cells[at[name]], { line, column: name }));
    for (const [i, text] of texts.entries()) price[i]?.push(text);
    volume.push(checks.amount(cells[at.volume], { line, column: 'volume', isZeroOk: true }));
    checkShape(checks, line, texts);
  }
  if (rows === 0) checks.add({ line: 2, found: 'no rows', expected: 'one candle at least' });
  checks.throwAny();
  const kept = times.slice(0, rows);
  checkGrid(checks, kept, intervalOf(table.file, kept));
  return { times: kept, price, volume };
}

function checkRising(
  checks: RowChecks,
  of: { line: number; timeMs: number; before: number | undefined },
): void {
  if (of.before === undefined || !(of.timeMs <= of.before)) return;
  const expected = `a time after the row before (${of.before})`;
  checks.add({ line: of.line, column: 'timestamp', found: String(of.timeMs), expected });
}

function checkShape(checks: RowChecks, line: number, texts: readonly string[]): void {
  const [open = 0, high = 0, low = 0, close = 0] = texts.map(Number);
  if (high < Math.max(open, close, low)) {
    const expected = 'the highest of open, low and close, or more';
    checks.add({ line, column: 'high', found: quoted(texts[1]), expected });
  }
  if (low > Math.min(open, close, high)) {
    const expected = 'the lowest of open, high and close, or less';
    checks.add({ line, column: 'low', found: quoted(texts[2]), expected });
  }
}

function checkGrid(checks: RowChecks, times: Float64Array, intervalMs: number): void {
  for (const [i, timeMs] of times.entries()) {
    if (timeMs % intervalMs === 0) continue;
    const expected = `a whole multiple of the interval of ${intervalMs / 1000} s`;
    checks.add({ line: i + 2, column: 'timestamp', found: String(timeMs), expected });
  }
  checks.throwAny();
}

/** From the file's name (`-1m-`), else the smallest distance between two rows. */
function intervalOf(file: string, times: Float64Array): number {
  for (const part of basename(file).split(/[-_.]/)) {
    const [, count, unit] = /^(\d{1,2})([smhd])$/.exec(part) ?? [];
    const unitMs = UNIT_MS[unit ?? ''];
    if (count !== undefined && unitMs !== undefined) return Number(count) * unitMs;
  }
  let smallest = Number.POSITIVE_INFINITY;
  for (let i = 1; i < times.length; i += 1) {
    smallest = Math.min(smallest, (times[i] ?? 0) - (times[i - 1] ?? 0));
  }
  return Number.isFinite(smallest) ? smallest : 60_000;
}
