/**
 * The default committee on recorded 1m candles of April 2021: that it trades at a sensible rate, in
 * moving and in quiet hours. The data lies beside the repository; without it this is skipped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { seat } from '#core/committee/analyst.ts';
import { builtInAnalyst } from '#core/committee/bench.ts';
import { evaluate } from '#core/committee/committee.ts';
import { CommitteeConfig } from '#core/committee/config.ts';
import { type Candle, Candle as CandleSchema } from '#core/model/candle.ts';
import { Pair } from '#core/model/pair.ts';

const FOLDER = new URL('../../../shared/data/candles/binance/', import.meta.url);
const isPresent = existsSync(FOLDER);
const title = isPresent ? '' : ' (skipped: ../shared/data is absent)';
const MINUTE_MS = 60_000;

const config = CommitteeConfig.parse({});
const seats = config.analysts.flatMap(({ name, weight }) =>
  name === undefined ? [] : [seat(builtInAnalyst(name), { weight })],
);

function recorded(file: string, from: number, count: number): Candle[] {
  const lines = gunzipSync(readFileSync(new URL(file, FOLDER)))
    .toString()
    .split('\n');
  return lines.slice(1 + from, 1 + from + count).map((line) => {
    const [openMs, open, high, low, close, volume] = line.split(',').map(Number);
    return CandleSchema.parse({ openMs, open, high, low, close, volume });
  });
}

/** Candles of `minutes` that are closed by `closeMs`. */
function longer(candles: readonly Candle[], minutes: number, closeMs: number): Candle[] {
  const everyMs = minutes * MINUTE_MS;
  const out: Candle[] = [];
  for (const candle of candles) {
    const openMs = Math.floor(candle.openMs / everyMs) * everyMs;
    if (openMs + everyMs > closeMs) break;
    const last = out.at(-1);
    if (last?.openMs !== openMs) out.push({ ...candle, openMs });
    else {
      out[out.length - 1] = {
        ...last,
        high: Math.max(last.high, candle.high),
        low: Math.min(last.low, candle.low),
        close: candle.close,
        volume: last.volume + candle.volume,
      };
    }
  }
  return out;
}

/** Goes through the candles as a desk would: one position, stop, target, sell and cooldown. */
function entriesIn(candles: readonly Candle[], from: number): number {
  let held: { stop: number; target: number } | undefined;
  let lastEntry = -Infinity;
  let entries = 0;
  for (let index = from; index < candles.length; index += 1) {
    const window = candles.slice(index - config.candles + 1, index + 1);
    const candle = window.at(-1);
    if (candle === undefined) break;
    const closeMs = candle.openMs + MINUTE_MS;
    // Some 30 candles of each longer timeframe are enough here and keep the test short.
    const before = candles.slice(Math.max(0, index - 600), index + 1);
    const verdict = evaluate(
      { seats, config },
      {
        pair: Pair.parse('A/B'),
        timeframe: '1m',
        candles: window,
        higher: [
          { timeframe: '5m', candles: longer(before, 5, closeMs) },
          { timeframe: '15m', candles: longer(before, 15, closeMs) },
        ],
      },
    );
    const isOut = held !== undefined && (candle.low <= held.stop || candle.high >= held.target);
    if (isOut || (held !== undefined && verdict.action === 'sell')) {
      held = undefined;
    } else if (held === undefined && verdict.distances !== undefined && verdict.action === 'buy') {
      if (index - lastEntry < config.cooldown_candles) continue;
      const { stopDistanceFraction, targetDistanceFraction } = verdict.distances;
      held = {
        stop: candle.close * (1 - stopDistanceFraction),
        target: candle.close * (1 + targetDistanceFraction),
      };
      lastEntry = index;
      entries += 1;
    }
  }
  return entries;
}

describe.runIf(isPresent)(`the default committee on recorded candles${title}`, () => {
  test.each([
    ['BTCUSDT-1m-2021-04_06.csv.gz', 5_000],
    ['ETHUSDT-1m-2021-04_05.csv.gz', 5_000],
    ['SOLUSDT-1m-2021-04_05.csv.gz', 5_000],
    ['SOLUSDT-1m-2021-04_05.csv.gz', 26_000],
    ['BTCUSDT-1m-2024-10_11.csv.gz', 20_000],
  ])('%s from candle %d: a few entries in 900 candles', (file, from) => {
    const candles = recorded(file, from, 1_500);

    const entries = entriesIn(candles, 600);

    expect(entries, 'entries in 900 candles').toBeGreaterThanOrEqual(2);
    expect(entries, 'entries in 900 candles').toBeLessThanOrEqual(18);
  });
});
