/**
 * Sees that a person has changed a config file. Looks at size and time instead of asking the kernel
 * for events: editors replace files, and a look at a handful of them costs nothing.
 */
import { stat } from 'node:fs/promises';

export interface FileWatch {
  /** True once after a change, when the files have been still since the last look. */
  look(): Promise<boolean>;
}

export function watchFiles(files: () => readonly string[]): FileWatch {
  let known: string | undefined;
  let seen: string | undefined;
  return {
    look: async () => {
      const now = await picture(files());
      const isStill = now === seen;
      seen = now;
      known ??= now;
      if (!isStill || now === known) return false;
      known = now;
      return true;
    },
  };
}

async function picture(files: readonly string[]): Promise<string> {
  const parts = await Promise.all(
    files.map(async (file) => {
      const found = await stat(file).catch(() => undefined);
      return found === undefined ? '-' : `${found.ino} ${found.size} ${found.mtimeMs}`;
    }),
  );
  return parts.join('\n');
}
