/** Where a config value stands: a place in a file, an environment variable or a flag. */
export interface Origin {
  /** e.g. `config/default.yaml`, `environment`, `.env`, `flags`. */
  readonly source: string;
  /** e.g. `NIGHTDESK__GATEWAY__PORT` or `--port`; absent for files. */
  readonly name?: string;
  readonly line?: number;
  readonly column?: number;
}

export type Path = readonly (string | number)[];

/** A value that a later layer replaces whole: a scalar, a list or an empty map. */
export interface Leaf {
  readonly path: Path;
  readonly value: unknown;
  readonly origin: Origin;
  /** The variable whose text it is: the place has only `${NAME}`. */
  readonly filledFrom?: string;
}

/** One source of config. `positions` also knows maps and list items, for error messages. */
export interface Layer {
  readonly source: string;
  readonly leaves: readonly Leaf[];
  readonly positions: ReadonlyMap<string, Origin>;
}

/** One thing wrong with the config, where it stands and what to do. */
export interface ConfigProblem {
  readonly key: string;
  readonly origin: Origin | undefined;
  readonly message: string;
}

export function pathKey(path: Path): string {
  return path.join('.');
}

/** `config/my.yaml:3:7` or `environment (NIGHTDESK__GATEWAY__PORT)`. */
export function originText(origin: Origin): string {
  if (origin.line !== undefined) return `${origin.source}:${origin.line}:${origin.column ?? 1}`;
  return origin.name === undefined ? origin.source : `${origin.source} (${origin.name})`;
}

export function problemText(problem: ConfigProblem): string {
  const where = problem.origin === undefined ? '' : `${originText(problem.origin)}  `;
  return `${where}${problem.key === '' ? '' : `${problem.key}: `}${problem.message}`;
}
