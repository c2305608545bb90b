/**
 * The chain day by day on recorded hours: what the selector would have seen at each midnight, by the
 * same code that the desk runs, with and without hysteresis.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { runChain, type ChainPorts, type ChainRun } from '#agents/pair-selector/run-chain.ts';
import type { Candle } from '#core/model/candle.ts';
import { Pair } from '#core/model/pair.ts';
import { Chain } from '#core/pairs/config.ts';
import {
  type Hysteresis,
  NOTHING_SELECTED,
  stepSelection,
  type Selection,
} from '#core/pairs/selection.ts';
import { PermanentError } from '#platform/errors.ts';

const FOLDER = resolve(import.meta.dirname, '../../../shared/data/candles/binance/1h-2024');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FIRST_MS = Date.parse('2024-02-10');
const DAYS = 140;

export const isRecorded = existsSync(FOLDER);

export const RECORDED_CHAIN = Chain.parse([
  { name: 'volume', count: 40, min_quote_volume: 3_000_000 },
  { name: 'age', min_days: 35 },
  { name: 'volatility', days: 10, min: 0.015, max: 0.09 },
  { name: 'range-stability', days: 10, min: 0.08 },
  { name: 'correlation', days: 30, max: 0.85 },
  { name: 'max', count: 12 },
]);

export interface Churn {
  readonly rule: string;
  readonly days: number;
  /** Pairs that came or went a day. */
  readonly changesPerDay: number;
  readonly changesMax: number;
  readonly pairsMean: number;
}

interface Recorded {
  readonly hours: ReadonlyMap<Pair, readonly Candle[]>;
  readonly days: ReadonlyMap<Pair, readonly Candle[]>;
}

export function readRecorded(): Recorded {
  const hours = new Map<Pair, readonly Candle[]>();
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.csv.gz'))) {
    const base = file.slice(0, file.indexOf('USDT-'));
    hours.set(Pair.parse(`${base}/USDT`), candlesOf(join(FOLDER, file)));
  }
  return { hours, days: new Map([...hours].map(([pair, rows]) => [pair, daily(rows)])) };
}

/** Each midnight's run, members known to `max` by the buffer's rule. */
export async function runDays(
  recorded: Recorded,
  given: { readonly rule: string; readonly buffer: number; readonly hysteresis: Hysteresis },
): Promise<{ readonly churn: Churn; readonly runs: readonly ChainRun[] }> {
  const chain = RECORDED_CHAIN.map((link) =>
    link.name === 'max' ? { ...link, buffer: given.buffer } : link,
  );
  let selection: Selection = NOTHING_SELECTED;
  const runs: ChainRun[] = [];
  const changes: number[] = [];
  const sizes: number[] = [];
  for (let day = 0; day < DAYS; day += 1) {
    const atMs = FIRST_MS + day * DAY_MS;
    const chosen = new Set(selection.members.map(({ pair }) => pair));
    const run = await runChain(chain, portsAt(recorded, atMs), { held: new Set(), chosen });
    const { pairs: wanted, removed } = run;
    const about = { atMs, wanted, removed, held: new Set<Pair>(), isNewWish: day === 0 };
    const seen = { ...about, everyMs: DAY_MS };
    const step = stepSelection(selection, seen, given.hysteresis);
    selection = step.selection;
    runs.push(run);
    // The first list is no churn.
    if (day > 0) changes.push(step.changes.length);
    sizes.push(selection.members.length);
  }
  const churn = {
    rule: given.rule,
    days: changes.length,
    changesPerDay: sum(changes) / changes.length,
    changesMax: Math.max(...changes),
    pairsMean: sum(sizes) / sizes.length,
  };
  return { churn, runs };
}

function portsAt({ hours, days }: Recorded, atMs: number): ChainPorts {
  const absent = (): never => {
    throw new PermanentError('not-recorded', 'not recorded');
  };
  return {
    quoteAsset: 'USDT',
    look: {
      tickers: () =>
        Promise.resolve(
          [...hours].flatMap(([pair, rows]) => {
            const day = before(rows, atMs, [24, HOUR_MS]);
            const [first, last] = [day[0], day.at(-1)];
            if (first === undefined || last === undefined) return [];
            const quoteVolume24h = sum(day.map(({ volume, close }) => volume * close));
            const changeFraction24h = last.close / first.open - 1;
            return [{ pair, last: last.close, quoteVolume24h, changeFraction24h, atMs }];
          }),
        ),
      candles: (pair, timeframe, count) =>
        Promise.resolve(
          timeframe === '1d'
            ? before(days.get(pair) ?? [], atMs, [count, DAY_MS])
            : before(hours.get(pair) ?? [], atMs, [count, HOUR_MS]),
        ),
      instruments: absent,
      book: absent,
    },
    listed: absent,
    records: absent,
    remote: absent,
    capitalisation: absent,
  };
}

/** The newest `count` that had closed by then, none older than `count` periods. */
function before(
  rows: readonly Candle[],
  atMs: number,
  window: readonly [count: number, periodMs: number],
): readonly Candle[] {
  const [count, periodMs] = window;
  const fromMs = atMs - count * periodMs;
  return rows.filter(({ openMs }) => openMs >= fromMs && openMs + periodMs <= atMs);
}

function candlesOf(path: string): readonly Candle[] {
  const [, ...lines] = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n');
  return lines.map((line) => {
    const [openMs = 0, open = 0, high = 0, low = 0, close = 0, volume = 0] = line
      .split(',')
      .map(Number);
    return { openMs, open, high, low, close, volume };
  });
}

/** Whole UTC days alone. */
function daily(rows: readonly Candle[]): readonly Candle[] {
  const groups = Map.groupBy(rows, ({ openMs }) => Math.floor(openMs / DAY_MS) * DAY_MS);
  return [...groups].flatMap(([openMs, hours]) => {
    const [first, last] = [hours[0], hours.at(-1)];
    if (first === undefined || last === undefined || hours.length < 24) return [];
    return {
      openMs,
      open: first.open,
      high: Math.max(...hours.map(({ high }) => high)),
      low: Math.min(...hours.map(({ low }) => low)),
      close: last.close,
      volume: sum(hours.map(({ volume }) => volume)),
    };
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
