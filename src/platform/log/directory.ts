import { join, resolve } from 'node:path';

export interface LogPlace {
  /** Absolute: the project's folder. */
  readonly rootDir: string;
  /** Absolute. */
  readonly dataDir: string;
  /** `logging.directory`. */
  readonly directory: string | null;
}

/**
 * Where the log files are. Without a folder of their own they go with the data: `logs` of the
 * project for its `data`, else into the data folder, so that two desks of one clone do not mix.
 */
export function logDirectory({ rootDir, dataDir, directory }: LogPlace): string {
  if (directory !== null) return resolve(rootDir, directory);
  return join(dataDir === join(rootDir, 'data') ? rootDir : dataDir, 'logs');
}
