/**
 * Value at risk and shocks on recorded candles: each day's VaR from the days before it alone, held
 * against what that day lost.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { alignedReturns, simpleReturns, type TimedClose } from '#core/risk/measure/returns.ts';
import {
  filteredMonteCarloVar,
  historicalVar,
  parametricVar,
  type TailRisk,
} from '#core/risk/measure/value-at-risk.ts';
import {
  christoffersen,
  kupiec,
  type LikelihoodTest,
  trafficLight,
} from '#core/risk/measure/var-backtest.ts';
import { seededRandom } from '#platform/random.ts';

const FOLDER = resolve(import.meta.dirname, '../../../shared/data/candles/binance');
const DAY_MS = 86_400_000;
const RATE = 0.01;
const DRAWS = 4_000;
const HOURLY = 'ADA AVAX BNB DOGE DOT ETH LINK LTC SOL TRX XRP'.split(' ');

export const isRecorded = existsSync(FOLDER);

export interface Backtest {
  readonly portfolio: string;
  readonly method: string;
  readonly observations: number;
  readonly breaches: number;
  /** Breaches that Kupiec's test does not reject at 5 %. */
  readonly band: readonly [number, number];
  readonly kupiec: LikelihoodTest;
  readonly independence: LikelihoodTest;
  readonly light: string;
  readonly meanVar: number;
}

const METHODS: Readonly<Record<string, (window: readonly number[], day: number) => TailRisk>> = {
  historical: (window) => historicalVar(window),
  'Cornish-Fisher': (window) => parametricVar(window),
  'filtered simulation': (window, day) =>
    filteredMonteCarloVar(window, { random: seededRandom(`var/${day}`), draws: DRAWS }),
};

/** BTC over the two years to 2022-09-30, and eleven coins in equal parts as far as there are hours. */
export function varBacktests(): Backtest[] {
  const btc = dailyCloses('BTCUSDT-1d-2017_2022');
  const from = btc.findIndex(({ openMs }) => openMs === Date.parse('2020-10-01'));
  const long = simpleReturns(btc.slice(from - 501).map(({ close }) => close));
  const rows = alignedReturns(
    HOURLY.map((base) => dailyCloses(`${base}USDT-1h-2021_2022`)),
    DAY_MS,
  );
  const mixed = (rows[0] ?? []).map((_, day) =>
    rows.reduce((sum, row) => sum + Math.expm1(row[day] ?? 0) / rows.length, 0),
  );
  return [
    ...backtests({ portfolio: 'BTC, 2020-10 to 2022-09', returns: long, window: 500 }),
    ...backtests({ portfolio: '11 coins, 2021-10 to 2022-09', returns: mixed, window: 180 }),
  ];
}

interface Sample {
  readonly portfolio: string;
  readonly returns: readonly number[];
  readonly window: number;
}

function backtests({ portfolio, returns, window }: Sample): Backtest[] {
  return Object.entries(METHODS).map(([method, measure]) => {
    const tested = returns.slice(window);
    const figures = tested.map(
      (_, day) => measure(returns.slice(day, day + window), day).valueAtRisk,
    );
    const hits = tested.map((value, day) => -value > (figures[day] ?? 0));
    const counts = { observations: hits.length, breaches: hits.filter(Boolean).length };
    return {
      portfolio,
      method,
      ...counts,
      band: bandOf(counts.observations),
      kupiec: kupiec(counts, RATE),
      independence: christoffersen(hits, RATE).independence,
      light: trafficLight(counts),
      meanVar: figures.reduce((sum, value) => sum + value, 0) / figures.length,
    };
  });
}

function bandOf(observations: number): [number, number] {
  const kept = Array.from({ length: observations }, (_, breaches) => breaches).filter(
    (breaches) => kupiec({ observations, breaches }, RATE).pValue >= 0.05,
  );
  return [kept[0] ?? 0, kept.at(-1) ?? 0];
}

const SHOCK_DAYS: Readonly<Record<string, readonly [from: string, to: string]>> = {
  '2020-03-12': ['2020-03-11', '2020-03-12'],
  '2021-05-19': ['2021-05-18', '2021-05-19'],
  'luna-2022-05': ['2022-05-08', '2022-05-12'],
};

/** Return from close to close as recorded; undefined where nothing was. */
export function recordedShock(name: string, base: string): number | undefined {
  const days = SHOCK_DAYS[name];
  if (days === undefined) return undefined;
  const [before, after] = days.map((day) => {
    const openMs = Date.parse(day);
    for (const file of filesOf(base)) {
      const found = dailyCloses(file).find((close) => close.openMs === openMs);
      if (found !== undefined) return found.close;
    }
    return undefined;
  });
  return before === undefined || after === undefined ? undefined : after / before - 1;
}

function filesOf(base: string): string[] {
  const names = ['1d-2017_2022', '1h-2019_2021', '1h-2021_2022'].map((set) => `${base}USDT-${set}`);
  return names.filter((name) => existsSync(pathOf(name)));
}

const known = new Map<string, TimedClose[]>();

/** The last close of each day (UTC). */
function dailyCloses(file: string): TimedClose[] {
  const before = known.get(file);
  if (before !== undefined) return before;
  const closes = new Map<number, number>();
  const lines = gunzipSync(readFileSync(pathOf(file)))
    .toString()
    .trim()
    .split('\n')
    .slice(1);
  for (const line of lines) {
    const [openMs = 0, , , , close = Number.NaN] = line.split(',').map(Number);
    closes.set(Math.floor(openMs / DAY_MS) * DAY_MS, close);
  }
  const days = [...closes].map(([openMs, close]) => ({ openMs, close }));
  known.set(file, days);
  return days;
}

function pathOf(name: string): string {
  return join(FOLDER, `${name}.csv.gz`);
}
