/**
 * How long the committee and its indicators take, beside a plain loop over the same candles timed in
 * the same run: absolute times move from machine to machine, the ratio does not.
 *
 *   node scripts/bench/committee.ts [rounds]
 */
import { seat } from '#core/committee/analyst.ts';
import { builtInAnalyst } from '#core/committee/bench.ts';
import { evaluate } from '#core/committee/committee.ts';
import { CommitteeConfig } from '#core/committee/config.ts';
import { type IndicatorName, INDICATORS, createIndicator } from '#core/indicators/registry.ts';
import type { Candle } from '#core/model/candle.ts';
import { Pair } from '#core/model/pair.ts';
import { findPatterns } from '#core/patterns/find-patterns.ts';
import { seededRandom } from '#platform/random.ts';

const rounds = Number(process.argv[2] ?? 2_000);
const random = seededRandom('bench');

function candlesOf(count: number, everyMs: number): Candle[] {
  let close = 100;
  return Array.from({ length: count }, (_, index) => {
    const open = close;
    close = open * Math.exp(0.001 * random.normal());
    const high = Math.max(open, close) * (1 + 0.0005 * random.next());
    const low = Math.min(open, close) * (1 - 0.0005 * random.next());
    return { openMs: index * everyMs, open, high, low, close, volume: 1 + random.next() };
  });
}

/** Microseconds per call: all of them together, and the slowest in a hundred. */
function timed(calls: number, run: (call: number) => void): { mean: number; p99: number } {
  for (let call = 0; call < calls / 4; call += 1) run(call);
  const times = new Float64Array(calls);
  for (let call = 0; call < calls; call += 1) {
    const from = performance.now();
    run(call);
    times[call] = (performance.now() - from) * 1_000;
  }
  const mean = times.reduce((sum, time) => sum + time, 0) / calls;
  return { mean, p99: times.toSorted()[Math.floor(calls * 0.99)] ?? 0 };
}

const LENGTH = 300;
const series = candlesOf(LENGTH + 200, 60_000);
const higher = [
  { timeframe: '5m' as const, candles: candlesOf(LENGTH, 300_000) },
  { timeframe: '15m' as const, candles: candlesOf(LENGTH, 900_000) },
];
const config = CommitteeConfig.parse({});
const seats = config.analysts.flatMap(({ name, weight }) =>
  name === undefined ? [] : [seat(builtInAnalyst(name), { weight })],
);
const windows = Array.from({ length: 200 }, (_, from) => series.slice(from, from + LENGTH));
// A new array each time: what is reckoned for a series is kept with it.
const windowOf = (call: number): readonly Candle[] =>
  (windows[call % windows.length] ?? []).slice();
const pair = Pair.parse('BTC/USDT');

let sink = 0;
const loop = timed(rounds, (call) => {
  for (const candles of [windowOf(call), ...higher.map((one) => one.candles)]) {
    for (const { high, low, close } of candles) sink += (high + low + close) / 3;
  }
});
function committeeOn(longer: () => typeof higher): { mean: number; p99: number } {
  return timed(rounds, (call) => {
    const input = { pair, timeframe: '1m' as const, candles: windowOf(call), higher: longer() };
    sink += evaluate({ seats, config }, input).stance;
  });
}
const committee = committeeOn(() =>
  higher.map(({ timeframe, candles }) => ({ timeframe, candles: candles.slice() })),
);
const usual = committeeOn(() => higher);
const patterns = timed(rounds, (call) => {
  sink += findPatterns(windowOf(call)).length;
});

const long = candlesOf(20_000, 60_000);
function together(names: readonly IndicatorName[]): number {
  const run = (): void => {
    const started = names.map((name) => createIndicator<IndicatorName>(name, {}));
    for (const candle of long) {
      for (const indicator of started) if (indicator.add(candle) !== undefined) sink += 1;
    }
  };
  run();
  const from = performance.now();
  run();
  return (long.length / (performance.now() - from)) * 1_000;
}

function plainLoop(): number {
  const from = performance.now();
  for (let pass = 0; pass < 200; pass += 1) {
    for (const { high, low, close } of long) sink += (high + low + close) / 3;
  }
  return ((200 * long.length) / (performance.now() - from)) * 1_000;
}

const all = Object.keys(INDICATORS) as IndicatorName[];
const core = ['sma', 'ema', 'rsi', 'macd', 'bollinger', 'atr', 'adx', 'stochastic'] as const;
const loopRate = plainLoop();
const say = (name: string, text: string): void => console.log(name.padEnd(44), text);

say('plain loop, 3 x 300 candles', `${loop.mean.toFixed(1)} us`);
say(
  'committee, 3 x 300 candles',
  `${(committee.mean / 1_000).toFixed(2)} ms mean, ${(committee.p99 / 1_000).toFixed(2)} ms p99, ` +
    `${(committee.mean / loop.mean).toFixed(0)} x the loop`,
);
say('committee, longer timeframes as before', `${(usual.mean / 1_000).toFixed(2)} ms mean`);
say('28 patterns at one candle', `${patterns.mean.toFixed(1)} us`);
say('plain loop', `${(loopRate / 1e6).toFixed(1)} M candles/s`);
for (const [name, names] of [
  ['the 8 usual indicators together', core],
  [`all ${all.length} indicators together`, all],
] as const) {
  const rate = together(names);
  say(name, `${Math.round(rate)} candles/s, 1/${(loopRate / rate).toFixed(0)} of the loop`);
}
if (Number.isNaN(sink)) throw new Error('a value was not a number');
