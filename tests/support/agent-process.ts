/** One agent as a process of its own, with the test in the coordinator's place. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { FromChild } from '#platform/lifecycle/contract.ts';

export interface AgentProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Facts the agent gave when it was ready. */
  readonly facts: Readonly<Record<string, unknown>>;
  kill(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '../..');

export interface AgentLaunch {
  readonly agent: string;
  readonly instance?: string;
  readonly config: unknown;
}

/** Starts an agent; resolves when it is ready, rejects with its exit code and last words. */
export async function startAgent(launch: AgentLaunch): Promise<AgentProcess> {
  const child = fork(join(ROOT, `src/agents/${launch.agent}/index.ts`), {
    cwd: ROOT,
    execArgv: ['--max-semi-space-size=1', '--max-old-space-size=128'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-10_000);
    });
  }
  const ready = Promise.withResolvers<Readonly<Record<string, unknown>>>();
  child.on('message', (raw) => {
    const message = FromChild.parse(raw);
    if (message.kind === 'ready')
      ready.resolve(z.record(z.string(), z.unknown()).parse(message.facts));
  });
  child.once('exit', (code, signal) => {
    ready.reject(new Error(`${launch.agent} ended with ${code ?? signal}: ${output}`));
  });
  child.send({
    kind: 'init',
    agent: launch.agent,
    instance: launch.instance ?? launch.agent,
    config: launch.config,
  });
  const facts = await ready.promise;

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  return { child, facts, kill, [Symbol.asyncDispose]: kill };
}
