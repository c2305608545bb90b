/** The figures of one item: each is a named check with what was seen, or a figure without verdict. */
export interface Findings {
  check(name: string, isOk: boolean, seen: string): void;
  note(name: string, seen: string): void;
  /** Prints everything; true when every check held. */
  print(): boolean;
  readonly failed: readonly string[];
}

interface Line {
  readonly mark: 'ok' | 'FAIL' | '';
  readonly name: string;
  readonly seen: string;
}

export function findings(title: string): Findings {
  const lines: Line[] = [];
  return {
    check: (name, isOk, seen) => void lines.push({ mark: isOk ? 'ok' : 'FAIL', name, seen }),
    note: (name, seen) => void lines.push({ mark: '', name, seen }),
    print: () => {
      console.log(`\n${title}`);
      console.log(table(lines.map(({ mark, name, seen }) => [mark, name, seen])));
      return lines.every(({ mark }) => mark !== 'FAIL');
    },
    get failed() {
      return lines
        .filter(({ mark }) => mark === 'FAIL')
        .map(({ name, seen }) => `${name}: ${seen}`);
    },
  };
}

/** Columns as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows
    .map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}
