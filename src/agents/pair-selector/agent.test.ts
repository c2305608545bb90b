import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import type { Universe } from '#core/model/universe.ts';
import { instrument, pairOf, ticker } from '#core/pairs/pairs.fixture.ts';
import { PermanentError, TransientError } from '#platform/errors.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { seededRandom } from '#platform/random.ts';
import { createPairSelector, type SelectorPorts } from './agent.ts';
import { changesPath, openChangeLog, readChanges } from '#universe/change-log.ts';
import { PairSelectorConfig } from './config.ts';
import { selectorMetrics } from './metrics.ts';
import { readUniverse, universePath, writeUniverse } from '#universe/universe-file.ts';

const [A, B, C] = [pairOf('A'), pairOf('B'), pairOf('C')];
const ONCE = { enter_runs: 1, leave_runs: 1 };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pair-selector-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A desk whose market, positions and Redis the test sets. */
function desk(config: unknown = {}, venue = 'practice') {
  const world = {
    volumes: new Map<Pair, number>([
      [A, 3],
      [B, 2],
    ]),
    held: new Set<Pair>() as ReadonlySet<Pair> | undefined,
    listed: [A, B] as readonly Pair[],
    isMarketAway: false,
    isRedisAway: false,
    isHistoryBroken: false,
    told: [] as Universe[],
    news: 0,
    warnings: 0,
    onLook: (): void => undefined,
    nowMs: 1_000,
  };
  const metrics = createMetrics({ agent: 'pair-selector', instance: 'pair-selector' });
  const path = universePath(folder);
  const read = readUniverse(path);
  const drain = new AbortController();
  const away = (): never => {
    if (drain.signal.aborted) throw drain.signal.reason;
    throw new TransientError('cache-load', 'nobody answers');
  };
  const redis = <T>(does: () => T): Promise<T> =>
    world.isRedisAway
      ? Promise.reject(new TransientError('redis', 'away'))
      : Promise.resolve(does());
  const ports: SelectorPorts = {
    config: PairSelectorConfig.parse(config),
    about: [[A, B], venue],
    chain: {
      quoteAsset: 'USDT',
      look: {
        tickers: async () => {
          if (world.isMarketAway) away();
          world.onLook();
          return [...world.volumes].map(([pair, quoteVolume24h]) => ({
            ...(ticker({ quoteVolume24h }) as { last: number; changeFraction24h: number }),
            quoteVolume24h,
            pair,
            atMs: 0,
          }));
        },
        instruments: async () => [instrument('A'), instrument('B', { status: 'halted' })],
        candles: async (pair) => {
          if (pair === C) throw new PermanentError('none', 'no such pair');
          return away();
        },
        book: async () => away(),
      },
      listed: async () => world.listed,
      records: async () => new Map(),
      remote: async () => away(),
      capitalisation: async () => away(),
    },
    desk: { held: async () => world.held, records: async () => new Map() },
    bus: {
      set: (_state, _field, value) => redis(() => void world.told.push(value as never)),
      publish: () => redis(() => void (world.news += 1)),
    },
    clock: { now: () => world.nowMs, monotonic: () => world.nowMs },
    random: seededRandom(1),
    signal: drain.signal,
    log: { ...silentLog(), warn: () => void (world.warnings += 1) },
    metrics: selectorMetrics(metrics),
    changes: {
      add: (changes) => {
        if (world.isHistoryBroken) throw new Error('disk is full');
        openChangeLog(changesPath(folder), 10).add(changes);
      },
    },
    kept: read.kind === 'kept' ? read.kept : undefined,
    keep: (kept) => writeUniverse(path, kept),
  };
  const selector = createPairSelector(ports);
  const stands = (): Record<string, string> =>
    Object.fromEntries((selector.current()?.pairs ?? []).map((one) => [one.pair, one.standing]));
  const value = async (name: string): Promise<number | undefined> =>
    (await metrics.families()).find((family) => family.name === name)?.values[0]?.value;
  return { world, selector, stands, path, value, drain };
}

const VOLUME = { chain: [{ name: 'volume' }], hysteresis: ONCE };

