/**
 * Item 21: what the shared cache saves. Three consumers read the candles of twenty pairs in four
 * timeframes, and the tickers, every ten seconds. Beside it what they would ask for themselves: one
 * call a read. Counted are all REST calls of the desk to the practice exchange, its clock and rules
 * included, after a warm-up in which the cache learns when what is read.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { candleKey } from '#cache/candle-key.ts';
import { ALL, candleHistory, marketTickers } from '#cache/kinds.ts';
import { Pair } from '#core/model/pair.ts';
import type { Timeframe } from '#core/model/timeframe.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { startPractice } from '#practice/server/start-practice.ts';
import { type CountedCache, openCountedCache } from '../../tests/support/cache/shared-cache.ts';
import { runDataAgent } from '../../tests/support/data-agent.ts';
import { startRedis } from '../../tests/support/redis-server.ts';
import { findings } from './findings.ts';
import { itemFlags } from './flags.ts';

const BASES =
  'BTC ETH SOL BNB XRP ADA DOGE LINK AVAX LTC DOT TRX ATOM BCH NEAR UNI XLM ETC FIL APT'.split(' ');
const PAIRS = BASES.map((base) => Pair.parse(`${base}/USDT`));
const TIMEFRAMES: readonly Timeframe[] = ['1m', '5m', '15m', '1h'];
const CONSUMERS = ['worker', 'risk', 'pair-selector'];
const ROUND_MS = 10_000;
const WARM_UP_MINUTES = 3;
const CANDLES = 300;
const FEWER_MIN = 0.9;
const HIT_MIN = 0.95;
const HITS = new Set(['l1', 'l2', 'stale', 'negative', 'joined']);

export async function run(args: readonly string[]): Promise<boolean> {
  const { minutes = 3, seed } = itemFlags(args);
  const report = findings(
    `${PAIRS.length} pairs, ${TIMEFRAMES.length} timeframes, ${CONSUMERS.length} consumers, ${minutes} min after ${WARM_UP_MINUTES} of warm-up`,
  );
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis());
  const exchange = await startPractice({
    clock: systemClock(),
    log: silentLog(),
    seed,
    port: 0,
    pairs: PAIRS,
  });
  stack.adopt(exchange, (running) => running.close());
  const agent = stack.use(
    await runDataAgent({ url: exchange.url, socketPath: redis.socketPath, pairs: [...PAIRS] }),
  );
  const consumers = CONSUMERS.map((name) => openCountedCache(redis.socketPath, name));
  for (const consumer of consumers) stack.adopt(consumer, (open) => open.close());

  await readFor(consumers, WARM_UP_MINUTES);
  const warm = consumers.map(({ results }) => results.length);
  const callsBefore = await calls(agent.metrics);
  const { reads, failed, took } = await readFor(consumers, minutes);
  const asked = (await calls(agent.metrics)) - callsBefore;
  const results = consumers.flatMap((consumer, place) => consumer.results.slice(warm[place]));
  const hitRate = results.filter((result) => HITS.has(result)).length / results.length;
  const fewer = 1 - asked / reads;
  report.note('each for itself', `${(reads / took).toFixed(0)} calls a minute`);
  report.note('the desk', `${(asked / took).toFixed(0)} calls a minute`);
  for (const result of new Set(results)) {
    const share = results.filter((other) => other === result).length / results.length;
    report.note(`answered by ${result}`, `${(100 * share).toFixed(1)} %`);
  }
  report.check('at least 90 % fewer calls', fewer >= FEWER_MIN, `${(100 * fewer).toFixed(1)} %`);
  report.check(
    'at least 95 % served without a load',
    hitRate >= HIT_MIN,
    `${(100 * hitRate).toFixed(1)} %`,
  );
  report.check('no read failed', failed === 0, `${failed} of ${reads}`);
  return report.print();
}

async function readFor(
  consumers: readonly CountedCache[],
  minutes: number,
): Promise<{ readonly reads: number; readonly failed: number; readonly took: number }> {
  const startedMs = Date.now();
  let reads = 0;
  let failed = 0;
  while (Date.now() - startedMs < minutes * 60_000) {
    const roundMs = Date.now();
    const done = await readAll(consumers);
    reads += done.reads;
    failed += done.failed;
    await sleep(Math.max(0, ROUND_MS - (Date.now() - roundMs)));
  }
  return { reads, failed, took: (Date.now() - startedMs) / 60_000 };
}

async function readAll(
  consumers: readonly CountedCache[],
): Promise<{ readonly reads: number; readonly failed: number }> {
  const asked = consumers.flatMap((cache) => [
    cache.getOrLoad(marketTickers, ALL),
    ...PAIRS.flatMap((pair) =>
      TIMEFRAMES.map((timeframe) =>
        cache.getOrLoad(candleHistory, candleKey(pair, timeframe, CANDLES)),
      ),
    ),
  ]);
  const answers = await Promise.allSettled<unknown>(asked);
  return {
    reads: answers.length,
    failed: answers.filter(({ status }) => status === 'rejected').length,
  };
}

async function calls(metrics: { families(): Promise<readonly unknown[]> }): Promise<number> {
  const families = (await metrics.families()) as readonly {
    readonly name: string;
    readonly values: readonly { readonly value: number }[];
  }[];
  const requests = families.find(({ name }) => name === 'nightdesk_venue_requests_total');
  return (requests?.values ?? []).reduce((sum, { value }) => sum + value, 0);
}
