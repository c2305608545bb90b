/**
 * Item 17: the risk models. Reference values with their sources, breaches of the value at risk on
 * recorded days, and the shocks of the past against the candles they come from.
 */
import { ledoitWolf } from '#core/risk/measure/correlation.ts';
import { chiSquareTail, normalQuantile } from '#core/risk/measure/normal.ts';
import { normalShortfall, normalVar } from '#core/risk/measure/portfolio-risk.ts';
import { StressShocks } from '#core/risk/measure/shocks.ts';
import { kupiec } from '#core/risk/measure/var-backtest.ts';
import { optimise } from '#core/allocation/optimise.ts';
import { riskParity } from '#core/allocation/risk-parity.ts';
import { seededRandom } from '#platform/random.ts';
import { type Backtest, isRecorded, recordedShock, varBacktests } from './recorded-risk.ts';

// Shocks are written with three places.
const SHOCK_TOLERANCE = 0.0006;

export async function run(): Promise<boolean> {
  const isRight = printReferences();
  if (!isRecorded) {
    console.log('recorded candles are not here; breaches and shocks were not checked');
    return false;
  }
  const isWithin = printBacktests(varBacktests());
  return printShocks() && isWithin && isRight;
}

interface Reference {
  readonly what: string;
  readonly source: string;
  readonly published: number;
  readonly ours: number;
  readonly tolerance: number;
}

function printReferences(): boolean {
  const rows = references();
  console.log('| figure | source | published | ours | tolerance |\n|---|---|---|---|---|');
  let isRight = true;
  for (const { what, source, published, ours, tolerance } of rows) {
    const isNear = Math.abs(ours - published) <= tolerance;
    isRight = isRight && isNear;
    const verdict = isNear ? '' : ' WRONG';
    console.log(
      `| ${what} | ${source} | ${published} | ${ours.toPrecision(6)}${verdict} | ${tolerance} |`,
    );
  }
  return isRight;
}

function references(): Reference[] {
  const likelihood = (observations: number, breaches: number): number =>
    kupiec({ observations, breaches }, 0.01).statistic;
  const { covariance, names } = fourAssets();
  const least = optimise({
    limits: { names, weight: { min: 0, max: 1 }, invested: { min: 1, max: 1 } },
    covariance,
    objective: { kind: 'minimum-variance' },
  });
  const parity = riskParity({ names, covariance });
  const first = (found: typeof least | typeof parity): number =>
    found.kind === 'allocated' ? (found.weights[0] ?? Number.NaN) : Number.NaN;
  const maillard = 'Maillard et al. 2010';
  return [
    {
      what: 'normal quantile of 99 %',
      source: 'tables',
      published: 2.326348,
      ours: normalQuantile(0.99),
      tolerance: 1e-6,
    },
    {
      what: 'normal shortfall at 99 %',
      source: 'Hull',
      published: 2.665,
      ours: normalShortfall(1),
      tolerance: 5e-4,
    },
    {
      what: 'normal VaR of 2 % a day',
      source: 'tables',
      published: 0.04652696,
      ours: normalVar(0.02),
      tolerance: 1e-7,
    },
    {
      what: 'chi-square(1) beyond 3.841459',
      source: 'tables',
      published: 0.05,
      ours: chiSquareTail(3.841459, 1),
      tolerance: 1e-6,
    },
    {
      what: 'chi-square(2) beyond 5.991465',
      source: 'tables',
      published: 0.05,
      ours: chiSquareTail(5.991465, 2),
      tolerance: 1e-6,
    },
    {
      what: 'Kupiec, 255 days, 6 breaches: kept',
      source: 'Kupiec 1995',
      published: 1,
      ours: Number(likelihood(255, 6) < 3.841),
      tolerance: 0,
    },
    {
      what: 'Kupiec, 255 days, 7 breaches: kept',
      source: 'Kupiec 1995',
      published: 0,
      ours: Number(likelihood(255, 7) < 3.841),
      tolerance: 0,
    },
    {
      what: 'Kupiec, 1000 days, 4 breaches: kept',
      source: 'Kupiec 1995',
      published: 0,
      ours: Number(likelihood(1000, 4) < 3.841),
      tolerance: 0,
    },
    {
      what: 'Kupiec, 1000 days, 16 breaches: kept',
      source: 'Kupiec 1995',
      published: 1,
      ours: Number(likelihood(1000, 16) < 3.841),
      tolerance: 0,
    },
    {
      what: 'minimum variance of four, first weight',
      source: maillard,
      published: 0.745,
      ours: first(least),
      tolerance: 5e-4,
    },
    {
      what: 'risk parity of four, first weight',
      source: maillard,
      published: 0.384,
      ours: first(parity),
      tolerance: 5e-4,
    },
    {
      what: 'Ledoit-Wolf of 100,000 like periods',
      source: 'the limit',
      published: 0,
      ours: shrinkageOfMany(),
      tolerance: 5e-3,
    },
  ];
}

function fourAssets(): { names: string[]; covariance: number[][] } {
  const deviations = [0.1, 0.2, 0.3, 0.4];
  const pairs: Readonly<Record<string, number>> = { '0,1': 0.8, '2,3': -0.5 };
  const correlation = (i: number, j: number): number =>
    i === j ? 1 : (pairs[`${Math.min(i, j)},${Math.max(i, j)}`] ?? 0);
  return {
    names: ['1', '2', '3', '4'],
    covariance: deviations.map((own, i) =>
      deviations.map((other, j) => own * other * correlation(i, j)),
    ),
  };
}

/** With plenty of periods the sample needs no help. */
function shrinkageOfMany(): number {
  const random = seededRandom('many');
  const market = Array.from({ length: 100_000 }, () => random.normal());
  const series = [0.2, 1, 3].map((beta) => market.map((value) => beta * value + random.normal()));
  return ledoitWolf(series).shrinkage;
}

function printBacktests(rows: readonly Backtest[]): boolean {
  console.log(
    '\n| portfolio | method | days | breaches | Kupiec band | Kupiec p | independence p | zone | mean VaR |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|');
  let isWithin = true;
  for (const row of rows) {
    isWithin = isWithin && row.kupiec.pValue >= 0.05;
    const cells = [
      row.portfolio,
      row.method,
      row.observations,
      row.breaches,
      row.band.join(' to '),
      row.kupiec.pValue.toFixed(2),
      row.independence.pValue.toFixed(2),
      row.light,
      `${(100 * row.meanVar).toFixed(1)} %`,
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
  return isWithin;
}

function printShocks(): boolean {
  let checked = 0;
  let off = 0;
  for (const { name, returns } of StressShocks.parse(undefined)) {
    for (const [base, value] of Object.entries(returns)) {
      const recorded = recordedShock(name, base);
      if (recorded === undefined) continue;
      checked += 1;
      if (Math.abs(recorded - value) <= SHOCK_TOLERANCE) continue;
      off += 1;
      console.log(`${name} ${base}: ${value} is written, ${recorded.toFixed(4)} was recorded`);
    }
  }
  console.log(`\n${checked} shocks compared with recorded candles, ${off} differ`);
  return off === 0 && checked > 0;
}