describe('pair-selector', () => {
  test('the default chain follows exactly the list, without the market', async () => {
    const { world, selector, stands } = desk();
    world.isMarketAway = true;

    await selector.refresh();

    expect(stands()).toEqual({ [A]: 'trade', [B]: 'trade' });
    expect(world.told.at(-1)).toEqual(selector.current());
    expect(world.news).toBe(1);
    expect(selector.check()).toEqual({ isOk: true, detail: '2 pairs, version 1' });
  });

  test('a run without the market leaves the last universe in force and says so', async () => {
    const { world, selector, stands } = desk(VOLUME);
    await selector.refresh();
    world.isMarketAway = true;

    await selector.refresh();

    expect(stands()).toEqual({ [A]: 'trade', [B]: 'trade' });
    expect(selector.check().isOk).toBe(false);
    expect(selector.check().detail).toMatch(
      /^the last run failed: nobody answers; tried again after \d+ s$/,
    );
    world.isMarketAway = false;
    await selector.refresh();
    expect(selector.check().isOk).toBe(true);
  });

  test('candles that do not come for most pairs fail the run, those of a few are missing data', async () => {
    const { world, selector } = desk({
      ...VOLUME,
      chain: [{ name: 'volume' }, { name: 'age', min_days: 1 }],
    });

    await selector.refresh();
    expect(selector.check().detail).toContain('the data of most pairs did not come');

    world.volumes = new Map([[C, 1]]);
    await selector.refresh();
    expect(selector.check().detail).toMatch(/^the chain found no pair after age/);
  });

  test('what failed for now is tried again with growing pauses, no more once it is well', async () => {
    const { world, selector, value } = desk(VOLUME);
    await selector.refresh();
    world.isMarketAway = true;
    await selector.refresh();
    const failedMs = world.nowMs;

    await selector.retry();
    expect(await value('nightdesk_universe_retries_total'), 'not at once').toBe(0);
    const tries: number[] = [];
    for (let seconds = 1; seconds <= 1_800; seconds += 1) {
      world.nowMs += 1_000;
      const before = world.warnings;
      await selector.retry();
      if (world.warnings > before) tries.push((world.nowMs - failedMs) / 1_000);
    }
    const pauses = tries.map((at, i) => at - (tries[i - 1] ?? 0));
    expect(pauses[0]).toBeLessThanOrEqual(10);
    expect(pauses[1]).toBeLessThanOrEqual(20);
    expect(Math.max(...pauses), 'to the bound and not beyond').toBeLessThanOrEqual(300);
    expect(pauses.at(-1)).toBeGreaterThanOrEqual(150);
    expect(await value('nightdesk_universe_failed_runs')).toBe(1 + tries.length);

    world.isMarketAway = false;
    world.nowMs += 300_000;
    await selector.retry();
    expect(selector.check().isOk).toBe(true);
    expect(await value('nightdesk_universe_failed_runs')).toBe(0);
    const retries = await value('nightdesk_universe_retries_total');
    expect(retries).toBe(tries.length + 1);
    world.nowMs += 3_600_000;
    await selector.retry();
    expect(await value('nightdesk_universe_retries_total')).toBe(retries);
  });

  test('what is wrong with the chain waits for its turn, unless there is no universe yet', async () => {
    const empty = { ...VOLUME, chain: [{ name: 'volume' }, { name: 'max', count: 1 }] };
    const { world, selector, stands, value } = desk(empty);
    const volumes = world.volumes;
    world.volumes = new Map();
    await selector.refresh();
    expect(selector.check().detail).toMatch(/no pair after volume; tried again after \d+ s$/);
    world.nowMs += 3_000;
    world.volumes = volumes;

    await selector.retry();
    expect(stands()).toEqual({ [A]: 'trade' });
    world.volumes = new Map();
    await selector.refresh();
    expect(selector.check().detail).toBe('the chain found no pair after volume');
    world.nowMs += 3_600_000;
    await selector.retry();
    expect(await value('nightdesk_universe_retries_total')).toBe(1);
  });

  test('a run that the end of the agent cuts short has not failed', async () => {
    const { world, selector, drain } = desk(VOLUME);
    await selector.refresh();
    world.isMarketAway = true;
    drain.abort(new Error('draining'));

    await selector.refresh();

    expect(world.warnings).toBe(0);
    expect(selector.check().isOk).toBe(true);
  });

  test('what is banned is not bought, also when the rest of the chain finds nothing', async () => {
    const chain = [{ name: 'static' }];
    await desk({ chain }).selector.refresh();
    const ban = { name: 'blacklist', patterns: ['A/*'] };
    const after = desk({ chain: [...chain, ban, { name: 'offset', count: 1 }] });

    await after.selector.refresh();

    expect(after.stands()).toEqual({ [B]: 'trade' });
    expect(after.selector.check().detail).toBe('the chain found no pair after offset');
  });

  test('a pair priced in another asset than the account does not come in', async () => {
    const { world, selector, stands } = desk();
    world.listed = [A, Pair.parse('ETH/BTC')];

    await selector.refresh();

    expect(stands()).toEqual({ [A]: 'trade' });
    expect(selector.current()?.chain[0]).toMatchObject({
      out: 1,
      removed: [{ pair: 'ETH/BTC', why: 'not priced in USDT' }],
    });
  });

  test('a chain that finds nothing empties the desk only where that is allowed', async () => {
    for (const allow_empty of [false, true]) {
      const { world, selector, stands } = desk({ ...VOLUME, allow_empty });
      await selector.refresh();
      world.volumes = new Map();

      await selector.refresh();

      expect(Object.keys(stands())).toHaveLength(allow_empty ? 0 : 2);
      expect(selector.check().isOk).toBe(allow_empty);
    }
  });

  test('a restart goes on from the disk, with the runs that were counted', async () => {
    const config = { chain: [{ name: 'volume' }], hysteresis: { enter_runs: 1, leave_runs: 2 } };
    const before = desk(config);
    await before.selector.refresh();
    before.world.volumes.delete(B);
    await before.selector.refresh();

    const after = desk(config);
    after.world.volumes.delete(B);
    expect(after.stands(), 'in force before the chain ran').toEqual({ [A]: 'trade', [B]: 'trade' });
    await after.selector.refresh();
    expect(Object.keys(after.stands()), 'a restart is no second half hour').toHaveLength(2);
    after.world.nowMs += 1_800_000;
    await after.selector.refresh();

    expect(after.stands()).toEqual({ [A]: 'trade' });
    expect(after.selector.current()?.version).toBe(2);
  });

  test('a damaged file counts as none', async () => {
    const { selector, path } = desk();
    await selector.refresh();
    writeFileSync(path, '{"universe":');

    expect(readUniverse(path).kind).toBe('damaged');
  });

  test('another chain is followed at once', async () => {
    const patient = { enter_runs: 5, leave_runs: 5 };
    await desk({ chain: [{ name: 'volume' }], hysteresis: patient }).selector.refresh();

    const after = desk({ chain: [{ name: 'volume', count: 1 }], hysteresis: patient });
    await after.selector.refresh();

    expect(after.stands()).toEqual({ [A]: 'trade' });
  });

  test('another venue is followed at once, with the same chain and the same list', async () => {
    const patient = { chain: [{ name: 'volume' }], hysteresis: { enter_runs: 5, leave_runs: 5 } };
    await desk(patient).selector.refresh();

    const after = desk(patient, 'kraken');
    after.world.volumes = new Map([[C, 1]]);
    await after.selector.refresh();

    expect(after.stands()).toEqual({ [C]: 'trade' });
  });

  test('a history that cannot be written holds no universe back', async () => {
    const { world, selector } = desk();
    world.isHistoryBroken = true;

    await selector.refresh();

    expect(world.told.at(-1)).toEqual(selector.current());
    expect(world.news).toBe(1);
    expect(selector.check().isOk).toBe(true);
    expect(world.warnings).toBe(1);
  });

  test('what was not published is published with the next look, and again after a wipe', async () => {
    const { world, selector } = desk();
    world.isRedisAway = true;
    await selector.refresh();
    expect(world.told).toEqual([]);
    world.isRedisAway = false;

    await selector.follow();
    await selector.follow();
    expect(world.told).toHaveLength(1);
    await selector.publish();
    expect(world.told).toHaveLength(2);
  });

  test('a position in a pair that left keeps it as exit-only until it is closed, between runs too', async () => {
    const { world, selector, stands } = desk(VOLUME);
    await selector.refresh();
    world.held = new Set([B, C]);
    world.volumes.delete(B);

    await selector.refresh();
    expect(stands()).toEqual({ [A]: 'trade', [B]: 'exit-only', [C]: 'exit-only' });

    world.held = undefined;
    await selector.follow();
    expect(Object.keys(stands()), 'nobody knows: nothing is let go').toHaveLength(3);
    world.held = new Set([B]);
    await selector.follow();
    expect(stands()).toEqual({ [A]: 'trade', [B]: 'exit-only' });
  });

  test('what is bought while the chain looks at the market does not leave', async () => {
    const { world, selector, stands } = desk(VOLUME);
    await selector.refresh();
    world.volumes.delete(B);
    world.onLook = () => {
      world.held = new Set([B]);
    };

    await selector.refresh();

    expect(stands()).toEqual({ [A]: 'trade', [B]: 'exit-only' });
  });

  test('what the venue halts leaves with its reason in the history', async () => {
    const { selector, stands } = desk({ chain: [{ name: 'static' }, { name: 'status' }] });

    await selector.refresh();

    expect(stands()).toEqual({ [A]: 'trade' });
    expect(selector.current()?.chain).toEqual([
      { step: 'static', in: 2, out: 2, removed: [] },
      { step: 'status', in: 2, out: 1, removed: [{ pair: B, why: 'the venue says halted' }] },
    ]);
    expect(readChanges(changesPath(folder)).map(({ pair, to }) => [pair, to])).toEqual([
      [A, 'trade'],
    ]);
  });
});

describe('history of changes', () => {
  const change = (atMs: number) =>
    ({ atMs, version: 1, pair: A, from: 'out', to: 'trade', why: 'chosen' }) as const;

  test('keeps the newest, at most twice what is asked for at any time', () => {
    const path = changesPath(folder);
    const log = openChangeLog(path, 10);

    for (let i = 0; i < 100; i += 1) {
      log.add([change(i)]);
      expect(readChanges(path).length).toBeLessThanOrEqual(20);
    }

    expect(readChanges(path).length).toBeGreaterThanOrEqual(10);
    expect(readChanges(path).at(-1)?.atMs).toBe(99);
  });

  test('goes on after a line that a crash tore', () => {
    const path = changesPath(folder);
    openChangeLog(path, 10).add([change(1)]);
    writeFileSync(path, '{"atMs":2,"ver', { flag: 'a' });

    openChangeLog(path, 10).add([change(3)]);

    expect(readChanges(path).map(({ atMs }) => atMs)).toEqual([1, 3]);
  });
});
