import { describe, expect, it } from 'vitest';
import type { PeriodicWork } from '#platform/lifecycle/agent-context.ts';
import type { SourceAnswer } from '#sources/sentiment/sentiment-source.ts';
import { readSources } from './read-sources.ts';

const NOW = 1_800_000_000_000;

function setUp(...answers: readonly (SourceAnswer | undefined)[]) {
  const left = [...answers];
  const outcomes: string[] = [];
  let work: PeriodicWork | undefined;
  const reads = readSources(
    {
      context: { clock: { now: () => NOW } as never, every: (one) => void (work = one) },
      sources: [
        { name: 'x', weight: 1, intervalMs: 1_000, read: () => Promise.resolve(left.shift()) },
      ],
      metrics: { read: (_source, outcome) => void outcomes.push(outcome) },
    },
    () => Promise.resolve(),
  );
  return { reads, outcomes, run: () => work?.run(new AbortController().signal) };
}

describe('a source whose turn it is not', () => {
  it('waits still when it was never read, and is not counted', async () => {
    const { reads, outcomes, run } = setUp(undefined);

    await run();

    expect(reads.health('x')).toEqual({ health: 'waiting', readings: 0 });
    expect(outcomes).toEqual([]);
  });

  it('stays as it was found last', async () => {
    const { reads, outcomes, run } = setUp({ readings: [], problem: 'half of it' }, undefined);

    await run();
    await run();

    expect(reads.health('x')).toMatchObject({ health: 'partly', problem: 'half of it' });
    expect(outcomes).toEqual(['partly']);
  });
});
