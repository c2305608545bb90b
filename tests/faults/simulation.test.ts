import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  simulate,
  type SimulationOptions,
  type SimulationReport,
} from '../../src/agents/execution/simulation/simulation.ts';

/** Seeds that once found something, or are simply known; the fresh ones are new in each run. */
const FIXED = [5, 17, 101];
/** A power cut of the paper desk copies the ledger, so that mode is the slow one. */
const FRESH = { paper: 1, remote: 3, live: 5 } as const;
const MINUTES = 6;
/** More seeds, for a night. */
const isLong = process.env['NIGHTDESK_LONG'] === '1';

describe('execution in simulation, longer', () => {
  it.each(['paper', 'remote', 'live'] as const)(
    'loses and doubles nothing: %s',
    { timeout: isLong ? 3_600_000 : 120_000 },
    async (mode) => {
      const count = FRESH[mode] * (isLong ? 50 : 1);
      const fresh = Array.from({ length: count }, () => randomInt(1_000_000_000));
      const startedMs = performance.now();
      const reports: SimulationReport[] = [];
      for (const seed of [...FIXED, ...fresh]) {
        const losesCommits = mode === 'paper';
        const options: SimulationOptions = { seed, minutes: MINUTES, mode, losesCommits };
        reports.push(await simulate(options));
      }
      const wallMinutes = (performance.now() - startedMs) / 60_000;
      process.stdout.write(`${mode}: ${summary(reports, wallMinutes)}\n`);

      expect(reports.flatMap(({ problems }) => problems)).toEqual([]);
      expect(sum(reports, ({ kills }) => kills)).toBeGreaterThan(100);
    },
  );
});

function summary(reports: readonly SimulationReport[], wallMinutes: number): string {
  const hours = sum(reports, ({ simulatedMs }) => simulatedMs / 3_600_000);
  const longestMs = Math.max(0, ...reports.flatMap(({ unprotectedMs }) => [...unprotectedMs]));
  return [
    `seeds ${reports.map(({ seed }) => seed).join(' ')}`,
    `${hours.toFixed(1)} simulated hours (${(hours / wallMinutes).toFixed(1)} in a minute)`,
    `${sum(reports, ({ kills }) => kills)} kills`,
    `${sum(reports, ({ counts }) => counts.get('fill') ?? 0)} fills`,
    `longest time unprotected ${Math.round(longestMs)} ms`,
  ].join(', ');
}

function sum(
  reports: readonly SimulationReport[],
  of: (report: SimulationReport) => number,
): number {
  return reports.reduce((total, report) => total + of(report), 0);
}
