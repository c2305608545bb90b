/** A file for `promtool test rules` from the table of cases. */
import { stringify } from 'yaml';
import type { AlertCase } from './alert-cases.ts';

interface Phases {
  readonly stepSeconds: number;
  readonly good: number;
  readonly bad: number;
  readonly after: number;
}

const QUICK: Phases = { stepSeconds: 10, good: 30, bad: 150, after: 400 };
const SLOW: Phases = { stepSeconds: 120, good: 60, bad: 300, after: 500 };

export interface RuleTestOptions {
  readonly ruleFiles: readonly string[];
  readonly evaluationInterval: string;
  readonly cases: readonly AlertCase[];
}

/**
 * Each case: nothing at the end of the good time, firing at the end of the bad, then nothing. All in
 * one test, each on a desk of its own: the rules keep desks apart, and are evaluated once for all.
 */
export function ruleTestFile({ ruleFiles, evaluationInterval, cases }: RuleTestOptions): string {
  const phases = cases.some(({ isSlow }) => isSlow === true) ? SLOW : QUICK;
  const { stepSeconds, good, bad, after } = phases;
  const ends = [
    { samples: good, isFiring: 0 },
    { samples: good + bad, isFiring: 1 },
    { samples: good + bad + after, isFiring: 0 },
  ];
  const test = {
    interval: `${stepSeconds}s`,
    input_series: cases.flatMap(({ series }, index) =>
      Object.entries(series).map(([name, shape]) => ({
        series: name.replace('desk="d"', `desk="${deskOf(index)}"`),
        values: valuesOf(shape, phases),
      })),
    ),
    promql_expr_test: cases.flatMap(({ alert }, index) =>
      ends.map(({ samples, isFiring }) => ({
        expr: `count(ALERTS{alertname="${alert}",alertstate="firing",desk="${deskOf(index)}"}) or vector(0)`,
        eval_time: `${(samples - 1) * stepSeconds}s`,
        exp_samples: [{ labels: '{}', value: isFiring }],
      })),
    ),
  };
  return stringify({
    rule_files: ruleFiles,
    evaluation_interval: evaluationInterval,
    tests: [test],
  });
}

function deskOf(index: number): string {
  return `desk-${index}`;
}

function valuesOf(shape: AlertCase['series'][string], { good, bad, after }: Phases): string {
  if (!('rise' in shape)) {
    const [fine, wrong] = shape;
    return `${fine}x${good - 1} ${wrong ?? '_'}x${wrong === null ? bad : bad - 1} ${fine}x${after - 1}`;
  }
  const [fine, wrong] = shape.rise;
  const start = 1e12;
  const atBad = start + fine * good;
  const atAfter = atBad + wrong * bad;
  const ramp = (from: number, step: number, count: number): string =>
    `${from}${step < 0 ? '-' : '+'}${Math.abs(step)}x${count - 1}`;
  return [ramp(start, fine, good), ramp(atBad, wrong, bad), ramp(atAfter, fine, after)].join(' ');
}
