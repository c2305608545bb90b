/**
 * Reads a second that the gateway answers over loopback, beside a bare node:http server in the same
 * run. Usage: node scripts/bench/api.ts [seconds]
 */
import { Agent, createServer, request } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { records } from '#bus/queues.ts';
import { openBus } from '#bus/redis/open-bus.ts';
import { account } from '#bus/states.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { ACCOUNT, fund, open, trade } from '#ledger/ledger.fixture.ts';
import { startAgent } from '../../tests/support/agent-process.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { startRedis } from '../../tests/support/redis-server.ts';
import { SAMPLE_MS, accountSample, decisionSample } from '../../tests/support/samples.ts';

const SECONDS = Number(process.argv[2] ?? 3);
const CONNECTIONS = 16;

const folder = mkdtempSync(join(tmpdir(), 'nd-api-'));
await using redis = await startRedis();
const bus = await openBus({
  socketPath: redis.socketPath,
  instance: 'bench',
  clock: systemClock(),
});
await bus.set(account, ACCOUNT, accountSample());
const ledger = await open(join(folder, 'ledger.db'));
await fund(ledger);
for (let n = 0; n < 100; n += 1) {
  await trade(ledger, { id: `buy${n}`, trade: `b${n}`, qty: '0.001' });
}
for (let n = 0; n < 200; n += 1) {
  await bus.send(records, decisionSample({ closeMs: SAMPLE_MS + n * 60_000 }));
}
{
  await using agent = await startAgent({
    agent: 'gateway',
    config: {
      data_dir: folder,
      redis: { socket_path: redis.socketPath },
      gateway: { port: 0 },
    },
  });
  await eventually(async () => (await bus.backlog(records)).waiting === 0, { withinMs: 10_000 });
  const bare = createServer((_, response) => response.end('{"status":"ok"}')).listen(0);
  const address = bare.address();
  await measure('bare node:http', typeof address === 'object' ? (address?.port ?? 0) : 0, '/');
  bare.close();
  for (const path of [
    '/healthz',
    '/api/v1/account',
    '/api/v1/orders?limit=50',
    '/api/v1/decisions?limit=50',
    '/metrics',
  ]) {
    await measure(path, Number(agent.facts['port']), path);
  }
}
await ledger.close();
await bus.close();
rmSync(folder, { recursive: true, force: true });

async function measure(name: string, port: number, path: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const timesMs: number[] = [];
  const endMs = performance.now() + SECONDS * 1_000;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() < endMs) {
        const startMs = performance.now();
        await once(agent, port, path);
        timesMs.push(performance.now() - startMs);
      }
    }),
  );
  agent.destroy();
  const sorted = timesMs.toSorted((a, b) => a - b);
  const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
  console.log(
    `${name.padEnd(28)} ${Math.round(sorted.length / SECONDS)} /s  p99 ${p99.toFixed(1)} ms`,
  );
}

function once(agent: Agent, port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    request({ agent, port, path, host: '127.0.0.1' }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${path}: ${response.statusCode}`));
      response.resume().on('end', resolve);
    })
      .on('error', reject)
      .end();
  });
}
