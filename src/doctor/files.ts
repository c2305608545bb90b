import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail, pass } from './finding.ts';
import type { Finding } from './finding.ts';

export interface FileFacts {
  readonly path: string;
  readonly mode: number;
  /** What would be wrong if others could do more than this with it. */
  readonly may: 'nothing' | 'read';
}

/** Files that are there. `secretFiles` hold secrets in plain text. */
export function lookAtFiles(dataDir: string, secretFiles: readonly string[]): readonly FileFacts[] {
  const closed = [
    join(dataDir, 'run'),
    join(dataDir, 'keystore.json'),
    join(dataDir, 'api-tokens.json'),
    join(dataDir, 'run', 'api-token'),
    join(dataDir, 'run', 'practice-keys.json'),
    ...secretFiles,
  ].map((path) => ({ path, may: 'nothing' as const }));
  const readable = [dataDir, join(dataDir, 'ledger.db'), join(dataDir, 'history.db')].map(
    (path) => ({ path, may: 'read' as const }),
  );
  return [...closed, ...readable].flatMap(({ path, may }) =>
    existsSync(path) ? [{ path, may, mode: statSync(path).mode & 0o777 }] : [],
  );
}

const READ_OR_WRITE = 0o077;
const WRITE = 0o022;

export function judgeFiles(files: readonly FileFacts[]): Finding[] {
  const wrong = files.filter(({ mode, may }) => {
    return (mode & (may === 'nothing' ? READ_OR_WRITE : WRITE)) !== 0;
  });
  if (wrong.length === 0) return [pass('files', 'nobody else can read secrets or write the book')];
  return wrong.map(({ path, mode, may }) =>
    fail(
      'files',
      `${path} has mode ${mode.toString(8)}: others can ${may === 'nothing' ? 'read' : 'change'} it`,
      `run "chmod ${may === 'nothing' ? 'go=' : 'go-w'} ${path}"`,
    ),
  );
}
