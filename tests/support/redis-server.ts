/** A real redis-server on a unix socket in its own temporary folder, for one test file. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

export interface RedisServer extends AsyncDisposable {
  readonly socketPath: string;
  readonly pid: number;
  /** SIGKILL, as when the machine takes it; the append-only file stays. */
  kill(): Promise<void>;
  /** SIGSTOP: the socket still takes connections, nothing answers. */
  pause(): void;
  resume(): void;
  /** Starts it again on the same socket and files. */
  start(): Promise<void>;
  /** Sends one inline command, e.g. `FLUSHALL`, and gives the raw answer. */
  command(text: string): Promise<string>;
}

export async function startRedis(): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'nd-redis-'));
  const socketPath = join(folder, 'redis.sock');
  let child = await launch(folder, socketPath);

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  return {
    socketPath,
    get pid() {
      return child.pid ?? 0;
    },
    kill,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    start: async () => {
      child = await launch(folder, socketPath);
    },
    command: (text) => inlineCommand(socketPath, text),
    [Symbol.asyncDispose]: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// A test run that is killed takes its servers with it, where setpriv (util-linux) can see to it.
const WITH_PARENT =
  spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0
    ? ['setpriv', '--pdeathsig', 'KILL', 'redis-server']
    : [];

async function launch(folder: string, socketPath: string): Promise<ChildProcess> {
  const child = spawn(
    WITH_PARENT[0] ?? 'redis-server',
    [
      ...WITH_PARENT.slice(1),
      `--port 0 --unixsocket ${socketPath} --dir ${folder}`,
      '--appendonly yes --appendfsync everysec --save ""',
      '--maxmemory-policy noeviction --loglevel warning',
    ].flatMap((line) => line.split(' ').map((word) => (word === '""' ? '' : word))),
    { stdio: 'ignore' },
  );
  await eventually(async () => (await inlineCommand(socketPath, 'PING')).startsWith('+PONG'), {
    withinMs: 10_000,
    what: 'redis-server answers',
  });
  return child;
}

async function inlineCommand(socketPath: string, text: string): Promise<string> {
  const socket = connect(socketPath);
  try {
    await once(socket, 'connect');
    socket.write(`${text}\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString('utf8');
  } finally {
    socket.destroy();
  }
}
