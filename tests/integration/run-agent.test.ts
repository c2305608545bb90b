/** The life of an agent process without a coordinator, its parent being this test. */
import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FromChild } from '#platform/lifecycle/contract.ts';
import { eventually } from '../support/eventually.ts';

const STEADY = resolve(import.meta.dirname, '..', 'support', 'agents', 'steady.ts');

function start(wish = '', config: Record<string, unknown> = {}) {
  const child = fork(STEADY, [], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const messages: FromChild[] = [];
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  child.on('message', (raw) => messages.push(FromChild.parse(raw)));
  const test = { wishes: { data: wish } };
  child.send({ kind: 'init', agent: 'data', instance: 'data', config: { test, ...config } });
  return {
    child,
    output: () => output,
    of: (kind: FromChild['kind']) => messages.filter((message) => message.kind === kind),
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  };
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

describe('runAgent', () => {
  it('says how to start the desk when it is started by hand', async () => {
    const child = spawn(process.execPath, [STEADY]);
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => void (words += chunk.toString()));

    expect(await exitOf(child)).toBe(2);
    expect(words).toBe('steady is one part of the desk; start it with ./start-bot.sh\n');
  });

  it('becomes ready, beats each second and gives its metrics', async () => {
    using agent = start();

    await eventually(() => agent.of('ready').length === 1, { withinMs: 10_000 });
    const tookMs = await eventually(() => agent.of('heartbeat').length >= 5, { withinMs: 10_000 });
    await eventually(() => agent.of('metrics').length >= 2, { withinMs: 10_000 });

    expect(tookMs).toBeGreaterThan(1_500);
    expect(agent.of('heartbeat').at(-1)).toMatchObject({ workInHand: 0, checks: [] });
    const [metrics] = agent.of('metrics');
    expect(JSON.stringify(metrics)).toContain('nightdesk_process_resident_memory_bytes');
  });

  it.each([
    ['drains when asked', (child: ChildProcess) => child.send({ kind: 'drain', withinMs: 900 }), 0],
    ['drains at a first signal', (child: ChildProcess) => child.kill('SIGTERM'), 0],
    ['ends itself when its parent is gone', (child: ChildProcess) => child.disconnect(), 71],
  ])('%s and exits with the code that says so', async (_title, end, code) => {
    using agent = start();
    await eventually(() => agent.of('ready').length === 1, { withinMs: 10_000 });

    end(agent.child);

    expect(await exitOf(agent.child)).toBe(code);
    expect(agent.output()).toContain('"message":"stopped"');
  });

  it('is gone within its time although a closer hangs, and says that it failed', async () => {
    using agent = start('ignore-drain');
    await eventually(() => agent.of('ready').length === 1, { withinMs: 10_000 });

    agent.child.send({ kind: 'drain', withinMs: 500 });
    const sinceMs = performance.now();

    expect(await exitOf(agent.child)).toBe(1);
    expect(performance.now() - sinceMs).toBeLessThan(2_000);
    expect(agent.output()).toContain('draining took too long');
  });

  it('ends at once at the second signal', async () => {
    using agent = start('ignore-drain');
    await eventually(() => agent.of('ready').length === 1, { withinMs: 10_000 });

    agent.child.kill('SIGTERM');
    await eventually(() => agent.output().includes('draining'), { withinMs: 5_000 });
    agent.child.kill('SIGTERM');
    const sinceMs = performance.now();

    expect(await exitOf(agent.child)).toBe(1);
    expect(performance.now() - sinceMs).toBeLessThan(1_000);
  });

  it('reports a config it cannot use and an error nobody caught, each with its exit code', async () => {
    using wrong = start('bad-config');
    using broken = start('unhandled');

    expect(await exitOf(wrong.child)).toBe(2);
    expect(await exitOf(broken.child)).toBe(1);

    expect(wrong.of('failed')).toEqual([
      { kind: 'failed', exitCode: 2, message: 'timeframe is wrong' },
    ]);
    expect(broken.of('failed')).toMatchObject([{ message: 'nobody waits for me' }]);
  });

  it('answers a request, also with the reason why it cannot', async () => {
    using agent = start();
    await eventually(() => agent.of('ready').length === 1, { withinMs: 10_000 });

    agent.child.send({ kind: 'request', requestId: 'a', body: { kind: 'pause', id: '1' } });
    agent.child.send({ kind: 'request', requestId: 'b', body: 'nonsense' });
    await eventually(() => agent.of('reply').length === 2, { withinMs: 5_000 });

    const replies = agent.of('reply').flatMap((reply) => (reply.kind === 'reply' ? [reply] : []));
    const answer = replies.find(({ requestId }) => requestId === 'a');
    const refusal = replies.find(({ requestId }) => requestId === 'b');
    expect(answer?.body).toMatchObject({ id: '1', isDone: true });
    expect(refusal?.error).toContain('expected object');
  });

  it('keeps the secrets of its config out of its log', async () => {
    const secrets = { exchange: { api_secret: 'planted-secret-1' } };
    using agent = start('bad-config', { ...secrets, logging: { level: 'debug' } });

    await exitOf(agent.child);

    expect(agent.output()).toContain('agent could not start');
    expect(agent.output()).not.toContain('planted-secret-1');
  });
});
