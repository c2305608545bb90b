/**
 * The map from served to recorded time, as a file: one row per served candle, for scripts that
 * compare what the desk did with the recording, and for an exchange that was killed, which goes
 * on where it was instead of starting over.
 */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const HEADER = 'served_ms,recorded_ms\n';

/** A day of seconds; then the file starts over behind its first row. */
const ROWS_MAX = 86_400;

/** Rows wait this long in memory; a killed exchange loses no more. */
const FLUSH_MS = 2000;

/** An hour of seconds. */
const WAITING_MAX = 3600;

/** A file that ended longer ago belongs to another run. */
const RESUME_MS_MAX = 120_000;

export interface MapRow {
  readonly servedMs: number;
  readonly recordedMs: number;
}

export class MapFile {
  readonly #path: string;
  readonly #origin: MapRow;
  #waiting: MapRow[] = [];
  #lastServedMs: number;
  #flushedMs = Number.NEGATIVE_INFINITY;
  #rows: number;

  constructor(path: string, origin: MapRow, isResumed: boolean) {
    this.#path = path;
    this.#origin = origin;
    const rows = isResumed ? readRows(path) : [];
    this.#rows = rows.length;
    this.#lastServedMs = rows.at(-1)?.servedMs ?? Number.NEGATIVE_INFINITY;
    if (isResumed) return;
    mkdirSync(dirname(path), { recursive: true });
    this.#startOver();
  }

  /** Several pairs serve the same moment: one row. */
  add(row: MapRow): void {
    if (row.servedMs <= this.#lastServedMs) return;
    this.#lastServedMs = row.servedMs;
    this.#waiting.push(row);
    if (row.servedMs - this.#flushedMs >= FLUSH_MS) this.flush();
  }

  flush(): void {
    if (this.#waiting.length === 0) return;
    this.#flushedMs = this.#lastServedMs;
    try {
      if (this.#rows + this.#waiting.length > ROWS_MAX) this.#startOver();
      appendFileSync(this.#path, this.#waiting.map(lineOf).join(''));
    } catch {
      // A full disk must not stop the market; the rows wait for room, the oldest give way.
      this.#waiting = this.#waiting.slice(-WAITING_MAX);
      return;
    }
    this.#rows += this.#waiting.length;
    this.#waiting = [];
  }

  #startOver(): void {
    writeFileSync(this.#path, HEADER + lineOf(this.#origin));
    this.#rows = 1;
    this.#lastServedMs = Math.max(this.#lastServedMs, this.#origin.servedMs);
  }
}

/**
 * Served time of the origin of a run that the file describes and that `now` continues: the same
 * recorded start, the same speed, and over for less than two minutes.
 */
export function resumedOrigin(
  path: string,
  of: { recordedOriginMs: number; speed: number; nowMs: number },
): number | undefined {
  const rows = readRows(path);
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const isSameStart = first.recordedMs === of.recordedOriginMs;
  const isSameSpeed =
    last.recordedMs - first.recordedMs === (last.servedMs - first.servedMs) * of.speed;
  const sinceMs = of.nowMs - last.servedMs;
  const isRecent = sinceMs >= 0 && sinceMs <= RESUME_MS_MAX;
  return isSameStart && isSameSpeed && isRecent ? first.servedMs : undefined;
}

function readRows(path: string): MapRow[] {
  const rows: MapRow[] = [];
  for (const line of textOf(path).split('\n').slice(1)) {
    const [servedMs, recordedMs] = line.split(',').map(Number);
    // A row that was cut in the middle by a kill is no row.
    if (servedMs === undefined || recordedMs === undefined) continue;
    if (Number.isFinite(servedMs) && recordedMs > 1e11) rows.push({ servedMs, recordedMs });
  }
  return rows;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // No file, no run to go on with.
    return '';
  }
}

function lineOf({ servedMs, recordedMs }: MapRow): string {
  return `${servedMs},${recordedMs}\n`;
}
