/** A whole coordinator with test agents in its own process and temporary folders. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AgentStatus } from '#core/model/agent-status.ts';
import { RedisConfig } from '#bus/config.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { askDesk } from '#platform/lifecycle/control-client.ts';
import type { ControlRequest } from '#platform/lifecycle/control.ts';
import { DeskStatus } from '#platform/lifecycle/control.ts';
import { LoggingConfig } from '#platform/log/config.ts';
import { MetricsConfig } from '#platform/metrics/config.ts';
import { CoordinatorConfig } from '#coordinator/config.ts';
import { eventually } from './eventually.ts';

const AGENTS = ['practice', 'execution', 'data', 'risk', 'trading-worker', 'gateway'];
const STEADY = resolve(import.meta.dirname, 'agents', 'steady.ts');
const COORDINATOR = resolve(import.meta.dirname, 'agents', 'coordinator.ts');
const ROOT = resolve(import.meta.dirname, '..', '..');

export interface DeskSettings {
  readonly wishes?: Readonly<Record<string, string>>;
  readonly coordinator?: Readonly<Record<string, unknown>>;
  readonly logging?: Readonly<Record<string, unknown>>;
  readonly metrics?: Readonly<Record<string, unknown>>;
  readonly redisUrl?: string;
  readonly exchange?: string;
  /** An existing folder; else a new one that is removed at the end. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface DeskProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly dataDir: string;
  readonly pid: number;
  output(): string;
  journal(): string[];
  log(agent: string): string;
  ask(request: ControlRequest): Promise<unknown>;
  status(): Promise<DeskStatus>;
  agents(): Promise<AgentStatus[]>;
  agent(instance: string): Promise<AgentStatus | undefined>;
  running(withinMs?: number): Promise<void>;
  exited(withinMs: number): Promise<{ code: number | null; signal: string | null }>;
}

export function startDesk(settings: DeskSettings = {}): DeskProcess {
  const dataDir = settings.dataDir ?? mkdtempSync(join(tmpdir(), 'nd-desk-'));
  const clock = systemClock();
  const child = spawn(
    process.execPath,
    [
      '--max-semi-space-size=1',
      '--max-old-space-size=128',
      COORDINATOR,
      JSON.stringify(coordinatorOptions(dataDir, settings)),
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: ROOT,
      env: {
        ...process.env,
        ...settings.env,
        NODE_COMPILE_CACHE:
          process.env['NODE_COMPILE_CACHE'] ?? join(tmpdir(), 'nd-test-compile-cache'),
      },
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = new Promise<{ code: number | null; signal: string | null }>((done) => {
    child.once('exit', (code, signal) => done({ code, signal }));
  });

  const ask = async (request: ControlRequest): Promise<unknown> => {
    const answer = await askDesk(request, { dataDir, clock });
    if (answer === undefined) throw new Error(`no desk answers; it said: ${output}`);
    return answer.body;
  };
  const status = async (): Promise<DeskStatus> => DeskStatus.parse(await ask({ kind: 'status' }));
  const agents = async () => (await status()).agents.map((agent) => AgentStatus.parse(agent));
  const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

  return {
    child,
    dataDir,
    pid: child.pid ?? 0,
    output: () => output,
    journal: () =>
      read(join(dataDir, 'journal'))
        .split('\n')
        .filter((line) => line !== ''),
    log: (agent) => read(join(dataDir, 'logs', `${agent}.log`)),
    ask,
    status,
    agents,
    agent: async (instance) => (await agents()).find((agent) => agent.instance === instance),
    running: async (withinMs = 30_000) => {
      await eventually(async () => (await status()).state === 'running', {
        withinMs,
        what: `the desk runs; it said: ${output}`,
      });
    },
    exited: async (withinMs) => {
      await eventually(() => child.exitCode !== null || child.signalCode !== null, {
        withinMs,
        what: `the coordinator ends; it said: ${output}`,
      });
      return await ended;
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), 12_000);
        await ended;
        clearTimeout(timer);
      }
      if (settings.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function coordinatorOptions(dataDir: string, settings: DeskSettings) {
  return {
    rootDir: ROOT,
    dataDir,
    files: Object.fromEntries(AGENTS.map((agent) => [agent, STEADY])),
    config: {
      mode: 'shadow',
      exchange: { name: settings.exchange ?? 'practice' },
      redis: RedisConfig.parse({ url: settings.redisUrl ?? null }),
      logging: LoggingConfig.parse({ directory: join(dataDir, 'logs'), ...settings.logging }),
      coordinator: CoordinatorConfig.parse(settings.coordinator ?? {}),
      metrics: MetricsConfig.parse(settings.metrics ?? {}),
      test: { wishes: settings.wishes ?? {}, journal: join(dataDir, 'journal') },
    },
  };
}

/** True while a process runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !['Z', 'X'].includes(stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3));
  } catch {
    return false;
  }
}
