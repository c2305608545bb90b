/**
 * How long a job takes from the sender to the handler in another process, with bursts of 12 jobs at
 * once as at a candle close. Usage: node scripts/bench/bus.ts [bursts]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { openBus } from '#bus/redis/open-bus.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { notes } from '../../tests/support/bus-fixtures.ts';
import { startRedis } from '../../tests/support/redis-server.ts';

const BURST = 12;
const EVERY_MS = 50;
const clock = systemClock();
const queue = { ...notes, maxWaiting: 10_000 };

if (process.send === undefined) await receive(Number(process.argv[2] ?? 100));
else await send();

async function receive(bursts: number): Promise<void> {
  await using redis = await startRedis();
  const bus = await openBus({ socketPath: redis.socketPath, instance: 'receiver', clock });
  const agesMs: number[] = [];
  const all = Promise.withResolvers<void>();
  await bus.handle(
    queue,
    async (note) => {
      agesMs.push(performance.timeOrigin + performance.now() - note.n / 1_000);
      if (agesMs.length === bursts * BURST) all.resolve();
    },
    { concurrency: BURST },
  );
  const child = fork(import.meta.filename, [redis.socketPath, String(bursts)]);
  await all.promise;
  child.disconnect();
  await once(child, 'exit');
  await bus.close();
  const sorted = agesMs.slice(BURST).toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(share * sorted.length)] ?? 0).toFixed(2);
  console.log(
    `jobs ${sorted.length}  p50 ${at(0.5)} ms  p99 ${at(0.99)} ms  worst ${at(0.9999)} ms`,
  );
}

async function send(): Promise<void> {
  const [socketPath = '', bursts = '1'] = process.argv.slice(2);
  const bus = await openBus({ socketPath, instance: 'sender', clock });
  for (let burst = 0; burst < Number(bursts); burst += 1) {
    await Promise.all(
      Array.from({ length: BURST }, (_, i) =>
        bus.send(queue, {
          id: `b${burst}-${i}`,
          n: Math.round((performance.timeOrigin + performance.now()) * 1_000),
        }),
      ),
    );
    await clock.sleep(EVERY_MS);
  }
  if (process.connected) await once(process, 'disconnect');
  await bus.close();
}
