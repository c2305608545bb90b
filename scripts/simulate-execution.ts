import { randomInt } from 'node:crypto';
import { z } from 'zod';
import {
  simulate,
  type SimulationOptions,
  type SimulationReport,
} from '../src/agents/execution/simulation/simulation.ts';
import { count, duration, scriptFlags } from './script-flags.ts';

const USAGE = `Execution simulated with kills and lost replies, over more seeds than the unit tests have time for.
A failing seed fails again in exactly the same way: node scripts/simulate-execution.ts --seed 7 --seeds 1 --mode live

  --seed N      the first seed (1)
  --seeds N     how many (20)
  --minutes N   simulated minutes of each (10)
  --mode NAME   paper, remote or live; without it each seed in all three
  --fresh       seeds that nobody has seen before; they are printed
  --counts      what happened how often`;
const MODES = ['paper', 'remote', 'live'] as const;
const FRESH_BELOW = 1_000_000_000;

const values = scriptFlags({
  usage: USAGE,
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    minutes: { type: 'string' },
    mode: { type: 'string' },
    fresh: { type: 'boolean' },
    counts: { type: 'boolean' },
  },
  schema: z.object({
    seed: z.coerce.number().int().nonnegative().default(1),
    seeds: count.default(20),
    minutes: duration.default(10),
    mode: z.enum(MODES).optional(),
    fresh: z.boolean().default(false),
    counts: z.boolean().default(false),
  }),
});
const modes = MODES.filter((mode) => values.mode === undefined || values.mode === mode);
const first = values.fresh ? randomInt(FRESH_BELOW) : values.seed;
const seeds = Array.from({ length: values.seeds }, (_, index) => first + index);
const startedMs = performance.now();
const reports: { readonly options: SimulationOptions; readonly report: SimulationReport }[] = [];

for (const seed of seeds) {
  for (const mode of modes) {
    const { minutes } = values;
    const options: SimulationOptions = { seed, minutes, mode, losesCommits: mode === 'paper' };
    const report = await simulate(options);
    reports.push({ options, report });
    if (report.problems.length === 0) continue;
    console.log(`${mode}, seed ${seed}:`);
    for (const problem of report.problems.slice(0, 10)) console.log(`  ${problem}`);
  }
}

const totals = new Map<string, number>();
for (const { report } of reports) {
  for (const [name, count] of report.counts) totals.set(name, (totals.get(name) ?? 0) + count);
}
if (values.counts) {
  for (const [name, count] of [...totals].toSorted(([a], [b]) => a.localeCompare(b)))
    console.log(`  ${name}: ${count}`);
}
const wallMinutes = (performance.now() - startedMs) / 60_000;
const hours = sum(({ report }) => report.simulatedMs / 3_600_000);
const failed = reports.filter(({ report }) => report.problems.length > 0);
const spansMs = reports
  .flatMap(({ report }) => [...report.unprotectedMs])
  .toSorted((a, b) => a - b);
console.log(
  `${seeds.length} seeds from ${first}: ${hours.toFixed(1)} simulated hours ` +
    `(${(hours / wallMinutes).toFixed(1)} in a minute), ${sum(({ report }) => report.kills)} kills, ` +
    `${totals.get('fill') ?? 0} fills, ${failed.length} failed ` +
    failed.map(({ options }) => `${options.mode} ${options.seed}`).join(', '),
);
if (spansMs.length > 0) {
  const at = (share: number): string =>
    `${Math.round(spansMs[Math.floor(share * (spansMs.length - 1))] ?? 0)} ms`;
  console.log(
    `  unprotected while a process lived, ${spansMs.length} times: ` +
      `median ${at(0.5)}, 95 % ${at(0.95)}, longest ${at(1)}`,
  );
}
process.exitCode = failed.length === 0 ? 0 : 1;

function sum(of: (entry: (typeof reports)[number]) => number): number {
  return reports.reduce((total, entry) => total + of(entry), 0);
}
