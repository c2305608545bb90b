/**
 * The pair-selector as a process, fed by a data agent as a process: what the venue halts, and what
 * has become too wide or too thin, goes with its reason and comes back by the hysteresis. Killed, it
 * leaves the desk with the same universe, and comes back to it.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBus } from '#bus/redis/open-bus.ts';
import type { RedisBus } from '#bus/redis/open-bus.ts';
import { epoch, feeds, universe } from '#bus/states.ts';
import { universeChanges } from '#bus/topics.ts';
import { venueInstruments } from '#cache/kinds.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Universe } from '#core/model/universe.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { startPractice } from '#practice/server/start-practice.ts';
import type { PracticeExchange } from '#practice/server/start-practice.ts';
import { changesPath, readChanges } from '#universe/change-log.ts';
import type { AgentProcess } from '../support/agent-process.ts';
import { openCountedCache } from '../support/cache/shared-cache.ts';
import { temporaryFolder } from '../support/data-agent.ts';
import { runCommand } from '../support/desk.ts';
import { eventually } from '../support/eventually.ts';
import { pairOf, startData, startSelector } from '../support/pairs/selector-process.ts';
import type { SelectorSetting } from '../support/pairs/selector-process.ts';
import { clearFaults, orderLiquidity, postFault } from '../support/practice.ts';
import { startRedis } from '../support/redis-server.ts';
import type { RedisServer } from '../support/redis-server.ts';

const [BTC, ETH, SOL, XRP] = [pairOf('BTC'), pairOf('ETH'), pairOf('SOL'), pairOf('XRP')];
/** By name, as `names` gives them. */
const PAIRS = [BTC, ETH, SOL, XRP];
const ENTER_RUNS = 2;
const SELECTOR = {
  chain: [
    { name: 'static' },
    { name: 'status' },
    { name: 'spread', max_fraction: 0.002 },
    // A wide book costs an order too: here only what a book holds is asked.
    { name: 'depth', order_quote: 10_000, max_impact_fraction: 0.02 },
  ],
  hysteresis: { enter_runs: ENTER_RUNS, leave_runs: 2 },
};

let folder: ReturnType<typeof temporaryFolder>;
let exchange: PracticeExchange;
let redis: RedisServer;
let bus: RedisBus;
let data: AgentProcess;
let setting: SelectorSetting;
/** As announced on the topic. */
const announced: Universe[] = [];

beforeAll(async () => {
  folder = temporaryFolder();
  const options = { clock: systemClock(), log: silentLog(), seed: 7, port: 0, pairs: PAIRS };
  exchange = await startPractice(options);
  redis = await startRedis();
  const { socketPath } = redis;
  bus = await openBus({ socketPath, instance: 'test', clock: systemClock() });
  await bus.set(epoch, 'current', { id: 'first', sinceMs: 0 });
  await bus.subscribe(universeChanges, (news) => void announced.push(news));
  const { url } = exchange;
  setting = { url, socketPath, dataDir: folder.path, pairs: PAIRS, selector: SELECTOR };
  data = await startData(setting);
});

