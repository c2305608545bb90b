import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { readEvent } from '#cache/redis/events.ts';
import { EVENTS_CHANNEL, PREFIX } from '#cache/redis/scripts.ts';
import { socketPath } from '#platform/lifecycle/short-path.ts';
import { freshRandom, seededRandom } from '#platform/random.ts';
import { connectRedis } from '#platform/redis/connection.ts';
import { openCountedCache } from '../../tests/support/cache/shared-cache.ts';
import { startDesk } from '../../tests/support/desk.ts';
import { duration, scriptFlags } from '../script-flags.ts';
import { PAIRS, runConsumers } from './cache-policies/consumers.ts';
import { writeTrace } from './cache-policies/recorded-trace.ts';
import { gatherTrace, type TraceGatherer } from './cache-policies/trace-gatherer.ts';

const USAGE = `Records what a desk reads of the shared cache, for the bench of its policy: a whole desk against the
practice exchange with 20 pairs, where risk agent and pair-selector look every half minute and
minute, and three consumers beside them that read the candles of all pairs in four timeframes.

  node scripts/bench/record-trace.ts --out FILE [--minutes N (4)] [--seed N (1)]`;

const CONFIG = {
  // A venue is some 80 ms away.
  practice: { pairs: PAIRS, latency: { rest_ms: 80 } },
  risk_agent: { check_interval_seconds: 30 },
  pair_selector: {
    refresh_seconds: 60,
    chain: [
      { name: 'volume' },
      { name: 'age' },
      { name: 'spread' },
      { name: 'volatility' },
      { name: 'range-stability' },
      { name: 'depth' },
      { name: 'correlation', max: 1 },
    ],
  },
};

const { out, minutes, seed } = scriptFlags({
  usage: USAGE,
  options: { out: { type: 'string' }, minutes: { type: 'string' }, seed: { type: 'string' } },
  schema: z.object({
    out: z.string(),
    minutes: duration.default(4),
    seed: z.string().default('1'),
  }),
});

const config = join(tmpdir(), `nightdesk-trace-${process.pid}.yaml`);
// YAML reads JSON.
writeFileSync(config, JSON.stringify(CONFIG));
try {
  await using desk = await startDesk({ args: ['--timeframe', '1m', '--config', config] });
  await desk.untilReady();
  const socket = socketPath(desk.dataDir, 'redis.sock');
  const gatherer = gatherTrace();
  const listening = await listen(socket, gatherer);
  const caches = ['charts', 'analysis', 'screen'].map((name) => openCountedCache(socket, name));
  const signal = AbortSignal.timeout(minutes * 60_000);
  await runConsumers(caches, seededRandom(seed), signal);
  for (const cache of caches) cache.close();
  await listening.stop();
  const what = `20 pairs, ${minutes} min, seed ${seed}`;
  const { trace, unknown } = gatherer.trace(what);
  const bytes = writeTrace(out, trace);
  console.log(
    `${trace.reads.length} reads of ${trace.keys.length} keys, ${unknown} of keys without an entry; ` +
      `${bytes} bytes`,
  );
} finally {
  rmSync(config, { force: true });
}

/** Hears all processes; after each word of a new value, and once of what was there before, looks at it. */
async function listen(path: string, gatherer: TraceGatherer): Promise<{ stop(): Promise<void> }> {
  const address = { socketPath: path };
  const open = (name: string): Redis =>
    connectRedis({ address, name, random: freshRandom(), whileDown: 'wait' });
  const [ear, redis] = [open('trace-ear'), open('trace-look')];
  const looks: Promise<void>[] = [];

  async function look(id: string): Promise<void> {
    const [entry, counted] = await Promise.all([
      redis.getBuffer(`${PREFIX}entry:${id}`),
      redis.hget(`${PREFIX}sizes`, id),
    ]);
    // Given up or forgotten since.
    if (entry !== null && counted !== null) gatherer.fill(id, entry, Number(counted));
  }

  ear.on('message', (_channel, text) => {
    const event = readEvent(text);
    if (event === undefined) throw new Error(`no event of the cache: ${text.slice(0, 200)}`);
    gatherer.hear(event, Date.now());
    if (event.type === 'filled') looks.push(look(event.id));
  });
  await ear.subscribe(EVENTS_CHANNEL);
  for (const id of await redis.hkeys(`${PREFIX}sizes`)) looks.push(look(id));
  return {
    stop: async () => {
      // The last report of reads.
      await sleep(1_000);
      await Promise.all(looks);
      ear.disconnect();
      redis.disconnect();
    },
  };
}
