/** What happens to the coordinator, its lock and its Redis. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openBus } from '#bus/redis/open-bus.ts';
import { agents, desk as deskState, epoch, metrics } from '#bus/states.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { socketPath } from '#platform/lifecycle/short-path.ts';
import { eventually } from '../support/eventually.ts';
import { isRunning, startDesk } from '../support/desk-process.ts';
import type { DeskProcess } from '../support/desk-process.ts';

async function busOf(desk: DeskProcess) {
  const path = socketPath(desk.dataDir, 'redis.sock');
  return await openBus({ socketPath: path, instance: 'test', clock: systemClock() });
}

function folder() {
  const path = mkdtempSync(join(tmpdir(), 'nd-desk-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

const COMMAND = { id: 'command-1', kind: 'pause', by: 'test', reason: 'why not', issuedMs: 1 };

describe('the coordinator', () => {
  it('does not judge by beats it could not read while it was stopped itself', async () => {
    await using desk = startDesk();
    await desk.running();

    desk.child.kill('SIGSTOP');
    await sleep(5_000);
    desk.child.kill('SIGCONT');
    await sleep(2_000);

    const seen = await desk.agents();
    expect(seen.map(({ state }) => state)).toEqual(seen.map(() => 'ready'));
    expect(seen.map(({ restarts }) => restarts)).toEqual(seen.map(() => 0));
  });

  it('lets exactly one of several simultaneous starts on a folder win', async () => {
    using data = folder();
    const desks = Array.from({ length: 4 }, () => startDesk({ dataDir: data.path }));
    const ended = (): number[] =>
      desks.flatMap(({ child }) => (child.exitCode === null ? [] : [child.exitCode]));

    try {
      await eventually(() => ended().length === 3, { withinMs: 20_000 });
      const winner = desks.find(({ child }) => child.exitCode === null);
      await winner?.running();

      expect(ended()).toEqual([75, 75, 75]);
      expect((await winner?.agents())?.length).toBe(10);
    } finally {
      for (const desk of desks) await desk[Symbol.asyncDispose]();
    }
  });

  it('refuses a second desk with the pid of the first, and leaves the first alone', async () => {
    await using first = startDesk();
    await first.running();
    await using second = startDesk({ dataDir: first.dataDir });

    const exit = await second.exited(10_000);

    expect(exit.code).toBe(75);
    expect(second.output()).toContain(`another desk (pid ${first.pid}) runs on the data folder`);
    expect((await first.status()).state).toBe('running');
  });

  it('starts at once on the folder of a coordinator that was killed', async () => {
    using data = folder();
    await using first = startDesk({ dataDir: data.path });
    await first.running();
    const old = (await first.agents()).flatMap(({ pid }) => (pid === undefined ? [] : [pid]));

    first.child.kill('SIGKILL');
    await using second = startDesk({ dataDir: data.path });
    await second.running();

    expect(old.filter(isRunning)).toEqual([]);
    const seen = await second.agents();
    expect(seen.map(({ state }) => state)).toEqual(seen.map(() => 'ready'));
  });

  it('ends an agent that was stopped when its coordinator was killed', async () => {
    using data = folder();
    await using first = startDesk({ dataDir: data.path });
    await first.running();
    const execution = (await first.agent('execution'))?.pid ?? 0;

    process.kill(execution, 'SIGSTOP');
    first.child.kill('SIGKILL');
    await using second = startDesk({ dataDir: data.path });
    await second.running();

    expect(isRunning(execution)).toBe(false);
  });

  it('ends everything at once at the second signal', async () => {
    await using desk = startDesk({ wishes: { 'trading-worker-1': 'ignore-drain' } });
    await desk.running();
    const pids = (await desk.agents()).flatMap(({ pid }) => (pid === undefined ? [] : [pid]));

    desk.child.kill('SIGTERM');
    await eventually(() => desk.output().includes('stopping'), { withinMs: 5_000 });
    desk.child.kill('SIGTERM');
    const exit = await desk.exited(2_000);

    expect(exit.code).toBe(1);
    await eventually(() => pids.filter(isRunning).length === 0, { withinMs: 5_000 });
  });

  it('runs on a data folder whose path is too long for a socket', async () => {
    using data = folder();
    const dataDir = join(data.path, 'x'.repeat(120), 'y'.repeat(80));
    await using desk = startDesk({ dataDir });

    await desk.running();

    expect((await desk.agent('redis'))?.state).toBe('ready');
  });

  it('goes on when its logs cannot be written, and says so', async () => {
    using data = folder();
    writeFileSync(join(data.path, 'in-the-way'), '');
    const directory = join(data.path, 'in-the-way', 'logs');
    await using desk = startDesk({ logging: { directory } });

    await desk.running();

    expect(desk.output()).toContain('cannot write');
  });

  it('gives its socket and run folder to its owner alone', async () => {
    await using desk = startDesk();
    await desk.running();

    expect(statSync(join(desk.dataDir, 'run', 'control.sock')).mode & 0o777).toBe(0o600);
    expect(statSync(join(desk.dataDir, 'run')).mode & 0o777).toBe(0o700);
  });

  it('passes commands to execution, also to one that has just been killed', async () => {
    await using desk = startDesk();
    await desk.running();

    const done = await desk.ask({ kind: 'command', command: COMMAND });
    process.kill((await desk.agent('execution'))?.pid ?? 0, 'SIGKILL');
    const again = { ...COMMAND, id: 'command-2', kind: 'kill-switch' };
    const later = await desk.ask({ kind: 'command', command: again });

    expect(done).toEqual({ id: 'command-1', isDone: true, message: 'done by execution' });
    expect(later).toEqual({ id: 'command-2', isDone: true, message: 'done by execution' });
    expect(desk.journal().filter((line) => line.includes('command-'))).toHaveLength(2);
  });

  it('stops when asked over its socket, and refuses what is no request', async () => {
    await using desk = startDesk();
    await desk.running();

    await expect(desk.ask({ kind: 'nonsense' } as never)).rejects.toThrow('expected a request');
    await expect(desk.ask({ kind: 'command', command: { kind: 'buy' } })).rejects.toThrow();
    await desk.ask({ kind: 'stop' });

    expect((await desk.exited(10_000)).code).toBe(0);
  });
});

describe("the coordinator's redis", () => {
  it('carries the picture of the desk and the metrics of every process', async () => {
    await using desk = startDesk();
    await desk.running();
    const bus = await busOf(desk);

    await eventually(async () => (await bus.all(metrics)).size === 7, { withinMs: 10_000 });
    const seen = await bus.all(agents);
    const families = (await bus.get(metrics, 'coordinator'))?.families ?? [];
    const whole = await bus.get(deskState, 'current');
    await bus.close();

    expect([...seen.keys()].toSorted()).toEqual([
      'coordinator',
      'data',
      'execution',
      'gateway',
      'pair-selector',
      'practice',
      'redis',
      'risk',
      'sentiment',
      'trading-worker-1',
    ]);
    expect(whole).toMatchObject({ healthScore: 100, pid: desk.pid, mode: 'shadow' });
    expect(JSON.stringify(families)).toContain('nightdesk_agent_health_score');
  });

  it('is back after it was killed or hung, and gets a new epoch after a wipe', async () => {
    await using desk = startDesk();
    await desk.running();
    const bus = await busOf(desk);
    const epochId = async (): Promise<string | undefined> => (await bus.get(epoch, 'current'))?.id;
    await eventually(async () => (await epochId()) !== undefined, { withinMs: 5_000 });

    const before = await epochId();
    const killed = (await desk.agent('redis'))?.pid ?? 0;
    process.kill(killed, 'SIGKILL');
    await eventually(async () => (await desk.agent('redis'))?.state !== 'ready', {
      withinMs: 5_000,
    });
    await eventually(async () => (await desk.agent('redis'))?.state === 'ready', {
      withinMs: 5_000,
    });
    const hung = (await desk.agent('redis'))?.pid ?? 0;
    process.kill(hung, 'SIGSTOP');
    await eventually(
      async () => {
        const redis = await desk.agent('redis');
        return redis?.state === 'ready' && redis.pid !== hung;
      },
      { withinMs: 10_000 },
    );
    await eventually(async () => (await epochId()) !== undefined, { withinMs: 5_000 });
    await bus.remove(epoch, 'current');
    const tookMs = await eventually(async () => ![undefined, before].includes(await epochId()), {
      withinMs: 2_000,
    });
    await bus.close();

    expect(tookMs).toBeLessThan(2_000);
    const others = (await desk.agents()).filter(({ instance }) => instance !== 'redis');
    expect(others.map(({ restarts }) => restarts)).toEqual(others.map(() => 0));
  });

  it.each([
    ['is not there', 71, 'cannot be reached', undefined],
    ['is no Redis', 2, 'not as a Redis does', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['is silent', 71, 'cannot be reached', ''],
    ['refuses the password', 2, 'refuses the user or password', '-NOAUTH Authentication\r\n'],
  ])('given by the operator that %s refuses the start', async (_title, code, words, answer) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', () => void (answer === '' ? undefined : socket.write(answer ?? '')));
    });
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    if (answer === undefined) await new Promise((done) => void server.close(done));
    await using desk = startDesk({ redisUrl: `redis://desk:geheim99@127.0.0.1:${port}` });

    const exit = await desk.exited(20_000);
    server.close();

    expect({ code: exit.code, output: desk.output() }).toMatchObject({ code });
    expect(desk.output()).toContain(words);
    expect(desk.output()).not.toContain('geheim99');
  });

  it('is missed in plain words when this machine has none', async () => {
    await using desk = startDesk({ env: { PATH: '/nonexistent' } });

    const exit = await desk.exited(10_000);

    expect(exit.code).toBe(2);
    expect(desk.output()).toContain('redis-server was not found; install it');
  });
});
