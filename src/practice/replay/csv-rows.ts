import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ConfigError, errorText } from '#platform/errors.ts';
import { ReplayFileError } from './replay-file-error.ts';

/** Two years of minutes are 80 MB of text; anything larger is not what was meant. */
const TEXT_BYTES_MAX = 256 * 1024 * 1024;

const NEWLINE = 10;

export interface CsvTable {
  readonly file: string;
  /** Lower case, in the order of the file. */
  readonly header: readonly string[];
  /** An upper bound of the number of rows, for sizing. */
  readonly rowsMax: number;
  /** Data rows with their line numbers; one line of text exists at a time. */
  rows(): Generator<{ line: number; cells: string[] }>;
}

/** Opens a CSV file, plain or .gz, with its header line. */
export function openCsv(file: string): CsvTable {
  const bytes = readBytes(file);
  const headerEnd = endOfLine(bytes, 0);
  const header = textOf(bytes, 0, headerEnd)
    .split(',')
    .map((name) => name.trim().toLowerCase());
  if (bytes.length === 0) {
    throw new ReplayFileError(file, [
      { line: 1, found: 'an empty file', expected: 'a header line and rows' },
    ]);
  }
  return {
    file,
    header,
    rowsMax: Math.ceil(bytes.length / 16),
    *rows() {
      let line = 1;
      for (let start = headerEnd + 1; start < bytes.length;) {
        const end = endOfLine(bytes, start);
        line += 1;
        if (end > start) yield { line, cells: textOf(bytes, start, end).split(',') };
        start = end + 1;
      }
    },
  };
}

/** `BTCUSDT` of `.../binance-BTCUSDT-1m-2021.csv.gz`, with base and quote. */
export function symbolOfFile(file: string): { symbol: string; base: string; quote: string } {
  for (const part of basename(file).split(/[-_.]/)) {
    const found = /^([A-Z0-9]{2,})(USDT|USDC|FDUSD|BUSD|TUSD|USD|EUR|BTC|ETH|BNB)$/.exec(part);
    const [symbol, base, quote] = found ?? [];
    if (symbol !== undefined && base !== undefined && quote !== undefined) {
      return { symbol, base, quote };
    }
  }
  throw new ReplayFileError(file, [
    {
      line: 1,
      found: basename(file),
      expected: 'a file name with a pair, like BTCUSDT-1m-2021.csv',
    },
  ]);
}

function readBytes(file: string): Buffer {
  try {
    if (statSync(file).size > TEXT_BYTES_MAX) throw new RangeError('file is larger than 256 MB');
    const bytes = readFileSync(file);
    const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return isZipped ? gunzipSync(bytes, { maxOutputLength: TEXT_BYTES_MAX }) : bytes;
  } catch (error: unknown) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing) throw new ConfigError(`${file}: not found`);
    const problem = { line: 1, found: errorText(error), expected: 'a readable CSV or .gz file' };
    throw new ReplayFileError(file, [problem], { cause: error });
  }
}

function endOfLine(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(NEWLINE, from);
  return at === -1 ? bytes.length : at;
}

function textOf(bytes: Buffer, start: number, end: number): string {
  const hasReturn = end > start && bytes[end - 1] === 13;
  return bytes.toString('latin1', start, hasReturn ? end - 1 : end);
}
