import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CoordinatorEvent } from '#core/model/coordinator-event.ts';
import { eventually } from '../support/eventually.ts';
import { isRunning, startDesk } from '../support/desk-process.ts';
import type { DeskProcess } from '../support/desk-process.ts';

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
      'risk',
      'pair-selector',
      'sentiment',
      'trading-worker-1',
      'gateway',
    ]);
    expect(agents.map(({ state }) => state)).toEqual(agents.map(() => 'ready'));
    expect(status.healthScore).toBe(100);
    // Three of them share a process.
    expect(new Set(pids).size).toBe(8);

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
      'risk',
      'trading-worker-1',
      'gateway',
    ]);
    expect(closed.map((line) => line.split(' ')[0])).toEqual([
      'trading-worker-1',
      'risk',
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
    expect(desk.journal().filter((line) => line.includes(' orphaned '))).toHaveLength(6);
  });

  it('numbers what happens to it over its lives', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'nd-events-'));
    await using first = startDesk({ dataDir });
    await first.running();
    process.kill((await first.agent('data'))?.pid ?? 0, 'SIGKILL');
    await eventually(async () => (await kinds(first)).includes('agent.recovered'), {
      withinMs: 10_000,
      what: 'the agent is back',
    });
    expect(await kinds(first)).toEqual([
      'desk.starting',
      'desk.up',
      'agent.failed',
      'agent.recovered',
    ]);
    first.child.kill('SIGKILL');
    await first.exited(5_000);

    await using second = startDesk({ dataDir });
    await second.running();
    second.child.kill('SIGTERM');
    await second.exited(10_000);

    const lines = readFileSync(join(dataDir, 'run', 'events.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const events = lines.map((line) => CoordinatorEvent.parse(JSON.parse(line)));
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(events.slice(4).map(({ fact }) => fact.kind)).toEqual([
      'desk.vanished',
      'desk.starting',
      'desk.up',
      'desk.stopping',
    ]);
    rmSync(dataDir, { recursive: true, force: true });
  });
});

async function kinds(desk: DeskProcess): Promise<string[]> {
  const body = await desk.ask({ kind: 'events', after: 0, limit: 100 });
  const { events } = z.object({ events: z.array(CoordinatorEvent) }).parse(body);
  return events.map(({ fact }) => fact.kind);
}
