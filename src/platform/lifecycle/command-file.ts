/**
 * Commands left for execution while the desk is down: `data/run/command.json`, a list in the order
 * they were given. The command line appends, execution carries them out at its start and removes
 * those it has recorded. Each write replaces the file whole, so a reader never sees half of one; a
 * file that cannot be read as a list of commands is an error of the operator's, never skipped: a
 * kill switch that is lost in silence would be worse than a desk that does not start.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ConfigError, errorText } from '../errors.ts';

export interface CommandFile<T> {
  read(): readonly T[];
  /** Adds a command unless one with its id is there already. */
  append(command: T): void;
  /** Removes commands by id; the file goes when the last one does. */
  remove(ids: readonly string[]): void;
}

export function commandFilePath(dataDir: string): string {
  return join(dataDir, 'run', 'command.json');
}

/** `schema` is the one of a command; this folder knows none. */
export function commandFile<T extends { readonly id: string }>(
  path: string,
  schema: z.ZodType<T>,
): CommandFile<T> {
  function read(): readonly T[] {
    const text = textOf(path);
    if (text === undefined) return [];
    try {
      return z.array(schema).parse(JSON.parse(text));
    } catch (error) {
      const fix = 'look at it, then correct or delete it';
      throw new ConfigError(`${path} is not a list of commands (${errorText(error)}); ${fix}`);
    }
  }

  function replace(commands: readonly T[]): void {
    if (commands.length === 0) {
      rmSync(path, { force: true });
      return;
    }
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const temporary = `${path}.${process.pid}`;
    writeFileSync(temporary, `${JSON.stringify(commands, null, 2)}\n`, {
      mode: 0o600,
      flush: true,
    });
    renameSync(temporary, path);
  }

  return {
    read,
    append: (command) => {
      const commands = read();
      if (!commands.some(({ id }) => id === command.id)) replace([...commands, command]);
    },
    remove: (ids) => {
      const commands = read();
      const kept = commands.filter(({ id }) => !ids.includes(id));
      if (kept.length !== commands.length) replace(kept);
    },
  };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
