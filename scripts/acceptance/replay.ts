/**
 * Item 3: BTC, ETH and SOL of April 2021 at sixty times their speed, and again across the two
 * and a half hours of 2021-04-20 without a candle. What the desk did is compared with the recorded files through the
 * map that the practice exchange writes.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Desk } from '../../tests/support/desk.ts';
import { compareCoverage, coverageText } from './coverage.ts';
import { errorLines, startRun } from './desk-run.ts';
import { findings } from './findings.ts';
import type { Findings } from './findings.ts';
import { itemFlags } from './flags.ts';
import { historyFacts } from './history-facts.ts';
import { ledgerFacts } from './ledger-facts.ts';
import type { FillRow } from './ledger-facts.ts';
import { checkMoney } from './money-checks.ts';
import { readReplayMap, recordedPrices } from './replay-prices.ts';
import type { RecordedPrices, ReplayMap } from './replay-prices.ts';
import { noteDecisions } from './trading.ts';

const FOLDER = resolve(import.meta.dirname, '../../../shared/data/candles/binance');
const FILES = ['BTCUSDT-1m-2021-04_06', 'ETHUSDT-1m-2021-04_05', 'SOLUSDT-1m-2021-04_05'].map(
  (name) => join(FOLDER, `${name}.csv.gz`),
);
const MINUTE_MS = 60_000;
const SPEED = 60;
const COVERED_MIN = 0.999;
const SETTLE_MS = 4_000;

/**
 * The book around a recorded price is half a spread (5e-5) wide on each side, a taker may walk some
 * levels of it, and a stop that triggers sells below the trade that triggered it.
 */
const TOLERANCE = 5e-4;

export async function run(args: readonly string[]): Promise<boolean> {
  if (!FILES.every((file) => existsSync(file))) {
    console.log(`recorded candles are not here (${FOLDER}); nothing was checked`);
    return false;
  }
  const { minutes = 5, only, seed } = itemFlags(args);
  const legs = [
    { name: 'april', title: 'replay of April 2021', from: undefined },
    { name: 'outage', title: 'replay across the outage', from: '2021-04-20T01:00:00Z' },
  ].filter(({ name }) => only === undefined || only === name);
  let isPassed = true;
  for (const leg of legs) {
    const report = findings(`${leg.title}, ${SPEED}x, ${minutes} min`);
    await runLeg({ ...leg, minutes, seed }, report);
    isPassed = report.print() && isPassed;
  }
  return isPassed;
}

interface Leg {
  readonly from: string | undefined;
  readonly minutes: number;
  readonly seed: number;
}

async function runLeg(leg: Leg, report: Findings): Promise<void> {
  const from = leg.from === undefined ? [] : ['--from', leg.from];
  const deskArgs = ['--replay', ...FILES, '--seed', String(leg.seed), ...from];
  const run = await startRun({ args: deskArgs });
  await using desk = run.desk;
  report.note('ready after', `${(run.readyMs / 1_000).toFixed(1)} s`);
  await sleep(leg.minutes * MINUTE_MS);
  const toMs = Date.now();
  await sleep(SETTLE_MS);
  const map = readReplayMap(join(desk.dataDir, 'practice', 'replay-map.csv'), SPEED);
  const span = {
    fromMs: map.toRecorded(run.fromMs - 60_000),
    toMs: map.toRecorded(Date.now() + MINUTE_MS),
  };
  const prices = recordedPrices(FILES, span);
  report.note('recorded', `${text(map.toRecorded(run.fromMs))} to ${text(map.toRecorded(toMs))}`);
  checkCandles(desk, { map, prices, fromMs: run.fromMs, toMs }, report);
  noteDecisions(desk, report);
  checkFills(desk, { map, prices }, report);
  await checkMoney(desk, report);
  const errors = errorLines(desk);
  report.check('no error lines', errors.length === 0, errors.slice(0, 3).join(' | ') || 'none');
}

interface Recording {
  readonly map: ReplayMap;
  readonly prices: ReadonlyMap<string, RecordedPrices>;
}

/** The files say which candles there are, the map when each was served: nobody is asked. */
function checkCandles(
  desk: Desk,
  of: Recording & { fromMs: number; toMs: number },
  report: Findings,
): void {
  const closes = new Map(
    [...of.prices].map(([pair, candles]) => [
      pair,
      new Set([...candles.keys()].map((openMs) => of.map.toServed(openMs + MINUTE_MS))),
    ]),
  );
  using history = historyFacts(desk.dataDir);
  const coverage = compareCoverage(closes, history.decisions(of.fromMs), of);
  const isCovered = coverage.fraction >= COVERED_MIN && coverage.unknown.length === 0;
  report.check('one decision per recorded candle', isCovered, coverageText(coverage));
  const missing = recordedGaps(of);
  report.note('gaps in the recording', missing.join('; ') || 'none');
}

function recordedGaps(of: Recording & { fromMs: number; toMs: number }): string[] {
  return [...of.prices].flatMap(([pair, candles]) => {
    const opens = [...candles.keys()].filter((ms) => of.map.toServed(ms) >= of.fromMs);
    return opens.flatMap((openMs, i) => {
      const minutes = (openMs - (opens[i - 1] ?? openMs - MINUTE_MS)) / MINUTE_MS - 1;
      return minutes > 0 ? [`${pair} ${minutes} min before ${text(openMs)}`] : [];
    });
  });
}

/**
 * A fill lies in the range of the recorded minute it happened in. The book of the end of the minute
 * before is still there at its beginning, and during a gap the last book stays, so the newest recorded
 * minute not later than the fill and the one before it count.
 */
function checkFills(desk: Desk, of: Recording, report: Findings): void {
  using ledger = ledgerFacts(desk.dataDir);
  const fills = ledger.fills();
  const outside = fills.flatMap((fill) => {
    const excess = excessOf(fill, of);
    return excess === undefined ? [] : [{ fill, excess }];
  });
  const worst = Math.max(0, ...outside.map(({ excess }) => excess));
  const bad = outside.filter(({ excess }) => excess > TOLERANCE);
  report.note(
    'fills outside their recorded minute',
    `${outside.length} of ${fills.length}, worst by ${worst.toExponential(1)} of the price`,
  );
  report.check(
    `fills within recorded prices (tolerance ${TOLERANCE})`,
    bad.length === 0,
    bad
      .slice(0, 3)
      .map(
        ({ fill, excess }) =>
          `${fill.pair} ${fill.side} ${fill.leg} ${fill.price} at ${text(of.map.toRecorded(fill.at_ms))} off by ${excess.toExponential(1)}`,
      )
      .join('; ') || `${fills.length} fills`,
  );
}

/** How far outside, as a fraction of the price; undefined when inside. */
function excessOf(fill: FillRow, of: Recording): number | undefined {
  const candles = of.prices.get(fill.pair);
  const minuteMs = Math.floor(of.map.toRecorded(fill.at_ms) / MINUTE_MS) * MINUTE_MS;
  const opens = [...(candles?.keys() ?? [])].filter((ms) => ms <= minuteMs).slice(-2);
  const ranges = opens.flatMap((ms) => candles?.get(ms) ?? []);
  const [low, high] = [
    Math.min(...ranges.map((range) => range.low)),
    Math.max(...ranges.map((range) => range.high)),
  ];
  const price = Number(fill.price);
  const excess = Math.max(low - price, price - high) / price;
  return excess > 0 ? excess : undefined;
}

function text(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}
