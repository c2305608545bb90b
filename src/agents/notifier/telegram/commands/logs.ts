import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { bold, fixed, plain } from '../text/line.ts';
import type { ZoneText } from '../text/zone-text.ts';
import { countOf } from './arguments.ts';
import { answer, AskedWrongly, type Command } from './command.ts';

const SHOWN = 15;
const SHOWN_MAX = 60;
// Enough for the lines that are shown; a log file may have megabytes.
const TAIL_BYTES = 65_536;
const LINE_MAX = 240;

const LogRecord = z.looseObject({ time: z.string(), level: z.string(), message: z.string() });
// Where a line comes from is known from the question.
const HIDDEN = new Set(['time', 'level', 'message', 'agent', 'instance', 'component']);

export const logsCommand: Command = {
  name: 'logs',
  usage: '[PROCESS] [NUMBER]',
  help: 'the last lines of a log',
  role: 'trader',
  run: async ({ logFolder, redact, zone }, { args }) => {
    const number = args.find((word) => /^\d+$/.test(word));
    const shown = countOf(number, { fallback: SHOWN, max: SHOWN_MAX });
    const wanted = args.find((word) => !/^\d+$/.test(word)) ?? 'execution';
    const names = logNames(logFolder);
    if (!names.includes(wanted)) {
      throw new AskedWrongly(`no log of ${wanted}; there are ${names.join(', ') || 'none'}`);
    }
    const lines = lastLines(join(logFolder, `${wanted}.log`), shown);
    if (lines.length === 0) return answer([plain(`the log of ${wanted} is empty`)]);
    return answer([
      bold(`${wanted}, last ${lines.length} lines`),
      ...fixed(lines.map((line) => redact(shortLine(line, zone)).slice(0, LINE_MAX))),
    ]);
  },
};

function logNames(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .map((name) => name.slice(0, -4))
    .toSorted();
}

function lastLines(path: string, count: number): readonly string[] {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const from = Math.max(0, size - TAIL_BYTES);
    const buffer = Buffer.alloc(size - from);
    const read = readSync(file, buffer, 0, buffer.length, from);
    const rows = buffer.toString('utf8', 0, read).split('\n');
    // The first one may have lost its beginning.
    const whole = from === 0 ? rows : rows.slice(1);
    return whole.filter((row) => row !== '').slice(-count);
  } finally {
    closeSync(file);
  }
}

function shortLine(line: string, zone: ZoneText): string {
  const record = asRecord(line);
  if (record === undefined) return line;
  const fields = Object.entries(record)
    .filter(([key]) => !HIDDEN.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const atMs = Date.parse(record.time);
  const time = Number.isNaN(atMs) ? record.time : zone.time(atMs);
  return [time, record.level, record.message, ...fields].join(' ');
}

function asRecord(line: string): z.output<typeof LogRecord> | undefined {
  try {
    return LogRecord.safeParse(JSON.parse(line)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
