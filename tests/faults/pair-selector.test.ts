/**
 * A desk whose pair-selector drops a pair that is held, and is killed meanwhile: the position keeps its
 * data and its stop, nothing is bought on top, nobody hears of a change at the restart, and the pair
 * goes when the position is sold.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBus } from '#bus/redis/open-bus.ts';
import type { RedisBus } from '#bus/redis/open-bus.ts';
import { feeds, positions, universe } from '#bus/states.ts';
import { universeChanges } from '#bus/topics.ts';
import { Pair } from '#core/model/pair.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { socketPath } from '#platform/lifecycle/short-path.ts';
import { changesPath, readChanges } from '#universe/change-log.ts';
import { ledgerFacts } from '../../scripts/acceptance/ledger-facts.ts';
import { startDesk } from '../support/desk.ts';
import type { Desk } from '../support/desk.ts';
import { eventually } from '../support/eventually.ts';
import { orderLiquidity } from '../support/practice.ts';

const [BTC, ETH] = [Pair.parse('BTC/USDT'), Pair.parse('ETH/USDT')];
const CONFIG = {
  practice: { pairs: [BTC, ETH], volatility: 1 },
  pairs: [BTC, ETH],
  // The selector alone is killed, and nobody but the test trades.
  coordinator: { placement: 'apart' },
  committee: { min_confidence: 1 },
  pair_selector: {
    refresh_seconds: 1,
    chain: [{ name: 'static' }, { name: 'spread', max_fraction: 0.002 }],
    hysteresis: { enter_runs: 1, leave_runs: 2 },
  },
  cache: { default_ttl: 1 },
};

let folder: string;
let desk: Desk;
let bus: RedisBus;
/** Versions of the universe as they were announced. */
const announced: number[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nightdesk-universe-'));
  const file = join(folder, 'settings.yaml');
  // YAML reads JSON.
  writeFileSync(file, JSON.stringify(CONFIG));
  desk = await startDesk({ folder, args: ['--timeframe', '1s', '--seed', '7', '--config', file] });
  await desk.untilReady();
  const address = socketPath(desk.dataDir, 'redis.sock');
  bus = await openBus({ socketPath: address, instance: 'test', clock: systemClock() });
  await bus.subscribe(universeChanges, ({ version }) => void announced.push(version));
});

afterAll(async () => {
  await bus.close();
  await desk[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** `ETH/USDT exit-only`, best first. */
async function stands(): Promise<string[]> {
  const seen = await bus.get(universe, 'current');
  return (seen?.pairs ?? []).map(({ pair, standing }) => `${pair} ${standing}`);
}

async function until(wanted: readonly string[], withinMs: number): Promise<void> {
  await eventually(async () => (await stands()).join() === wanted.join(), {
    withinMs,
    what: `the universe is ${wanted.join()}`,
  });
}

function fact<T>(read: (facts: ReturnType<typeof ledgerFacts>) => T): T {
  using facts = ledgerFacts(desk.dataDir);
  return read(facts);
}

it('a held pair that is dropped is sold out, not bought, and a killed selector changes nothing', async () => {
  await until([`${BTC} trade`, `${ETH} trade`], 20_000);
  const bought = await desk.command(['order', 'buy', ETH, '--stop', '0.05', '--target', '0.2']);
  expect(bought.code, bought.stdout).toBe(0);
  await eventually(async () => (await bus.get(positions, ETH))?.stopPrice !== undefined, {
    withinMs: 5_000,
    what: 'the position has its stop',
  });

  // Wide for the selector, yet not too wide for the gate.
  const port = readFileSync(join(desk.dataDir, 'run', 'practice.port'), 'utf8').trim();
  const wide = { symbol: 'ETHUSDT', spreadFraction: 0.004 };
  await orderLiquidity(`http://127.0.0.1:${port}`, wide);
  await until([`${BTC} trade`, `${ETH} exit-only`], 15_000);
  const seen = await bus.get(universe, 'current');
  expect(seen?.pairs.at(-1)?.why).toMatch(/^open position; spread: spread 0\.\d+ %$/);
  const more = await desk.command(['order', 'buy', ETH, '--stop', '0.05']);
  expect(more.code, more.stdout).not.toBe(0);
  expect(more.stdout).toContain('pair-exit-only');

  const told = announced.length;
  const pid = await desk.pidOf('pair-selector');
  process.kill(pid, 'SIGKILL');
  expect(await stands()).toEqual([`${BTC} trade`, `${ETH} exit-only`]);
  await eventually(async () => (await desk.pidOf('pair-selector')) !== pid, { withinMs: 10_000 });
  const killedMs = Date.now();
  await eventually(async () => ((await bus.get(universe, 'current'))?.atMs ?? 0) > killedMs, {
    withinMs: 10_000,
    what: 'a run of the new process',
  });
  expect(await stands()).toEqual([`${BTC} trade`, `${ETH} exit-only`]);
  expect(announced.length, 'nothing is announced').toBe(told);
  expect((await bus.get(feeds, ETH))?.state).toBe('live');
  expect(fact((facts) => facts.unprotected())).toEqual([]);
  expect(fact((facts) => facts.positions()).map(({ pair }) => pair)).toEqual([ETH]);

  const closed = await desk.command(['close', ETH]);
  expect(closed.code, closed.stdout).toBe(0);
  await until([`${BTC} trade`], 15_000);
  await eventually(async () => (await bus.get(feeds, ETH)) === undefined, {
    withinMs: 5_000,
    what: 'nobody follows it any more',
  });
  const own = readChanges(changesPath(desk.dataDir)).filter(({ pair }) => pair === ETH);
  expect(own.map(({ from, to, why }) => `${from} > ${to}: ${why.split(' spread ')[0]}`)).toEqual([
    'out > trade: chosen by the chain as it is now set',
    'trade > exit-only: open position; spread:',
    'exit-only > out: its position is closed',
  ]);
  const check = await desk.command(['ledger', 'check']);
  expect(check.code, check.stdout).toBe(0);
});
