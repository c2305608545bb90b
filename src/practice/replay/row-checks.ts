import type { CsvTable } from './csv-rows.ts';
import { PROBLEMS_MAX, ReplayFileError } from './replay-file-error.ts';
import type { FileProblem } from './replay-file-error.ts';

/** Times in seconds are below, in microseconds above: 2001 and 5138 in milliseconds. */
const TIME_MS_MIN = 1e12;
const TIME_MS_MAX = 1e14;

/** Collects what is wrong with a file and throws it all at once. */
export class RowChecks {
  readonly #table: CsvTable;
  readonly #problems: FileProblem[] = [];

  constructor(table: CsvTable) {
    this.#table = table;
  }

  /** Where the columns are, each by any of its names; missing ones end the reading here. */
  columns<Name extends string>(wanted: Record<Name, readonly string[]>): Record<Name, number> {
    const found = {} as Record<Name, number>;
    for (const name of Object.keys(wanted) as Name[]) {
      found[name] = this.#table.header.findIndex((title) => wanted[name].includes(title));
      if (found[name] !== -1) continue;
      const expected = `a column ${wanted[name].join(' or ')}`;
      this.add({ line: 1, found: this.#table.header.join(',').slice(0, 80), expected });
    }
    this.throwAny();
    return found;
  }

  add(problem: FileProblem): void {
    this.#problems.push(problem);
    if (this.#problems.length >= PROBLEMS_MAX) this.throwAny();
  }

  /** A time in milliseconds that is not before the last one. */
  time(text: string | undefined, line: number): number {
    const ms = Number(text ?? 'NaN');
    if (!Number.isSafeInteger(ms) || ms < TIME_MS_MIN || ms > TIME_MS_MAX) {
      const found = quoted(text);
      this.add({ line, column: 'timestamp', found, expected: 'milliseconds since 1970 (UTC)' });
    }
    return ms;
  }

  /** Text of a number that is positive, or not negative where `isZeroOk`. */
  amount(
    text: string | undefined,
    at: { line: number; column: string; isZeroOk?: boolean },
  ): string {
    const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
    const isGood = Number.isFinite(value) && (at.isZeroOk === true ? value >= 0 : value > 0);
    if (isGood) return text ?? '0';
    const expected = at.isZeroOk === true ? 'a number, 0 or more' : 'a number above 0';
    this.add({ line: at.line, column: at.column, found: quoted(text), expected });
    return '0';
  }

  throwAny(): void {
    if (this.#problems.length > 0) throw new ReplayFileError(this.#table.file, this.#problems);
  }
}

export function quoted(text: string | undefined): string {
  return text === undefined ? 'nothing' : `"${text.slice(0, 40)}"`;
}
