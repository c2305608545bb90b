import { readFileSync } from 'node:fs';
import { errorText } from '../errors.ts';
import { PREFIX } from './env-layer.ts';
import type { ConfigProblem } from './layer.ts';

const SUFFIX = '__FILE';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Replaces `NIGHTDESK__A__B__FILE=/path` by `NIGHTDESK__A__B` with what the file holds, so that a
 * secret can come from a systemd credential or a docker secret and never stands in an environment. An
 * empty file counts as not set, as an empty variable does: a docker secret has to be some file.
 */
export function withFileValues(source: string, env: Env, problems: ConfigProblem[]): Env {
  const filled: Record<string, string | undefined> = {};
  for (const [name, path] of Object.entries(env)) {
    if (!name.startsWith(PREFIX) || !name.endsWith(SUFFIX)) {
      filled[name] ??= path;
      continue;
    }
    if (path === undefined || path === '') continue;
    const key = name.slice(0, -SUFFIX.length);
    const origin = { source, name };
    if ((env[key] ?? '') !== '') {
      problems.push({ key: '', origin, message: `${key} is set too; keep one of them` });
      continue;
    }
    try {
      // Editors end a file with a line break that nobody typed.
      filled[key] = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    } catch (error) {
      problems.push({ key: '', origin, message: `cannot be read (${errorText(error)})` });
    }
  }
  return filled;
}
