import { ConfigError } from '#platform/errors.ts';

export interface FileProblem {
  /** 1 is the header. */
  readonly line: number;
  readonly column?: string;
  readonly found: string;
  readonly expected: string;
}

/** More would not help anybody to find what is wrong with the file. */
export const PROBLEMS_MAX = 20;

/** A replay file that cannot be served; names every problem found, up to a bound. */
export class ReplayFileError extends ConfigError {
  readonly file: string;
  readonly problems: readonly FileProblem[];

  constructor(file: string, problems: readonly FileProblem[], options: { cause?: unknown } = {}) {
    super([`bad replay file ${file}`, ...problems.map((problem) => lineOf(problem))].join('\n'), {
      file,
      problems,
    });
    this.file = file;
    this.problems = problems;
    if (options.cause !== undefined) this.cause = options.cause;
  }
}

function lineOf({ line, column, found, expected }: FileProblem): string {
  const where = column === undefined ? `line ${line}` : `line ${line}, ${column}`;
  return `  ${where}: found ${found}, expected ${expected}`;
}