afterAll(async () => {
  await data[Symbol.asyncDispose]();
  await bus.close();
  await exchange.close();
  await redis[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

beforeEach(calm);

function current(): Promise<Universe | undefined> {
  return bus.get(universe, 'current');
}

async function until(wanted: readonly Pair[]): Promise<Universe[]> {
  const runs = new Map<number, Universe>();
  await eventually(
    async () => {
      const seen = await current();
      if (seen !== undefined) runs.set(seen.atMs, seen);
      return names(seen).join() === wanted.join();
    },
    { withinMs: 15_000, what: `the universe is ${wanted.join()}` },
  );
  return [...runs.values()];
}

function names(seen: Universe | undefined): string[] {
  return (seen?.pairs ?? []).map(({ pair }) => pair).toSorted();
}

async function calm(): Promise<void> {
  await clearFaults(exchange.url);
  await fetch(`${exchange.url}/practice/liquidity`, { method: 'DELETE' });
  // Rules of a pair that nobody follows are read again when they are ten minutes old at most.
  const cache = openCountedCache(redis.socketPath, 'test');
  await cache.invalidate(venueInstruments);
  cache.close();
}

function removedBy(run: Universe | undefined, step: string): Record<string, string> {
  const removed = run?.chain.find((one) => one.step === step)?.removed ?? [];
  return Object.fromEntries(removed.map(({ pair, why }) => [pair, why]));
}

/** What is neither feeding nor followed has no such state. */
async function followed(): Promise<string[]> {
  const all = await bus.all(feeds);
  return [...all].flatMap(([pair, { state }]) => (state === 'live' ? [pair] : [])).toSorted();
}

describe('the pair-selector as a process', () => {
  it('drops the halted, the wide and the thin, tells why, and takes them back', async () => {
    await using _selector = await startSelector(setting);
    await until(PAIRS);

    await postFault(exchange.url, { kind: 'maintenance', target: { symbol: 'ETHUSDT' } });
    await orderLiquidity(exchange.url, { symbol: 'SOLUSDT', spreadFraction: 0.02 });
    await orderLiquidity(exchange.url, { symbol: 'XRPUSDT', depthShare: 0.05 });
    await until([BTC]);

    const last = await current();
    expect(removedBy(last, 'status')).toEqual({ [ETH]: 'the venue says halted' });
    expect(removedBy(last, 'spread')).toEqual({
      [SOL]: 'spread 2.0 %',
    });
    expect(removedBy(last, 'depth')).toEqual({ [XRP]: 'the book holds less than 10000' });
    const left = readChanges(changesPath(folder.path)).filter(({ to }) => to === 'out');
    expect(Object.fromEntries(left.map(({ pair, why }) => [pair, why.split(' ')[0]]))).toEqual({
      [ETH]: 'status:',
      [SOL]: 'spread:',
      [XRP]: 'depth:',
    });
    await eventually(() => names(announced.at(-1)).join() === BTC, { withinMs: 2_000 });
    expect(announced.map(({ version }) => version)).toEqual(announced.map((_, i) => i + 1));
    const shown = await runCommand(['pairs', '--data-dir', folder.path]);
    expect(shown.stdout).toMatch(/^status +4 +3 +ETH\/USDT \(the venue says halted\)$/m);
    expect(shown.stdout).toMatch(/^spread +3 +2 +SOL\/USDT \(spread 2\.0 %\)$/m);
    expect(shown.stdout).toMatch(/^depth +2 +1 +XRP\/USDT \(the book holds less than 10000\)$/m);
    await eventually(async () => (await followed()).join() === BTC, { withinMs: 5_000 });

    await calm();
    const runs = await until(PAIRS);

    const free = runs.filter((run) => removedBy(run, 'status')[ETH] === undefined);
    expect(
      free.findIndex((run) => names(run).includes(ETH)),
      'not at the first run',
    ).toBe(ENTER_RUNS - 1);
    await eventually(async () => (await followed()).join() === PAIRS.join(), {
      withinMs: 5_000,
    });
  }, 40_000);

  it('killed, leaves the desk as it is and comes back to the same universe', async () => {
    await using selector = await startSelector(setting);
    await until(PAIRS);
    const before = await current();
    const told = announced.length;
    const changes = readChanges(changesPath(folder.path)).length;

    await selector.kill();
    expect(await followed()).toEqual(PAIRS);
    await redis.command('FLUSHALL');
    await bus.set(epoch, 'current', { id: 'second', sinceMs: 1 });
    await using _again = await startSelector(setting);
    await until(PAIRS);
    await eventually(async () => ((await current())?.atMs ?? 0) > (before?.atMs ?? 0), {
      withinMs: 5_000,
      what: 'a run of the new process',
    });

    expect((await current())?.version).toBe(before?.version);
    expect(announced.length, 'no change is announced').toBe(told);
    expect(readChanges(changesPath(folder.path)).length).toBe(changes);
  }, 30_000);
});
