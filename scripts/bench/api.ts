/**
 * Reads a second that the gateway answers over loopback, beside a bare node:http server in the same
 * run. Usage: node scripts/bench/api.ts [seconds]
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
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
const Load = z.object({ perSecond: z.number(), p99Ms: z.number() });

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
      gateway: { port: 0, rate_limits: { reads_per_second: 0 } },
    },
  });
  await eventually(async () => (await bus.backlog(records)).waiting === 0, { withinMs: 10_000 });
  const bare = createServer((_, response) => response.end('{"status":"ok"}')).listen(0);
  const address = bare.address();
  await measure('bare node:http', typeof address === 'object' ? (address?.port ?? 0) : 0, '/');
  bare.close();
  for (const path of [
    '/healthz',
    '/api/v1/positions',
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
  const args = [String(port), path, String(CONNECTIONS), String(SECONDS)];
  const file = join(import.meta.dirname, 'http-load.ts');
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of child.stdout.setEncoding('utf8') as AsyncIterable<string>)
    text += chunk;
  const { perSecond, p99Ms } = Load.parse(JSON.parse(text));
  console.log(`${name.padEnd(28)} ${Math.round(perSecond)} /s  p99 ${p99Ms.toFixed(1)} ms`);
}
