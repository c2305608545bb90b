/** Columns padded to their widest cell; the last one is left ragged. Numbers go to the right. */
export function table(
  rows: readonly (readonly string[])[],
  rightAligned: readonly number[],
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        if (rightAligned.includes(column)) return cell.padStart(width);
        return column === row.length - 1 ? cell : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

/** `3 s`, `4 min`, `5 h`, `6 d`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

export function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(2)} %`;
}

/** Decimal text with two places and thousands separated, for people only. */
export function amount(text: string): string {
  return Number(text).toLocaleString('en-US', {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
}

/** Decimal text at eight significant digits, for people only: averages have endless ones. */
export function price(text: string): string {
  return Number(text).toLocaleString('en-US', {
    maximumSignificantDigits: 8,
    useGrouping: false,
  });
}

export function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? '-' : `${Math.round(bytes / 1_048_576)} MB`;
}
