import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AgentStatus } from '#core/model/agent-status.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { askDesk } from '#platform/lifecycle/control-client.ts';
import { DeskStatus } from '#platform/lifecycle/control.ts';
import { eventually } from './eventually.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const START_WITHIN_MS = 90_000;

/** A whole desk started by `./start-bot.sh`, on a data folder and a port of its own. */
export interface Desk {
  readonly folder: string;
  readonly dataDir: string;
  readonly logDir: string;
  readonly port: number;
  readonly url: string;
  /** Pid of the coordinator: start-bot.sh execs it. */
  readonly pid: number;
  /** Everything it printed so far. */
  output(): string;
  status(): Promise<DeskPicture | undefined>;
  /** Status 200 and parsed, or undefined while the API is away. */
  get(path: string): Promise<unknown>;
  /** Pid of an agent's process as the coordinator knows it. */
  pidOf(instance: string): Promise<number>;
  /** Ends when every agent is ready and the API answers. */
  untilReady(): Promise<void>;
  /** Runs another command of the command line against this desk. */
  command(args: readonly string[]): Promise<CommandResult>;
  signal(name: NodeJS.Signals): void;
  /** Exit code, or the signal's name. */
  readonly exited: Promise<number | string>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface DeskPicture extends Omit<DeskStatus, 'agents'> {
  readonly agents: readonly AgentStatus[];
}

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface DeskOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Reuse the folder of an earlier desk; it is then kept when this one is disposed. */
  readonly folder?: string;
  readonly port?: number;
}

export async function startDesk(options: DeskOptions = {}): Promise<Desk> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'nightdesk-desk-'));
  const port = options.port ?? (await freePort());
  const dataDir = join(folder, 'data');
  const logDir = join(folder, 'logs');
  const env = { ...process.env, NIGHTDESK__LOGGING__DIRECTORY: logDir, ...options.env };
  const own = ['--data-dir', dataDir, '--port', String(port)];
  const child = spawn(join(ROOT, 'start-bot.sh'), [...(options.args ?? []), ...own], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = collect(child);
  const exited = exitOf(child);
  const clock = systemClock();
  const url = `http://127.0.0.1:${port}`;

  async function status(): Promise<DeskPicture | undefined> {
    const answer = await askDesk({ kind: 'status' }, { dataDir, clock }).catch(() => undefined);
    if (answer === undefined) return undefined;
    const desk = DeskStatus.parse(answer.body);
    return { ...desk, agents: desk.agents.map((agent) => AgentStatus.parse(agent)) };
  }

  async function get(path: string): Promise<unknown> {
    const signal = AbortSignal.timeout(5_000);
    const answer = await fetch(`${url}${path}`, { signal }).catch(() => undefined);
    return answer?.ok === true ? await answer.json() : undefined;
  }

  async function pidOf(instance: string): Promise<number> {
    const picture = await status();
    const pid = picture?.agents.find((agent) => agent.instance === instance)?.pid;
    if (pid === undefined) throw new Error(`${instance} has no process now`);
    return pid;
  }

  async function untilReady(): Promise<void> {
    const ready = eventually(
      async () => {
        const picture = await status();
        const isReady =
          picture?.state === 'running' && picture.agents.every((agent) => agent.state === 'ready');
        return isReady && (await fetch(`${url}/readyz`)).ok;
      },
      { withinMs: START_WITHIN_MS, what: 'every agent of the desk is ready' },
    );
    const early = exited.then((code) => {
      throw new Error(`the desk ended with ${code}`);
    });
    await Promise.race([ready, early]).catch((error: unknown) => {
      throw new Error(`the desk is not ready; it printed:\n${text()}`, { cause: error });
    });
  }

  return {
    folder,
    dataDir,
    logDir,
    port,
    url,
    pid: child.pid ?? -1,
    output: text,
    status,
    get,
    pidOf,
    untilReady,
    command: (args) => runCommand([...args, '--data-dir', dataDir], env),
    signal: (name) => void child.kill(name),
    exited,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await Promise.race([exited, clock.sleep(15_000).then(() => child.kill('SIGKILL'))]);
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs `./start-bot.sh ARGS` to its end. */
export async function runCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
  cwd: string = ROOT,
): Promise<CommandResult> {
  const child = spawn(join(ROOT, 'start-bot.sh'), [...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await exitOf(child);
  return { code: typeof code === 'number' ? code : -1, stdout, stderr };
}

function exitOf(child: ChildProcess): Promise<number | string> {
  return new Promise((done) => {
    child.once('exit', (code, signal) => done(code ?? signal ?? -1));
  });
}

function collect(child: ChildProcess): () => string {
  const parts: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => parts.push(chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => parts.push(chunk.toString()));
  return () => parts.join('');
}

export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => done(port));
    });
  });
}
