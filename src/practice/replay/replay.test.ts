import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { ConfigError } from '#platform/errors.ts';
import { createWorld } from '../create-world.ts';
import type { World, WorldEvent } from '../world.ts';
import type { ReplayOptions } from './create-replay.ts';
import { ReplayFileError } from './replay-file-error.ts';
import { closesOf, differences } from '../../../tests/support/recorded-candles.ts';

const NOW = Date.UTC(2026, 5, 3, 12, 34, 56, 789);
const SERVED = Math.floor(NOW / 1000) * 1000;
const RECORDED = Date.UTC(2021, 3, 1);
const MINUTE = 60_000;
const HEADER = 'timestamp,open,high,low,close,volume';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, lines: readonly string[]): string {
  const text = `${lines.join('\n')}\n`;
  const file = join(folder, name);
  writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text);
  return file;
}

/** A candle a minute, each different, in prices of two decimals. */
function candleLines(count: number, isLeftOut: (index: number) => boolean = () => false): string[] {
  const lines = [HEADER];
  for (let i = 0; i < count; i += 1) {
    if (isLeftOut(i)) continue;
    const open = 100 + (i % 7) + 0.25;
    const close = 100 + ((i + 1) % 7) + 0.5;
    const high = Math.max(open, close) + (i % 3) * 0.01;
    const low = Math.min(open, close) - (i % 4) * 0.01;
    lines.push(`${RECORDED + i * MINUTE},${open},${high},${low},${close},${(i % 5) + 0.125}`);
  }
  return lines;
}

function start(replay: Partial<ReplayOptions> & { files: string[] }, startMs = NOW, seed = 7) {
  const clock = fakeClock(startMs);
  const world = createWorld({ clock, seed, replay: { speed: 60, ...replay } });
  const events: WorldEvent[] = [];
  world.subscribe((event) => events.push(event));
  return { clock, world, events };
}

async function run(of: { clock: ReturnType<typeof fakeClock>; world: World }, ms: number, by = 50) {
  for (let passed = 0; passed < ms; passed += by) {
    await of.clock.advance(Math.min(by, ms - passed));
    of.world.step();
  }
}

