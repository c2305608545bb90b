import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A disk of its own size, in memory; needs the right to mount one. */
export interface SmallDisk extends Disposable {
  /** Takes every free byte. */
  fill(): void;
  makeRoom(): void;
}

/** Undefined where mounting is not allowed. */
export function smallDisk(folder: string, sizeMb: number): SmallDisk | undefined {
  mkdirSync(folder, { recursive: true });
  try {
    const args = ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'nightdesk-test', folder];
    execFileSync('mount', args, { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const filler = join(folder, 'filler');
  return {
    fill: () => fillUp(filler),
    makeRoom: () => rmSync(filler, { force: true }),
    // Lazy: whatever still has a file open keeps it until it ends.
    [Symbol.dispose]: () => void execFileSync('umount', ['-l', folder]),
  };
}

function fillUp(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (const bytes of [1_048_576, 4_096, 1]) writeUntilFull(file, Buffer.alloc(bytes));
  } finally {
    closeSync(file);
  }
}

function writeUntilFull(file: number, block: Buffer): void {
  for (;;) {
    try {
      if (writeSync(file, block) < block.length) return;
    } catch {
      return;
    }
  }
}
