const LINES_KEPT = 40;

export interface LastLines {
  add(line: string): void;
  all(): string;
  /** The line that most likely says what went wrong. */
  last(): string | undefined;
}

/** The end of what a process wrote to its error output: its last words when it crashes. */
export function lastLines(): LastLines {
  let lines: string[] = [];
  return {
    add: (line) => {
      lines = [...lines, line.slice(0, 2_000)].slice(-LINES_KEPT);
    },
    all: () => lines.join('\n'),
    last: () => lines.findLast((line) => /^\w*Error\b|^FATAL|\berror:/.test(line)) ?? lines.at(-1),
  };
}
