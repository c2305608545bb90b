import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import type { Needle } from './needles.ts';

const CHUNK = 8 * 1_048_576;

/**
 * Names of the needles that stand in the writable memory of a process as they are. Undefined when
 * this machine does not let us look.
 */
export function foundInMemory(pid: number, needles: readonly Needle[]): string[] | undefined {
  let memory: number;
  try {
    memory = openSync(`/proc/${pid}/mem`, 'r');
  } catch {
    return undefined;
  }
  const found = new Set<string>();
  try {
    for (const { from, to } of regions(pid)) {
      for (let at = from; at < to; at += CHUNK) {
        // Some bytes of the next chunk: a needle may lie across the border.
        search(read(memory, at, Math.min(CHUNK + 256, to - at)), needles, found);
      }
    }
  } finally {
    closeSync(memory);
  }
  return [...found];
}

function search(bytes: Buffer, needles: readonly Needle[], found: Set<string>): void {
  for (const { name, forms } of needles) {
    // The first form is the secret itself; what V8 keeps as two bytes a character is the second.
    const plain = forms[0] ?? Buffer.alloc(0);
    const wide = Buffer.from(plain.toString('latin1'), 'utf16le');
    if (bytes.includes(plain) || bytes.includes(wide)) found.add(name);
  }
}

function regions(pid: number): { readonly from: number; readonly to: number }[] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const match = /^([\da-f]+)-([\da-f]+) rw/.exec(line);
      if (match === null || line.includes('[vvar')) return [];
      return [
        { from: Number.parseInt(match[1] ?? '', 16), to: Number.parseInt(match[2] ?? '', 16) },
      ];
    });
}

function read(memory: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  try {
    return bytes.subarray(0, readSync(memory, bytes, 0, length, at));
  } catch {
    // Reserved, not there: nothing stands in it.
    return Buffer.alloc(0);
  }
}
