import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createCachePolicy } from '#core/cache-policy/policy.ts';
import { createPrefetcher } from '#core/cache-policy/prefetch/prefetcher.ts';
import { scriptFlags } from '../script-flags.ts';
import type { BenchPolicy, Room } from './cache-policies/bench-policy.ts';
import { lfu } from './cache-policies/lfu.ts';
import { lru } from './cache-policies/lru.ts';
import { readTrace } from './cache-policies/recorded-trace.ts';
import { type Played, simulate } from './cache-policies/simulate.ts';
import { syntheticTrace } from './cache-policies/synthetic-trace.ts';
import { type Trace, workingSet } from './cache-policies/trace.ts';
import { ttlOnly } from './cache-policies/ttl-only.ts';
import { windowTinyLfu } from './cache-policies/window-tiny-lfu.ts';

const USAGE = `The eviction policy of the cache beside others, on the same reads with the same room: hit rate,
loads, bytes loaded, and what readers waited for in ms of load and weight.

  node scripts/bench/cache-policy.ts [--trace FILE] [--seed S (1)]`;
const OWN = 'nightdesk';
const POLICIES: Readonly<Record<string, (room: Room) => BenchPolicy>> = {
  [OWN]: ({ bytesMax }) => createCachePolicy({ bytesMax }),
  LRU: lru,
  LFU: lfu,
  'TTL only': ttlOnly,
  'W-TinyLFU': windowTinyLfu,
};
const SHARES = [1 / 8, 1 / 4, 1 / 2, 1];

function bench(name: string, trace: Trace): void {
  const { bytes: wholeBytes, entries } = workingSet(trace);
  const [first = [0], last = [0]] = [trace.reads[0], trace.reads.at(-1)];
  const minutes = ((last[0] - first[0]) / 60_000).toFixed(1);
  console.log(
    `\n${name}: ${trace.reads.length} reads in ${minutes} min, ` +
      `${trace.keys.length} keys, at most ${(wholeBytes / 1e6).toFixed(2)} MB good at a time`,
  );
  for (const share of SHARES) {
    const room = { bytesMax: Math.ceil(wholeBytes * share), entries: entries * share };
    for (const [policy, make] of Object.entries(POLICIES)) {
      print(share, policy, simulate(trace, make(room), room));
    }
    const prefetcher = createPrefetcher();
    const ahead = simulate(trace, createCachePolicy(room), { ...room, prefetcher });
    print(share, `${OWN}, ahead`, ahead);
  }
}

function print(share: number, policy: string, played: Played): void {
  const { reads, hits, loads, loadedBytes, missedMs } = played;
  console.log(
    `${`1/${1 / share}`.padEnd(4)} ${policy.padEnd(17)} hits ${((100 * hits) / reads).toFixed(2).padStart(6)} %  ` +
      `loads ${String(loads).padStart(7)}  ${(loadedBytes / 1e6).toFixed(1).padStart(8)} MB  ` +
      `waited ${(missedMs / 1_000).toFixed(1).padStart(8)} s`,
  );
}

const TEN_MINUTES_MS = 600_000;
const { trace, seed } = scriptFlags({
  usage: USAGE,
  options: { trace: { type: 'string' }, seed: { type: 'string' } },
  schema: z.object({
    trace: z.string().default(join(import.meta.dirname, 'traces/desk.json.gz')),
    seed: z.string().default('1'),
  }),
});
const { model = 'unknown' } = cpus()[0] ?? {};
console.log(`${availableParallelism()} x ${model}, Node ${process.version}`);
const recorded = readTrace(trace);
bench(`recorded, ${recorded.what}`, recorded);
bench(`Zipf and scans, seed ${seed}`, syntheticTrace(seed));
bench(`the same, moving every 10 min`, syntheticTrace(seed, TEN_MINUTES_MS));
