/**
 * One log file with rotation: `data.log`, then `data.log.1` ... the oldest falls off. Writing is
 * asynchronous, in batches, from a bounded buffer: a slow, full or read-only disk drops lines and
 * counts them; it never blocks an agent nor ends the desk.
 */
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface RotatingFileOptions {
  readonly path: string;
  /** Asked at each turn of the file. */
  readonly bytesMax: () => number;
  readonly files: () => number;
  /** First failure of an outage, and its end. */
  readonly onTrouble: (error: unknown) => void;
  readonly onRecovered: (linesLost: number) => void;
}

export interface RotatingFile {
  write(line: string): void;
  linesDropped(): number;
  /** Writes what is buffered and closes the file. */
  close(): Promise<void>;
}

const BUFFER_CHARACTERS_MAX = 1_048_576;
const BATCH_CHARACTERS_MAX = 262_144;

export function rotatingFile(options: RotatingFileOptions): RotatingFile {
  let buffer: string[] = [];
  let buffered = 0;
  let dropped = 0;
  let lostInOutage = 0;
  const sink = fileSink(options);
  let flushing: Promise<void> | undefined;

  function write(line: string): void {
    if (buffered + line.length > BUFFER_CHARACTERS_MAX) {
      dropped += 1;
      return;
    }
    buffer.push(line);
    buffered += line.length + 1;
    flushing ??= flush();
  }

  async function flush(): Promise<void> {
    // One turn later, so that the lines of one burst go out in one write.
    await Promise.resolve();
    while (buffer.length > 0) {
      const lines = takeBatch();
      try {
        await sink.append(`${lines.join('\n')}\n`);
        if (lostInOutage > 0) options.onRecovered(lostInOutage);
        lostInOutage = 0;
      } catch (error) {
        await sink.close();
        dropped += lines.length;
        if (lostInOutage === 0) options.onTrouble(error);
        lostInOutage += lines.length;
      }
    }
    flushing = undefined;
  }

  function takeBatch(): string[] {
    let length = 0;
    let count = 0;
    for (const line of buffer) {
      if (count > 0 && length + line.length > BATCH_CHARACTERS_MAX) break;
      length += line.length + 1;
      count += 1;
    }
    const batch = buffer.slice(0, count);
    buffer = buffer.slice(count);
    buffered -= length;
    return batch;
  }

  return {
    write,
    linesDropped: () => dropped,
    close: async () => {
      await flushing;
      await sink.close();
    },
  };
}

interface FileSink {
  append(text: string): Promise<void>;
  /** Closes the file; the next append opens it again. */
  close(): Promise<void>;
}

/** Appends to the file and turns it over when it would grow too large. */
function fileSink(options: RotatingFileOptions): FileSink {
  let handle: FileHandle | undefined;
  let size = 0;

  async function append(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    const current = await opened();
    if (size > 0 && size + bytes.length > options.bytesMax()) {
      await rotate();
      await (await opened()).write(bytes);
    } else await current.write(bytes);
    size += bytes.length;
  }

  async function opened(): Promise<FileHandle> {
    if (handle !== undefined) return handle;
    await mkdir(dirname(options.path), { recursive: true });
    handle = await open(options.path, 'a');
    size = (await stat(options.path)).size;
    return handle;
  }

  async function rotate(): Promise<void> {
    await forget();
    const { path } = options;
    const files = options.files();
    await rm(files === 1 ? path : `${path}.${files - 1}`, { force: true });
    for (let index = files - 2; index >= 1; index -= 1) {
      await renameIfThere(`${path}.${index}`, `${path}.${index + 1}`);
    }
    if (files > 1) await renameIfThere(path, `${path}.1`);
  }

  async function forget(): Promise<void> {
    const old = handle;
    handle = undefined;
    await old?.close().catch(options.onTrouble);
  }

  return { append, close: forget };
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
