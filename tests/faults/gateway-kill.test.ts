import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHistory } from '#history/history.ts';
import { records } from '#bus/queues.ts';
import { openBus, type RedisBus } from '#bus/redis/open-bus.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { startAgent, type AgentProcess } from '../support/agent-process.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { SAMPLE_MS, decisionSample } from '../support/samples.ts';

const clock = systemClock();
const folder = mkdtempSync(join(tmpdir(), 'nd-gw-'));
let redis: RedisServer;
let bus: RedisBus;

beforeAll(async () => {
  redis = await startRedis();
  bus = await openBus({ socketPath: redis.socketPath, instance: 'trading-worker-1', clock });
});
afterAll(async () => {
  await bus.close();
  await redis[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function start(changed: { port?: number; dataDir?: string } = {}): Promise<AgentProcess> {
  return startAgent({
    agent: 'gateway',
    config: {
      data_dir: changed.dataDir ?? folder,
      redis: { socket_path: redis.socketPath },
      gateway: { port: changed.port ?? 0 },
      exchange: { api_key: 'hush-hush' },
    },
  });
}

test('a gateway killed again and again records every decision once', async () => {
  const rounds = 4;
  const each = 150;
  for (let round = 0; round < rounds; round += 1) {
    await using agent = await start();
    const sending = Promise.all(
      Array.from({ length: each }, (_, i) =>
        bus.send(records, decisionSample({ closeMs: SAMPLE_MS + (round * each + i) * 60_000 })),
      ),
    );
    // Killed while decisions come in: some committed, some in hand, some waiting.
    await eventually(async () => (await bus.backlog(records)).active > 0, { withinMs: 5_000 });
    await agent.kill();
    await sending;
  }

  await using agent = await start();
  await eventually(
    async () => {
      const { waiting, active } = await bus.backlog(records);
      return waiting === 0 && active === 0;
    },
    { withinMs: 15_000 },
  );

  await agent.kill();
  const history = openHistory(join(folder, 'history.db'));
  const kept = await history.decisions({ limit: 10_000 });
  history.close();
  expect(kept).toHaveLength(rounds * each);
  expect(new Set(kept.map(({ decision }) => decision.evaluationId)).size).toBe(rounds * each);
  expect((await bus.backlog(records)).dead).toBe(0);
});

test('a gateway asked to drain ends in time with exit code 0', async () => {
  await using agent = await start();
  const exit = once(agent.child, 'exit');
  const startMs = performance.now();

  agent.child.send({ kind: 'drain', withinMs: 8_000 });

  expect(await exit).toEqual([0, null]);
  expect(performance.now() - startMs).toBeLessThan(5_000);
});

test('the config is served with its secrets hidden', async () => {
  await using agent = await start();

  const response = await fetch(`http://127.0.0.1:${agent.facts['port']}/api/v1/config`);
  const text = await response.text();

  expect(text).toContain('********');
  expect(text).not.toContain('hush-hush');
});

test('with its port in use it ends with exit code 2 and says who has it', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const address = holder.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  await expect(start({ port })).rejects.toThrow(
    new RegExp(`ended with 2: .*port ${port} is in use by .*pid ${process.pid}`, 's'),
  );
  holder.close();
});

test('a history that is no database ends it with exit code 2 and leaves the file alone', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'nd-gw-'));
  writeFileSync(
    join(dataDir, 'history.db'),
    'this is no database, it only looks like one'.repeat(99),
  );

  await expect(start({ dataDir })).rejects.toThrow(/ended with 2: .*cannot use the history/s);

  expect(readFileSync(join(dataDir, 'history.db'), 'utf8')).toContain('this is no database');
  rmSync(dataDir, { recursive: true, force: true });
});
