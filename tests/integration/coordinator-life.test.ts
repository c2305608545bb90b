import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { isRunning, startDesk } from '../support/desk-process.ts';

describe('the coordinator', () => {
  it('starts every agent in order, serves its state, and stops them in order', async () => {
    await using desk = startDesk();
    await desk.running();

    const status = await desk.status();
    const agents = await desk.agents();
    const pids = agents.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
    expect(agents.map(({ instance }) => instance)).toEqual([
      'coordinator',
      'redis',
      'practice',
      'execution',
      'data',
      'trading-worker-1',
      'gateway',
    ]);
    expect(agents.map(({ state }) => state)).toEqual(agents.map(() => 'ready'));
    expect(status.healthScore).toBe(100);
    expect(pids).toHaveLength(7);

    const startMs = performance.now();
    desk.child.kill('SIGTERM');
    const exit = await desk.exited(10_000);

    expect(exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - startMs).toBeLessThan(10_000);
    expect(pids.filter(isRunning)).toEqual([]);
    const started = desk.journal().filter((line) => line.includes(' start '));
    const closed = desk.journal().filter((line) => line.includes(' closed '));
    expect(started.map((line) => line.split(' ')[0])).toEqual([
      'practice',
      'execution',
      'data',
      'trading-worker-1',
      'gateway',
    ]);
    expect(closed.map((line) => line.split(' ')[0])).toEqual([
      'trading-worker-1',
      'data',
      'execution',
      'gateway',
      'practice',
    ]);
  });

  it('leaves no process behind when it is killed', async () => {
    await using desk = startDesk();
    await desk.running();
    const pids = (await desk.agents()).flatMap(({ pid }) => (pid === undefined ? [] : [pid]));

    desk.child.kill('SIGKILL');

    await eventually(() => pids.filter(isRunning).length === 0, {
      withinMs: 10_000,
      what: 'all processes are gone',
    });
    expect(desk.journal().filter((line) => line.includes(' orphaned '))).toHaveLength(5);
  });
});
