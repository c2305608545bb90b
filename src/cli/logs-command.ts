import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nearest } from '#platform/config/nearest.ts';
import { logDirectory } from '#platform/log/directory.ts';
import { DESK_OPTIONS, deskOf } from './desk-args.ts';
import { PROJECT_ROOT } from './desk.ts';
import { UsageError } from './usage-error.ts';

/** `logs AGENT [--follow] [--lines N]`: the tail of an agent's log file. */
export async function logsCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      follow: { type: 'boolean', short: 'f', default: false },
      lines: { type: 'string', short: 'n', default: '50' },
      ...DESK_OPTIONS,
    },
  });
  if (!/^\d{1,7}$/.test(values.lines)) {
    throw new UsageError(`--lines expects a whole number, found "${values.lines}"`);
  }
  const desk = deskOf(values, env);
  const { dataDir, config } = desk;
  const { directory } = config.logging;
  const folder = logDirectory({ rootDir: PROJECT_ROOT, dataDir, directory });
  const file = logFile(folder, positionals[0]);
  return await tail(file, values.lines, values.follow);
}

function logFile(folder: string, agent: string | undefined): string {
  const names = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.log'))
        .map((name) => name.slice(0, -4))
    : [];
  if (agent === undefined) {
    throw new UsageError(`logs of which agent? ${names.join(', ') || 'there is no log yet'}`);
  }
  if (!names.includes(agent)) {
    const meant = nearest(agent, names);
    const hint =
      meant === undefined ? `there are: ${names.join(', ') || 'none'}` : `did you mean ${meant}?`;
    throw new UsageError(`no log of "${agent}" in ${folder}; ${hint}`);
  }
  return join(folder, `${agent}.log`);
}

// tail(1) follows through rotation (-F), which is more than a few lines of ours would.
function tail(file: string, lines: string, isFollowing: boolean): Promise<number> {
  return new Promise((done, fail) => {
    const args = ['-n', lines, ...(isFollowing ? ['-F'] : []), file];
    const child = spawn('tail', args, { stdio: 'inherit' });
    child.once('error', fail);
    child.once('exit', (code) => done(code ?? 0));
  });
}
