/**
 * Faults of the exchange: each one shows in a metric within seconds, holds entries back where it
 * has to, passes without a restart, and no candle is missing or decided twice afterwards.
 */
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { openBus } from '#bus/redis/open-bus.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { socketPath } from '#platform/lifecycle/short-path.ts';
import { coverageText } from './coverage.ts';
import { coverageOf, startRun } from './desk-run.ts';
import { faultRound } from './fault-round.ts';
import type { RoundResult } from './fault-round.ts';
import { FAULT_TABLE } from './fault-table.ts';
import { findings, table } from './findings.ts';
import { itemFlags } from './flags.ts';
import { checkMoney } from './money-checks.ts';

const LASTS_MS = 12_000;
const PAIRS = '[BTC/USDT, ETH/USDT, SOL/USDT]';

export async function run(args: readonly string[]): Promise<boolean> {
  const { only, seed } = itemFlags(args);
  const rows = FAULT_TABLE.filter(({ title }) => only === undefined || title.includes(only));
  const deskArgs = ['--timeframe', '1s', '--seed', String(seed)];
  const deskRun = await startRun({ args: deskArgs, env: { NIGHTDESK__PRACTICE__PAIRS: PAIRS } });
  await using desk = deskRun.desk;
  const address = socketPath(desk.dataDir, 'redis.sock');
  const bus = await openBus({ socketPath: address, instance: 'faults', clock: systemClock() });
  const port = readFileSync(join(desk.dataDir, 'run', 'practice.port'), 'utf8').trim();
  const options = { practiceUrl: `http://127.0.0.1:${port}`, bus, lastsMs: LASTS_MS };
  const results: RoundResult[] = [];
  for (const row of rows) {
    const result = await faultRound(deskRun, row, options);
    results.push(result);
    console.log(table([cells(result)]));
  }
  await bus.close();
  const report = findings(`seed ${seed}, 1s candles, ${PAIRS}, each fault ${LASTS_MS / 1_000} s`);
  const coverage = await coverageOf(deskRun);
  const isWhole = coverage.fraction === 1;
  report.check('one decision per closed candle', isWhole, coverageText(coverage));
  await checkMoney(desk, report);
  console.log(`\n${table([HEADER, ...results.map(cells)])}`);
  return report.print() && results.every(({ problems }) => problems.length === 0);
}

const HEADER = [
  '',
  'fault',
  'shown by',
  'after',
  'worst age',
  'entries',
  'trading again',
  'restarts',
  'problems',
];

function cells(result: RoundResult): readonly string[] {
  const { row, shownBy, shownMs, worstAgeSeconds, refusals, recoveredMs, problems } = result;
  return [
    problems.length === 0 ? 'ok' : 'FAIL',
    row.title,
    shownBy ?? '-',
    seconds(shownMs),
    `${worstAgeSeconds.toFixed(1)} s`,
    refusals.length === 0 ? 'taken' : refusals.join(','),
    seconds(recoveredMs),
    String(result.restarts),
    problems.join('; '),
  ];
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '-' : `${(ms / 1_000).toFixed(1)} s`;
}