describe('replay of candles', () => {
  it('serves each recorded minute as the candle of one second, live and as history', async () => {
    const file = write('BTCUSDT-1m-2021.csv', candleLines(1200));
    const replay = start({ files: [file] });
    await run(replay, 60_000);

    const closes = closesOf(replay.events, 'BTCUSDT');
    expect(closes).toHaveLength(60);
    expect(differences(replay.world, 'BTCUSDT', closes, file)).toEqual([]);
    const all = replay.world.klines('BTCUSDT', '1s', { startMs: 0, limit: 5000 });
    expect(all).toHaveLength(500 + 60 + 1);
    expect(differences(replay.world, 'BTCUSDT', all.slice(0, -1), file)).toEqual([]);
    expect(replay.world.recordedTime?.(SERVED)).toBe(RECORDED + 500 * MINUTE);
  });

  it('makes the candles by trades through a book that is never crossed', async () => {
    const file = write('BTCUSDT-1m-2021.csv.gz', candleLines(1200));
    const { world, events, clock } = start({ files: [file] });
    await run({ world, clock }, 10_000);

    const trades = events.flatMap((event) => (event.kind === 'trade' ? [event.trade] : []));
    expect(trades.length).toBeGreaterThan(60);
    expect(trades.map((trade) => trade.id)).toEqual(trades.map((_, i) => (trades[0]?.id ?? 0) + i));
    const { bids, asks } = world.book('BTCUSDT', 50);
    expect(bids.length).toBeGreaterThan(8);
    expect(bids[0]?.[0]).toBeLessThan(asks[0]?.[0] ?? 0);
  });

  it('leaves gaps gaps: no candle and no trade in the served second', async () => {
    const isGap = (i: number): boolean => (i >= 505 && i < 515) || i === 300;
    const file = write('BTCUSDT-1m-2021.csv', candleLines(1200, isGap));
    const other = write('ETHUSDT-1m-2021.csv', candleLines(1200));
    const replay = start({ files: [file, other] });
    await run(replay, 20_000);

    const served = (symbol: string): number[] =>
      closesOf(replay.events, symbol).map((kline) => (kline.openMs - SERVED) / 1000);
    expect(served('BTCUSDT')).toEqual([0, 1, 2, 3, 4, 15, 16, 17, 18, 19]);
    expect(served('ETHUSDT')).toEqual(Array.from({ length: 20 }, (_, i) => i));
    const inGap = replay.events.filter(
      (event) =>
        event.kind === 'trade' &&
        event.trade.symbol === 'BTCUSDT' &&
        event.trade.timeMs >= SERVED + 5000 &&
        event.trade.timeMs < SERVED + 15_000,
    );
    expect(inGap).toEqual([]);
    const history = replay.world.klines('BTCUSDT', '1s', { startMs: 0, limit: 500 });
    expect(history.map((kline) => kline.openMs)).not.toContain(SERVED - 200_000);
  });

  it('serves a recorded candle without volume as one, without trades', async () => {
    const lines = candleLines(20);
    lines[13] = `${RECORDED + 12 * MINUTE},101,101,101,101,0`;
    const replay = start({ files: [write('BTCUSDT-1m-2021.csv', lines)] });
    await run(replay, 4000);

    const quiet = closesOf(replay.events, 'BTCUSDT')[2];
    expect(quiet).toMatchObject({ closeTicks: 10_100, lots: 0, trades: 0 });
  });

  it('ends once: the data is over, nothing trades, the world goes on', async () => {
    const replay = start({ files: [write('BTCUSDT-1m-2021.csv', candleLines(30))] });
    await run(replay, 30_000);

    const ends = replay.events.filter((event) => event.kind === 'endOfData');
    expect(ends).toHaveLength(1);
    expect(ends[0]).toMatchObject({ timeMs: expect.closeTo(SERVED + 15_000, -3) as number });
    expect(closesOf(replay.events, 'BTCUSDT')).toHaveLength(15);
    expect(replay.world.currentKline('BTCUSDT', '1s')).toBeUndefined();
    expect(replay.world.klines('BTCUSDT', '1s', { limit: 1 })[0]?.openMs).toBe(SERVED + 14_000);
  });

  it('serves minutes as minutes at speed 1, seconds within them too', async () => {
    const file = write('BTCUSDT-1m-2021.csv', candleLines(1200));
    const replay = start({ files: [file], speed: 1 });
    await run(replay, 200_000);

    const minutes = replay.world.klines('BTCUSDT', '1m', { startMs: 0, limit: 5000 });
    expect(minutes.length).toBeGreaterThan(502);
    expect(differences(replay.world, 'BTCUSDT', minutes.slice(0, -1), file)).toEqual([]);
    const seconds = replay.world.klines('BTCUSDT', '1s', { limit: 120 });
    expect(seconds.map((kline) => kline.openMs - (seconds[0]?.openMs ?? 0))).toEqual(
      Array.from({ length: 120 }, (_, i) => i * 1000),
    );
  });

  it('starts where it is told and refuses what the files do not share', () => {
    const btc = write('BTCUSDT-1m-2021.csv', candleLines(1200));
    const eth = write(
      'ETHUSDT-1m-2021.csv',
      candleLines(600, (i) => i < 100),
    );
    const { world } = start({ files: [btc, eth], fromMs: RECORDED + 200 * MINUTE });
    expect(world.recordedTime?.(SERVED)).toBe(RECORDED + 200 * MINUTE);
    const history = world.klines('ETHUSDT', '1s', { endMs: SERVED - 1, limit: 1000 });
    expect(history).toHaveLength(100);
    expect(() => start({ files: [btc, eth], fromMs: RECORDED + 700 * MINUTE })).toThrow(
      /cannot start at 2021-04-01T11:40:00.000Z: the files share/,
    );
    const late = candleLines(1200, (i) => i < 700);
    expect(() => start({ files: [eth, write('SOLUSDT-1m.csv', late)] })).toThrow(
      /no time in common/,
    );
  });

  it('repeats from one seed however often it is stepped, and differs with another', async () => {
    const file = write('BTCUSDT-1m-2021.csv', candleLines(1200));
    const [often, seldom, other] = [
      start({ files: [file] }),
      start({ files: [file] }),
      start({ files: [file] }, NOW, 8),
    ];
    await run(often, 8000);
    await run(seldom, 8000, 2000);
    await run(other, 8000);
    expect(seldom.events).toEqual(often.events);
    expect(other.events).not.toEqual(often.events);
  });

  it('has all candles after a pause and streams none of those it missed', async () => {
    const file = write('BTCUSDT-1m-2021.csv', candleLines(1200));
    const replay = start({ files: [file] });
    await run(replay, 3000);
    replay.events.length = 0;
    await replay.clock.advance(60_000);
    replay.world.step();

    expect(replay.events.filter((event) => event.kind === 'trade')).toEqual([]);
    const klines = replay.world.klines('BTCUSDT', '1s', { startMs: 0, limit: 5000 });
    expect(klines.filter((kline) => kline.openMs < SERVED + 63_000)).toHaveLength(563);
    await run(replay, 2000);
    expect(replay.events.some((event) => event.kind === 'trade')).toBe(true);
  });

  it('writes the map and goes on where it was after a kill', async () => {
    const mapFile = join(folder, 'run', 'map.csv');
    const file = write('BTCUSDT-1m-2021.csv', candleLines(1200));
    const first = start({ files: [file], mapFile });
    await run(first, 20_000);

    const again = start({ files: [file], mapFile }, NOW + 25_000);
    expect(again.world.recordedTime?.(SERVED)).toBe(RECORDED + 500 * MINUTE);
    await run(again, 10_000);
    const klines = again.world.klines('BTCUSDT', '1s', { startMs: SERVED, limit: 99 });
    expect(klines.map((k) => (k.openMs - SERVED) / 1000)).toEqual(
      Array.from({ length: klines.length }, (_, i) => i),
    );
    expect(differences(again.world, 'BTCUSDT', klines.slice(0, -1), file)).toEqual([]);

    const rows = readFileSync(mapFile, 'utf8').trim().split('\n');
    expect(rows[0]).toBe('served_ms,recorded_ms');
    const served = rows.slice(1).map((row) => Number(row.split(',')[0]));
    expect(served).toEqual(served.map((_, i) => SERVED + i * 1000));

    const before = first.world.trades('BTCUSDT', { limit: 1000 });
    const after = again.world.trades('BTCUSDT', { fromId: before[0]?.id ?? 0, limit: 9999 });
    expect(after.slice(0, before.length), 'the same trades under the same ids').toEqual(before);
    expect(after.length).toBeGreaterThan(before.length + 60);
    const later = start({ files: [file], mapFile }, NOW + 600_000);
    expect(later.world.recordedTime?.(SERVED + 600_000)).toBe(RECORDED + 500 * MINUTE);
  });

  it('gives later starts higher ids', async () => {
    const file = write('BTCUSDT-1m-2021.csv', candleLines(1200));
    const first = start({ files: [file] });
    await run(first, 5000);
    const second = start({ files: [file] }, NOW + 6000);
    await run(second, 1000);
    const lastId = (world: World): number => world.trades('BTCUSDT', { limit: 1 })[0]?.id ?? 0;
    expect(lastId(second.world)).toBeGreaterThan(lastId(first.world));
  });
});

