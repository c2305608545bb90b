import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../errors.ts';

/** Is in a data folder while a restore moves files; it names the backup. */
export function restoreNote(dataDir: string): string {
  return join(dataDir, 'restore-unfinished');
}

/** @throws ConfigError when a restore of this folder was cut off. */
export function assertNoHalfRestore(dataDir: string): void {
  const note = restoreNote(dataDir);
  if (!existsSync(note)) return;
  const from = readFileSync(note, 'utf8').trim();
  throw new ConfigError(
    `a restore of ${dataDir} was cut off and has left it half done; run it again: ./start-bot.sh restore ${from} --data-dir ${dataDir}`,
  );
}
