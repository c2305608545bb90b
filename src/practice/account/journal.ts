/**
 * The journal of the accounts: one JSON line per step, with the operating system before the step
 * is answered, so killing the process loses nothing that anybody was told. Now and then the whole
 * state takes the place of all lines, so the file stays bounded.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from '#platform/errors.ts';
import { JournalEntry } from './journal-entry.ts';

export interface Journal {
  /** Returns when the operating system has the entry. */
  write(entry: JournalEntry): void;
  /** Whether so much was written since the last `replace` that it is time for another. */
  readonly isLong: boolean;
  /** The entry is the whole state: it takes the place of everything written before. */
  replace(entry: JournalEntry): void;
  close(): void;
}

/** An exchange that forgets: for tests and short plays. */
export function forgetfulJournal(): Journal {
  const nothing = (): void => undefined;
  return { write: nothing, isLong: false, replace: nothing, close: nothing };
}

/** Some ten thousand orders. */
const LONG_BYTES = 16 * 1024 * 1024;

export class FileJournal implements Journal {
  readonly #file: string;
  readonly #longBytes: number;
  #descriptor: number;
  #bytes: number;
  #replacedAtBytes: number;

  constructor(file: string, longBytes = LONG_BYTES) {
    mkdirSync(dirname(file), { recursive: true });
    this.#file = file;
    this.#longBytes = longBytes;
    this.#descriptor = openSync(file, 'a', 0o600);
    this.#bytes = fstatSync(this.#descriptor).size;
    this.#replacedAtBytes = this.#bytes;
  }

  get isLong(): boolean {
    return this.#bytes - this.#replacedAtBytes > this.#longBytes;
  }

  write(entry: JournalEntry): void {
    try {
      this.#bytes += writeWhole(this.#descriptor, line(entry));
    } catch (error) {
      // A full disk: half a line must not stand before the next one.
      ftruncateSync(this.#descriptor, this.#bytes);
      throw error;
    }
  }

  replace(entry: JournalEntry): void {
    const next = `${this.#file}.next`;
    const descriptor = openSync(next, 'w', 0o600);
    this.#bytes = writeWhole(descriptor, line(entry));
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(next, this.#file);
    closeSync(this.#descriptor);
    this.#descriptor = openSync(this.#file, 'a', 0o600);
    this.#replacedAtBytes = this.#bytes;
  }

  close(): void {
    if (this.#descriptor === -1) return;
    closeSync(this.#descriptor);
    this.#descriptor = -1;
  }
}

/** What a journal says, oldest first. A last line that was cut short was never answered. */
export function readJournal(file: string): JournalEntry[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  // After the last whole line stands nothing, or what a kill cut off.
  const whole = lines.slice(0, -1);
  return whole.map((text, index) => readLine(text, { file, line: index + 1 }));
}

function readLine(text: string, at: { file: string; line: number }): JournalEntry {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw damaged(at);
  }
  const entry = JournalEntry.safeParse(parsed);
  if (!entry.success) throw damaged(at);
  return entry.data;
}

function damaged(at: { file: string; line: number }): ConfigError {
  const words = `the practice exchange's accounts cannot be read: line ${at.line} of ${at.file}`;
  return new ConfigError(`${words}; move the file away to start with fresh accounts`, at);
}

function line(entry: JournalEntry): Buffer {
  const text = JSON.stringify(entry, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return Buffer.from(`${text}\n`);
}

function writeWhole(descriptor: number, bytes: Buffer): number {
  let written = 0;
  while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  return written;
}
