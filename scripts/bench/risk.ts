/**
 * What the risk figures cost: the question of the gate ("what would the portfolio be with this
 * order"), value at risk of 500 days, a shrunk covariance and a portfolio, by number of pairs.
 *
 *   node scripts/bench/risk.ts [rounds]
 */
import { availableParallelism, cpus } from 'node:os';
import { optimise } from '#core/allocation/optimise.ts';
import { riskParity } from '#core/allocation/risk-parity.ts';
import { correlationOf, ledoitWolf } from '#core/risk/measure/correlation.ts';
import {
  marginalCovariance,
  portfolioVariance,
  riskPicture,
  roomFor,
} from '#core/risk/measure/portfolio-risk.ts';
import { gate } from '#core/risk/gate.ts';
import { calmRisk, inputOf, PAIR, text } from '#core/risk/gate.fixture.ts';
import { gateRisk } from '#core/risk/gate-risk.ts';
import {
  filteredMonteCarloVar,
  historicalVar,
  parametricVar,
} from '#core/risk/measure/value-at-risk.ts';
import { Pair } from '#core/model/pair.ts';
import { type PairRisk, RiskState } from '#core/model/risk-state.ts';
import { assert } from '#platform/errors.ts';
import { seededRandom } from '#platform/random.ts';

const rounds = Number(process.argv[2] ?? 20_000);
const PERIODS = 500;

function marketOf(pairs: number) {
  const random = seededRandom(`bench/${pairs}`);
  const names = Array.from({ length: pairs }, (_, i) => `P${i}`);
  const market = Array.from({ length: PERIODS }, () => 0.03 * random.normal());
  const series = names.map(() => {
    const beta = 0.5 + random.next();
    return market.map((value) => beta * value + 0.02 * random.normal());
  });
  const expectedReturns = names.map(() => 0.001 * random.normal());
  return { names, series, expectedReturns, weights: Float64Array.from(names, () => 0.9 / pairs) };
}

/** Microseconds per call: the middle one, the mean, and the slowest in a hundred. */
function time(name: string, calls: number, run: (call: number) => unknown): void {
  let kept: unknown;
  for (let call = 0; call < calls / 4; call += 1) kept = run(call);
  const times = new Float64Array(calls);
  for (let call = 0; call < calls; call += 1) {
    const from = performance.now();
    kept = run(call);
    times[call] = (performance.now() - from) * 1_000;
  }
  const sorted = times.toSorted();
  const at = (share: number): string => (sorted[Math.floor(calls * share)] ?? 0).toFixed(1);
  const mean = times.reduce((sum, value) => sum + value, 0) / calls;
  const text = `${at(0.5).padStart(9)} us  mean ${mean.toFixed(1).padStart(9)}  p99 ${at(0.99).padStart(9)}`;
  console.log(`${name.padEnd(44)} ${text}${kept === undefined ? ' (no result)' : ''}`);
}

function benchPairs(pairs: number): void {
  const { names, series, expectedReturns, weights } = marketOf(pairs);
  const { covariance } = ledoitWolf(series);
  const volatilities = covariance.map((row, i) => Math.sqrt(row[i] ?? 0));
  const picture = riskPicture(names, volatilities, correlationOf(covariance));
  time(`gate: variance, share and room, ${pairs} pairs`, rounds, (call) => {
    const asset = call % pairs;
    const marginal = marginalCovariance(picture, weights, asset);
    return (
      portfolioVariance(picture, weights) +
      marginal +
      roomFor(picture, weights, { asset, deviationMax: 0.05 })
    );
  });
  const input = fullDesk(names, volatilities, correlationOf(covariance));
  time(`the whole gate, ${pairs} pairs, ${input.positions.length} held`, rounds, () => gate(input));
  const few = Math.max(20, Math.round(rounds / 1_000));
  time(`shrunk covariance, ${pairs} pairs, ${PERIODS} days`, Math.min(few, 20), () =>
    ledoitWolf(series),
  );
  time(`mean-variance with caps, ${pairs} pairs`, few, () =>
    optimise({
      limits: { names, weight: { min: 0, max: 0.2 }, invested: { min: 0, max: 0.95 } },
      covariance,
      expectedReturns,
      objective: { kind: 'risk-aversion', aversion: 3 },
    }),
  );
  time(`risk parity, ${pairs} pairs`, few, () => riskParity({ names, covariance }));
}

/** A desk that follows these pairs, holds all but one of ten of them, and would enter that one. */
function fullDesk(
  names: readonly string[],
  volatilities: readonly number[],
  correlation: readonly (readonly number[])[],
) {
  const pairs = names.map((name, i) => (i === 0 ? PAIR : Pair.parse(`${name}/USDT`)));
  const [usual] = calmRisk().pairs;
  const risk = gateRisk(
    RiskState.parse(
      calmRisk({
        pairs: pairs.map((pair, i) => ({
          ...usual,
          pair,
          volatility: volatilities[i] ?? 0,
        })) as PairRisk[],
        correlations: correlation.flatMap((row, i) => row.slice(0, i)),
      }),
    ),
  );
  const positions = pairs
    .slice(1, 10)
    .map((pair) => ({ pair, qty: text('0.002'), valueQuote: text('100') }));
  const input = inputOf({ risk, positions });
  assert(gate(input).kind === 'accept', 'the bench measures an entry that is taken');
  return input;
}

const [processor] = cpus();
console.log(
  `${availableParallelism()} x ${processor?.model ?? 'unknown'}, Node ${process.version}`,
);
for (const pairs of [5, 20, 50]) benchPairs(pairs);
const [returns = []] = marketOf(1).series;
time(`historical VaR, ${PERIODS} days`, 500, () => historicalVar(returns));
time(`Cornish-Fisher VaR, ${PERIODS} days`, 500, () => parametricVar(returns));
time(`filtered simulation, 10,000 draws`, 50, (call) =>
  filteredMonteCarloVar(returns, { random: seededRandom(call) }),
);
