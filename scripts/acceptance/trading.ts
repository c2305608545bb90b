/** Item 2: the practice exchange at one-second candles, one seed. */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Desk } from '../../tests/support/desk.ts';
import { coverageText } from './coverage.ts';
import { coverageOf, errorLines, startRun } from './desk-run.ts';
import { findings } from './findings.ts';
import type { Findings } from './findings.ts';
import { itemFlags } from './flags.ts';
import { historyFacts } from './history-facts.ts';
import { checkMoney } from './money-checks.ts';

const COVERED_MIN = 0.999;

export async function run(args: readonly string[]): Promise<boolean> {
  const flags = itemFlags(args);
  const minutes = flags.minutes ?? 3;
  const report = findings(`seed ${flags.seed}, 1s candles, ${minutes} min`);
  const deskArgs = ['--timeframe', '1s', '--seed', String(flags.seed)];
  const desk = await startRun({ args: deskArgs });
  await using _ = desk.desk;
  report.note('ready after', `${(desk.readyMs / 1_000).toFixed(1)} s, ${desk.pairs.length} pairs`);
  await sleep(minutes * 60_000);
  const coverage = await coverageOf(desk);
  const isCovered = coverage.fraction >= COVERED_MIN && coverage.candles > 0;
  report.check('one decision per closed candle', isCovered, coverageText(coverage));
  noteDecisions(desk.desk, report);
  await checkMoney(desk.desk, report);
  await checkMetrics(desk.desk, report);
  const errors = errorLines(desk.desk);
  report.check('no error lines', errors.length === 0, errors.slice(0, 3).join(' | ') || 'none');
  return report.print();
}

export function noteDecisions(desk: Desk, report: Findings): void {
  using history = historyFacts(desk.dataDir);
  const reasons = history.reasons().map(([name, count]) => `${name} ${count}`);
  report.note('decisions', reasons.join(', '));
}

async function checkMetrics(desk: Desk, report: Findings): Promise<void> {
  const answer = await fetch(`${desk.url}/metrics`);
  const text = await answer.text();
  report.note('metrics', `${text.split('\n').length} lines`);
  const tool = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  if (tool.error !== undefined) {
    report.note('promtool', 'not on this machine, not checked');
    return;
  }
  const said = `${tool.stdout}${tool.stderr}`.trim();
  report.check('promtool check metrics', tool.status === 0 && said === '', said || 'clean');
}
