import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { createWorld } from '#practice/create-world.ts';
import type { ReplayOptions } from '#practice/replay/create-replay.ts';
import type { WorldEvent } from '#practice/world.ts';
import { closesOf, differences, rowsOf } from '../support/recorded-candles.ts';

const NOW = Date.UTC(2026, 5, 3, 12, 34, 56, 789);
const SERVED = Math.floor(NOW / 1000) * 1000;
const MINUTE = 60_000;

/** A replay at 60x that has run for a while. */
async function served(replay: Partial<ReplayOptions> & { files: string[] }, ms: number) {
  const clock = fakeClock(NOW);
  const world = createWorld({ clock, seed: 7, replay: { speed: 60, ...replay } });
  const events: WorldEvent[] = [];
  world.subscribe((event) => events.push(event));
  for (let passed = 0; passed < ms; passed += 50) {
    await clock.advance(50);
    world.step();
  }
  return { world, events };
}

const DATA = new URL('../../../shared/data/', import.meta.url).pathname;
const candleFile = (name: string): string => join(DATA, 'candles/binance', name);
const APRIL = ['BTCUSDT-1m-2021-04_06', 'ETHUSDT-1m-2021-04_05', 'SOLUSDT-1m-2021-04_05'].map(
  (name) => candleFile(`${name}.csv.gz`),
);

describe.skipIf(!APRIL.every((file) => existsSync(file)))(
  'replay of recorded markets (skipped where ../shared/data is absent)',
  () => {
    it.each([
      ['from the default start', undefined],
      ['across the outage of 2021-04-20', Date.UTC(2021, 3, 20, 1, 50)],
      ['across the outage of 2021-04-25', Date.UTC(2021, 3, 25, 3, 50)],
    ])('serves April 2021 candle by candle %s', async (_, fromMs) => {
      const from = fromMs === undefined ? {} : { fromMs };
      const replay = await served({ files: APRIL, ...from }, 90_000);
      for (const file of APRIL) {
        const symbol = basename(file).slice(0, 7);
        const closes = closesOf(replay.events, symbol);
        expect(differences(replay.world, symbol, closes, file)).toEqual([]);
        const fromRecordedMs = replay.world.recordedTime?.(SERVED) ?? 0;
        const recorded = [...rowsOf(file).keys()].filter(
          (ms) => ms >= fromRecordedMs && ms < fromRecordedMs + 90 * MINUTE,
        );
        expect(closes.map((k) => replay.world.recordedTime?.(k.openMs))).toEqual(recorded);
        const history = replay.world.klines(symbol, '1s', { endMs: SERVED - 1, limit: 500 });
        expect(history).toHaveLength(500);
        expect(differences(replay.world, symbol, history, file)).toEqual([]);
      }
    });

    it('serves recorded trades', async () => {
      const file = join(DATA, 'market/binance-BTCUSDT-trades-2021-01-08.csv');
      const fromMs = 1_610_064_005_000;
      const replay = await served({ files: [file], speed: 1, fromMs }, 20_000);
      expect(replay.events.filter((event) => event.kind === 'trade').length).toBeGreaterThan(300);
    });
  },
);
