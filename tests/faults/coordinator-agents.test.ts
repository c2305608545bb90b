/** What agents do to the desk: each case is a real process that misbehaves in one way. */
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { isRunning, startDesk } from '../support/desk-process.ts';
import type { DeskProcess } from '../support/desk-process.ts';

async function pidOf(desk: DeskProcess, instance: string): Promise<number> {
  return (await desk.agent(instance))?.pid ?? 0;
}

async function isBack(desk: DeskProcess, instance: string, oldPid: number): Promise<boolean> {
  const agent = await desk.agent(instance);
  return agent?.state === 'ready' && agent.pid !== oldPid;
}

describe('an agent', () => {
  it('that is killed is back within 5 seconds, whichever it is', async () => {
    await using desk = startDesk();
    await desk.running();

    for (const instance of ['practice', 'execution', 'data', 'trading-worker-1', 'gateway']) {
      const pid = await pidOf(desk, instance);
      process.kill(pid, 'SIGKILL');
      const tookMs = await eventually(() => isBack(desk, instance, pid), { withinMs: 5_000 });
      expect(tookMs, instance).toBeLessThan(5_000);
    }
  });

  it('that is stopped or blocks its loop is found and back within 8 seconds', async () => {
    await using desk = startDesk({ wishes: { gateway: 'block' } });
    await desk.running();
    const stopped = await pidOf(desk, 'data');
    const blocked = await pidOf(desk, 'gateway');

    process.kill(stopped, 'SIGSTOP');
    await eventually(() => isBack(desk, 'data', stopped), { withinMs: 8_000 });
    await eventually(() => isBack(desk, 'gateway', blocked), { withinMs: 8_000 });

    expect((await desk.agent('data'))?.lastVerdict).toContain('no beat for');
    expect(isRunning(stopped)).toBe(false);
  });

  it('that crashes again and again is degraded, and the others go on', async () => {
    await using desk = startDesk({ wishes: { data: 'crash' } });
    await desk.running();

    await eventually(async () => (await desk.agent('data'))?.state === 'degraded', {
      withinMs: 30_000,
    });

    const others = (await desk.agents()).filter(({ instance }) => instance !== 'data');
    expect(others.map(({ state }) => state)).toEqual(others.map(() => 'ready'));
    expect(others.map(({ restarts }) => restarts)).toEqual(others.map(() => 0));
    expect((await desk.agent('data'))?.lastVerdict).toContain('JSON');
    expect(desk.log('data')).toContain('uncaught error');
  });

  it.each([
    ['leaks', 'leak', 'of memory, limit 150 MB', { memory_mb: 150, heap_mb: 64 }],
    ['makes no progress', 'no-progress', 'made no progress', { no_progress_seconds: 2 }],
    ['floods the coordinator', 'flood-beats', 'messages in one second', {}],
    ['rejects a promise nobody waits for', 'unhandled', 'nobody waits for me', {}],
    ['exits by itself', 'exit', 'exit code 3', {}],
  ])('that %s is restarted, and it is said why', async (_title, wish, why, limits) => {
    await using desk = startDesk({
      wishes: { data: wish },
      coordinator: { agents: { data: limits } },
    });

    await eventually(async () => (await desk.agent('data'))?.lastVerdict?.includes(why) === true, {
      withinMs: 25_000,
      what: `data is restarted because of ${why}`,
    });

    expect((await desk.agent('execution'))?.restarts).toBe(0);
  });

  it.each([
    ['sends what is no message', 'flood-messages'],
    ['writes a huge line', 'huge-line'],
  ])('that %s harms nobody', async (_title, wish) => {
    await using desk = startDesk({ wishes: { data: wish } });
    await desk.running();
    const beatMs = (await desk.agent('data'))?.beatMs ?? 0;

    await eventually(async () => ((await desk.agent('data'))?.beatMs ?? 0) > beatMs + 2_500, {
      withinMs: 10_000,
    });

    const agents = await desk.agents();
    expect(agents.map(({ restarts }) => restarts)).toEqual(agents.map(() => 0));
    expect(desk.log('data').length).toBeLessThan(200_000);
  });

  it('that ignores the stop is killed, and all are down within 10 seconds', async () => {
    const wishes = { data: 'ignore-drain', 'trading-worker-1': 'ignore-drain' };
    await using desk = startDesk({ wishes });
    await desk.running();
    const pids = (await desk.agents()).flatMap(({ pid }) => (pid === undefined ? [] : [pid]));

    desk.child.kill('SIGTERM');
    const exit = await desk.exited(10_000);

    expect(exit.code).toBe(0);
    expect(pids.filter(isRunning)).toEqual([]);
  });

  it('that refuses its config at the first start refuses the whole start', async () => {
    await using desk = startDesk({ wishes: { data: 'bad-config' } });

    const exit = await desk.exited(15_000);

    expect(exit.code).toBe(2);
    expect(desk.output()).toMatch(/refused: data could not start: .*timeframe is wrong/);
  });

  it('that never becomes ready ends the start when its time is up', async () => {
    await using desk = startDesk({
      wishes: { data: 'never-ready' },
      coordinator: { agents: { data: { ready_within_seconds: 2 } } },
    });

    const exit = await desk.exited(20_000);

    expect(exit.code).toBe(1);
    expect(desk.output()).toContain('data could not start: not ready after');
  });
});