describe('bad replay files', () => {
  const problemsOf = (name: string, lines: readonly string[]): ReplayFileError => {
    try {
      start({ files: [write(name, lines)] });
    } catch (error: unknown) {
      if (error instanceof ReplayFileError) return error;
      throw error;
    }
    throw new Error('the file was taken');
  };

  it('name every problem with line, column, what was found and what was expected', () => {
    const error = problemsOf('BTCUSDT-1m-2021.csv', [
      HEADER,
      `${RECORDED},100,101,99,100,1`,
      `${RECORDED + MINUTE},100,99,98,100,1`,
      `${RECORDED},100,101,99,abc,1`,
      `${RECORDED + 2 * MINUTE},100,101,99,100,-1`,
      `1617235200,100,101,99,100`,
    ]);
    expect(error.problems.map(({ line, column }) => [line, column])).toEqual([
      [3, 'high'],
      [4, 'timestamp'],
      [4, 'close'],
      [4, 'low'],
      [5, 'volume'],
      [6, 'timestamp'],
      [6, 'timestamp'],
      [6, 'volume'],
    ]);
    expect(error.message).toContain('line 5, volume: found "-1", expected a number, 0 or more');
    expect(error).toBeInstanceOf(ConfigError);
  });

  it.each([
    ['a missing column', 'BTCUSDT-1m.csv', ['timestamp,open,high,low,volume'], /column close/],
    ['an empty file', 'BTCUSDT-1m.csv', [], /column timestamp/],
    ['no rows', 'BTCUSDT-1m.csv', [HEADER], /no rows/],
    [
      'a time off the grid',
      'BTCUSDT-1m.csv',
      [HEADER, `${RECORDED + 7},1,1,1,1,1`],
      /interval of 60 s/,
    ],
    ['a name without a pair', 'candles.csv', [HEADER, `${RECORDED},1,1,1,1,1`], /with a pair/],
  ])('say so for %s', (_, name, lines, message) => {
    expect(problemsOf(name, lines).message).toMatch(message);
  });

  it('say so for a file that is not there or not what its name says', () => {
    expect(() => start({ files: [join(folder, 'BTCUSDT-1m.csv')] })).toThrow(
      `${join(folder, 'BTCUSDT-1m.csv')}: not found`,
    );
    const broken = join(folder, 'ETHUSDT-1m.csv.gz');
    writeFileSync(broken, gzipSync(candleLines(400).join('\n')).subarray(0, 900));
    expect(() => start({ files: [broken] })).toThrow(/unexpected end of file/);
  });

  it('stop at twenty problems', () => {
    const rows = Array.from({ length: 50 }, () => 'x,1,1,1,1,1');
    expect(problemsOf('BTCUSDT-1m.csv', [HEADER, ...rows]).problems).toHaveLength(20);
  });

  it('refuse two files of a pair, mixed intervals and pairs without a file', () => {
    const minutes = write('BTCUSDT-1m-a.csv', candleLines(10));
    const again = write('BTCUSDT-1m-b.csv', candleLines(10));
    const hours = write('ETHUSDT-1h.csv', [HEADER, `${RECORDED},1,1,1,1,1`]);
    expect(() => start({ files: [minutes, again] })).toThrow(/two files of one pair/);
    expect(() => start({ files: [minutes, hours] })).toThrow(/differ in interval/);
    const options = { clock: fakeClock(NOW), seed: 1, pairs: ['SOL/USDT'] };
    const replay = { files: [minutes], speed: 60 };
    expect(() => createWorld({ ...options, replay })).toThrow(/no file of SOLUSDT/);
  });
});

