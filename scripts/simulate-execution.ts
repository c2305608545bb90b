import { parseArgs } from 'node:util';
import { simulate, type SimulationOptions } from '../src/agents/execution/simulation/simulation.ts';

// More seeds than the unit tests have time for. A failing seed fails again in exactly the same way:
//   node scripts/simulate-execution.ts --seed 7 --seeds 1 --minutes 10 --mode remote
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '20' },
    minutes: { type: 'string', default: '10' },
    mode: { type: 'string' },
    counts: { type: 'boolean', default: false },
  },
});

const MODES = ['paper', 'remote'] as const;
const first = Number(values.seed);
const modes = MODES.filter((mode) => values.mode === undefined || values.mode === mode);
let hours = 0;
let kills = 0;
const failed: string[] = [];
const totals = new Map<string, number>();

for (let seed = first; seed < first + Number(values.seeds); seed += 1) {
  for (const mode of modes) {
    const options: SimulationOptions = {
      seed,
      minutes: Number(values.minutes),
      mode,
      losesCommits: mode === 'paper',
    };
    const report = await simulate(options);
    hours += report.simulatedMs / 3_600_000;
    kills += report.kills;
    for (const [name, count] of report.counts) totals.set(name, (totals.get(name) ?? 0) + count);
    if (report.problems.length === 0) continue;
    failed.push(`${mode} ${seed}`);
    console.log(`${mode}, seed ${seed}:`);
    for (const problem of report.problems.slice(0, 10)) console.log(`  ${problem}`);
  }
}

if (values.counts) {
  for (const [name, count] of [...totals].toSorted(([a], [b]) => a.localeCompare(b)))
    console.log(`  ${name}: ${count}`);
}
console.log(
  `${values.seeds} seeds from ${first}: ${hours.toFixed(1)} simulated hours, ${kills} kills, ` +
    `${totals.get('fill') ?? 0} fills, ${failed.length} failed ${failed.join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
