/** Numbers and tables for a phone: a fixed-width block holds some 34 characters before it wraps. */
import { decimalPlace, format, round, toNumber } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';

export const WIDTH = 34;

/** Two places, thousands apart: `1,234.50`. */
export function money(value: DecimalText | number): string {
  const number = typeof value === 'number' ? value : toNumber(value);
  const text = number.toLocaleString('en-US', {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  return text === '-0.00' ? '0.00' : text;
}

/** With its sign: `+3.20`. */
export function gain(value: DecimalText | number): string {
  const text = money(value);
  return text.startsWith('-') || text === '0.00' ? text : `+${text}`;
}

export function percent(fraction: number, places = 2): string {
  const text = (fraction * 100).toFixed(places);
  return `${Number(text) === 0 ? text.replace('-', '') : text}%`;
}

/** At the venue's step where it is known: `0.00120` for a step of 0.00001. */
export function stepped(value: DecimalText, step: DecimalText | undefined): string {
  if (step === undefined) return significant(value);
  const places = decimalPlace(step);
  return round(value, Math.max(0, places ?? 8), 'half-up').toFixed(Math.max(0, places ?? 8));
}

/** Eight significant digits: averages have endless ones. */
export function significant(value: DecimalText): string {
  return toNumber(value).toLocaleString('en-US', {
    maximumSignificantDigits: 8,
    useGrouping: false,
  });
}

/** As it stands, without trailing zeros. */
export function exact(value: DecimalText): string {
  return format(value);
}

/** `45s`, `12m`, `3h05`, `2d04h`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h${String(minutes % 60).padStart(2, '0')}`;
  return `${Math.floor(hours / 24)}d${String(hours % 24).padStart(2, '0')}h`;
}

/** Columns as wide as their widest cell; the first to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    }
  }
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join(' ')
      .trimEnd(),
  );
}

/** A name to the left, its value to the right edge; a long value goes under its name. */
export function pairs(rows: readonly (readonly [string, string])[]): readonly string[] {
  return rows.flatMap(([name, value]) => {
    const room = WIDTH - name.length - 1;
    return value.length <= room
      ? [`${name} ${value.padStart(room)}`]
      : [name, ...wrapped(value, WIDTH - 2).map((part) => `  ${part}`)];
  });
}

/** At word ends; a word that is wider than a line is cut. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).flatMap((one) => chunks(one, width))) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function chunks(word: string, width: number): string[] {
  const parts: string[] = [];
  for (let at = 0; at < word.length; at += width) parts.push(word.slice(at, at + width));
  return parts;
}

/** `1 position`, `2 positions`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