describe('replay of trades', () => {
  it('repeats each trade at its price, size and side', async () => {
    const lines = ['timestamp,trade_id,price,quantity,buyer_maker'];
    for (let i = 0; i < 300; i += 1) {
      const maker = i % 3 === 0 ? 'True' : 'False';
      lines.push(
        `${RECORDED + i * 333},${i},${(100 + (i % 11) / 10).toFixed(2)},0.0${1 + (i % 9)},${maker}`,
      );
    }
    const file = write('binance-BTCUSDT-trades-2021.csv', lines);
    const replay = start({ files: [file], speed: 1, fromMs: RECORDED + 10_000 });
    await run(replay, 30_000);

    const trades = replay.events.flatMap((event) => (event.kind === 'trade' ? [event.trade] : []));
    const expected = lines.slice(1).flatMap((line) => {
      const [timeMs = '', , price = '', lots = '', maker = ''] = line.split(',');
      const servedMs = SERVED + Number(timeMs) - RECORDED - 10_000;
      return servedMs < NOW - 50 ? [] : [{ servedMs, price, lots, buyerIsMaker: maker === 'True' }];
    });
    for (const [i, trade] of trades.slice(0, 60).entries()) {
      expect(trade.ticks / 10).toBeCloseTo(Number(expected[i]?.price), 9);
      expect(trade.lots / 1e5).toBeCloseTo(Number(expected[i]?.lots), 9);
      expect(trade.buyerIsMaker).toBe(expected[i]?.buyerIsMaker);
      expect(trade.timeMs).toBe(expected[i]?.servedMs);
    }
    expect(trades.length).toBeGreaterThan(60);
  });
});
