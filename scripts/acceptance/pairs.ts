/**
 * Item 19: the pair-selector's chain on a practice exchange and on the recorded half year, and how much
 * its list churns.
 */
import type { ChainStep } from '#core/model/universe.ts';
import { findings, table, type Findings } from './findings.ts';
import type { RunItem } from './item.ts';
import { practiceChain } from './practice-chain.ts';
import { isRecorded, readRecorded, runDays } from './recorded-universe.ts';
import { Hysteresis } from '#core/pairs/selection.ts';

const SHOWN_DAY = 60;
const PAIRS_MIN = 35;
/** Hysteresis that does not halve the churn is not worth its delay. */
const CHURN_RATIO_MAX = 0.5;

const NONE = Hysteresis.parse({ enter_runs: 1, leave_runs: 1 });
const RULES = [
  { rule: 'none', buffer: 0, hysteresis: NONE },
  { rule: 'runs 2 in, 3 out (default)', buffer: 0, hysteresis: Hysteresis.parse({}) },
  { rule: 'buffer 3', buffer: 3, hysteresis: NONE },
  { rule: 'runs 2 in, 3 out, buffer 3', buffer: 3, hysteresis: Hysteresis.parse({}) },
];

export const run: RunItem = async () => {
  const report = findings('pair-selector on a practice exchange and on recorded days');
  console.log('\nthe chain on a practice exchange, three of its pairs spoilt');
  console.log(stepTable(await practiceChain(report)));
  if (isRecorded) await recordedDays(report);
  else
    report.check(
      'recorded candles are there',
      false,
      'expected ../shared/data/candles/binance/1h-2024',
    );
  return report.print();
};

/** 2024-02-10 to 2024-06-28. */
async function recordedDays(report: Findings): Promise<void> {
  const recorded = readRecorded();
  report.check(
    `at least ${PAIRS_MIN} pairs`,
    recorded.hours.size >= PAIRS_MIN,
    `${recorded.hours.size}`,
  );
  const results = [];
  for (const rule of RULES) results.push(await runDays(recorded, rule));
  const [plain, usual] = results;
  console.log(`\nthe chain on recorded day ${SHOWN_DAY}, and its churn`);
  console.log(stepTable(plain?.runs[SHOWN_DAY]?.steps ?? []));
  console.log(
    table([
      ['hysteresis', 'days', 'changes a day', 'most', 'pairs'],
      ...results.map(({ churn }) => [
        churn.rule,
        String(churn.days),
        churn.changesPerDay.toFixed(2),
        String(churn.changesMax),
        churn.pairsMean.toFixed(1),
      ]),
    ]),
  );
  const removing = new Set(
    plain?.runs
      .flatMap(({ steps }) => steps.filter((step) => step.out < step.in))
      .map(({ step }) => step),
  );
  for (const step of ['volume', 'age', 'volatility', 'range-stability', 'correlation', 'max'])
    report.check(`${step} removes pairs`, removing.has(step), removing.has(step) ? 'yes' : 'never');
  const ratio = (usual?.churn.changesPerDay ?? 1) / (plain?.churn.changesPerDay ?? 1);
  report.check(
    `the default hysteresis leaves at most ${CHURN_RATIO_MAX} of the churn`,
    ratio <= CHURN_RATIO_MAX,
    ratio.toFixed(2),
  );
}

function stepTable(steps: readonly ChainStep[]): string {
  return table([
    ['step', 'in', 'out', 'removed'],
    ...steps.map(({ step, in: before, out, removed }) => [
      step,
      String(before),
      String(out),
      removed
        .slice(0, 3)
        .map(({ pair, why }) => `${pair} (${why})`)
        .join(', '),
    ]),
  ]);
}
