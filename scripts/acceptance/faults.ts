/**
 * Faults of the exchange: each one shows in a metric within seconds, holds entries back where it
 * has to, passes without a restart, and no candle is missing or decided twice afterwards.
 */
import { coverageText } from './coverage.ts';
import { coverageOf } from './desk-run.ts';
import { faultRound } from './fault-round.ts';
import type { RoundResult } from './fault-round.ts';
import { startFaultRun } from './fault-run.ts';
import { FAULT_TABLE } from './fault-table.ts';
import { findings, table } from './findings.ts';
import { itemFlags } from './flags.ts';
import { checkMoney } from './money-checks.ts';

const LASTS_MS = 12_000;

export async function run(args: readonly string[]): Promise<boolean> {
  const { only, seed } = itemFlags(args);
  const rows = FAULT_TABLE.filter(({ title }) => only === undefined || title.includes(only));
  await using faults = await startFaultRun(seed);
  const { run: deskRun, practiceUrl, bus } = faults;
  const results: RoundResult[] = [];
  for (const row of rows) {
    const options = { practiceUrl, bus, lastsMs: LASTS_MS, withEntry: true };
    const result = await faultRound(deskRun, row, options);
    results.push(result);
    console.log(table([cells(result)]));
  }
  const report = findings(`seed ${seed}, 1s candles, 3 pairs, each fault ${LASTS_MS / 1_000} s`);
  const coverage = await coverageOf(deskRun);
  const isWhole = coverage.fraction === 1;
  report.check('one decision per closed candle', isWhole, coverageText(coverage));
  await checkMoney(deskRun.desk, report);
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
    entryText(refusals),
    seconds(recoveredMs),
    String(result.restarts),
    problems.join('; '),
  ];
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '-' : `${(ms / 1_000).toFixed(1)} s`;
}

function entryText(refusals: readonly string[] | undefined): string {
  if (refusals === undefined) return '-';
  return refusals.length === 0 ? 'taken' : refusals.join(',');
}
