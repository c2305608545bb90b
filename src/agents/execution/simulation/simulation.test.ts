import { describe, expect, it } from 'vitest';
import { simulate } from './simulation.ts';

describe('execution in simulation', () => {
  it.each([1, 2])('survives kills and power cuts on paper, seed %i', async (seed) => {
    const report = await simulate({ seed, minutes: 4, mode: 'paper', losesCommits: true });

    expect(report.problems).toEqual([]);
    expect(report.kills).toBeGreaterThan(5);
    expect(report.counts.get('fill')).toBeGreaterThan(5);
  });

  it.each([11, 12])('survives kills and a bad network, seed %i', async (seed) => {
    const report = await simulate({ seed, minutes: 4, mode: 'remote', losesCommits: false });

    expect(report.problems).toEqual([]);
    expect(report.kills).toBeGreaterThan(5);
    expect(report.counts.get('command unknown')).toBeGreaterThan(0);
  });

  it.each([21, 22, 23])(
    'survives kills and a bad venue with real orders, seed %i',
    async (seed) => {
      const report = await simulate({ seed, minutes: 4, mode: 'live', losesCommits: false });

      expect(report.problems).toEqual([]);
      expect(report.kills).toBeGreaterThan(5);
      expect(report.counts.get('fill')).toBeGreaterThan(5);
      expect(report.counts.get('command unknown')).toBeGreaterThan(0);
      expect(report.counts.get('pair asked about')).toBeGreaterThan(0);
    },
  );
});
