import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AgentStatus } from '#core/model/agent-status.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { CoordinatorSlice } from './config.ts';
import { figures } from './figures.ts';

const Families = z.array(
  z.looseObject({
    name: z.string(),
    values: z.array(
      z.looseObject({ value: z.unknown(), labels: z.record(z.string(), z.unknown()) }),
    ),
  }),
);

const REDIS: AgentStatus = {
  agent: 'redis',
  instance: 'redis',
  state: 'ready',
  healthScore: 100,
  restarts: 0,
  startedMs: 0,
  checks: [],
  host: 'here',
};

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'nightdesk-figures-'));
});

afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

function setUp() {
  const clock = fakeClock();
  let agents: AgentStatus[] = [REDIS];
  const slice = CoordinatorSlice.parse({
    mode: 'shadow',
    exchange: { name: 'practice' },
    redis: {},
    logging: {},
    coordinator: {},
    backup: {},
  });
  const desk = figures(
    { slice: () => slice, config: {}, rootDir: dataDir, dataDir },
    {
      clock,
      log: silentLog(),
      router: { linesDropped: () => new Map() },
      picture: () => ({ agents, systemScore: 100 }),
    },
  );
  return {
    clock,
    desk,
    see: (seen: AgentStatus[]) => {
      agents = seen;
    },
    values: async (name: string, label?: string) => {
      const all = await desk.all();
      const own = Families.parse(all[0]?.families);
      const family = own.find((one) => one.name === `nightdesk_${name}`);
      return (family?.values ?? [])
        .filter(({ labels }) => label === undefined || Object.values(labels).includes(label))
        .map(({ value }) => value);
    },
    instances: async () => (await desk.all()).map(({ instance }) => instance),
  };
}

describe('figures', () => {
  it('has the last figures of each process, and none of one that died', async () => {
    const { desk, instances } = setUp();
    const data = { agent: 'data', instance: 'data' };

    desk.keep(data, [1]);
    desk.keep({ agent: 'trading-worker', instance: 'trading-worker-1' }, [2]);
    expect(await instances()).toEqual(['coordinator', 'data', 'trading-worker-1']);
    desk.observe(data, { kind: 'restart', reason: 'killed', verdict: 'killed by SIGKILL' });
    desk.forget('trading-worker-1');

    expect(await instances()).toEqual(['coordinator']);
  });

  it('shows what Redis says, and nothing when it has not spoken for half a minute', async () => {
    const { clock, desk, values } = setUp();

    expect(await values('redis_memory_bytes')).toEqual([]);
    desk.redisSaid('used_memory:5\r\naof_enabled:1\r\naof_last_write_status:err\r\n');
    expect(await values('redis_memory_bytes')).toEqual([5]);
    expect(await values('redis_aof_ok')).toEqual([0]);
    await clock.advance(31_000);

    expect(await values('redis_memory_bytes')).toEqual([]);
    expect(await values('redis_aof_ok')).toEqual([]);
  });

  it('has no figures of a disk it has not looked at yet', async () => {
    const { values } = setUp();

    expect(await values('disk_free_bytes')).toEqual([]);
  });

  it('begins counters of deaths at zero and counts those of Redis too', async () => {
    const { see, values } = setUp();

    expect(await values('agent_restarts_total', 'redis')).toEqual([0]);
    see([{ ...REDIS, restarts: 2 }]);
    expect(await values('agent_restarts_total', 'redis')).toEqual([2]);

    expect(await values('agent_restarts_total', 'redis')).toEqual([2]);
  });

  it('shows the memory limit of an agent, and none of a process that has none', async () => {
    const { see, values } = setUp();

    see([{ ...REDIS, agent: 'data', instance: 'data' }, REDIS]);

    expect(await values('process_pss_bytes_limit')).toEqual([256 * 1_048_576]);
  });
});
