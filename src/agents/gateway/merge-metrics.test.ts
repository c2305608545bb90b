import { describe, expect, test } from 'vitest';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { mergeMetrics } from './merge-metrics.ts';

async function published(instance: string, value: number): Promise<unknown[]> {
  const metrics = createMetrics({ agent: 'worker', instance });
  metrics.counter({ name: 'things_total', help: 'Things.' }).inc(value);
  metrics.histogram({ name: 'seconds', help: 'Time.', buckets: [1] }).observe(value);
  return JSON.parse(JSON.stringify(await metrics.families())) as unknown[];
}

describe('merging metrics', () => {
  test('keeps each process apart by its instance', async () => {
    const text = await mergeMetrics(
      [await published('w-1', 2), await published('w-2', 3)],
      () => undefined,
    );

    expect(text).toMatch(/nightdesk_things_total\{[^}]*instance="w-1"[^}]*\} 2/);
    expect(text).toMatch(/nightdesk_things_total\{[^}]*instance="w-2"[^}]*\} 3/);
    expect(text).toMatch(/nightdesk_seconds_count\{[^}]*instance="w-2"[^}]*\} 1/);
    expect(text.match(/# TYPE nightdesk_things_total/g)).toHaveLength(1);
  });

  test('keeps what cannot be added up, such as when each process started', async () => {
    const processes = ['w-1', 'w-2'].map(async (instance) => {
      const metrics = createMetrics({ agent: 'worker', instance, withNodeMetrics: true });
      return JSON.parse(JSON.stringify(await metrics.families())) as unknown[];
    });

    const text = await mergeMetrics(await Promise.all(processes), () => undefined);

    expect(text.match(/nightdesk_process_start_time_seconds\{[^}]+\} 1/g)).toHaveLength(2);
  });

  test('leaves out a sample that is no number, and nothing else of its family', async () => {
    const metrics = createMetrics({ agent: 'worker', instance: 'w-1' });
    const mean = metrics.gauge({ name: 'mean_seconds', help: 'Mean.', labels: ['of'] });
    mean.set({ of: 'nothing' }, Number.NaN);
    mean.set({ of: 'some' }, 2);
    const sent = JSON.parse(JSON.stringify(await metrics.families())) as unknown[];
    let unmerged = 0;

    const text = await mergeMetrics([sent], () => (unmerged += 1));

    expect(text).toMatch(/nightdesk_mean_seconds\{of="some"[^}]*\} 2/);
    expect(text).not.toContain('of="nothing"');
    expect(unmerged).toBe(0);
  });

  test('leaves out what cannot be read or has another type elsewhere, and counts it', async () => {
    let unmerged = 0;
    const clash = { name: 'nightdesk_things_total', help: '', type: 'gauge', aggregator: 'sum' };

    const text = await mergeMetrics(
      [await published('w-1', 2), [{ ...clash, values: [] }, 'junk', { name: 'a b' }, null]],
      () => {
        unmerged += 1;
      },
    );

    expect(unmerged).toBe(4);
    expect(text).toContain('nightdesk_things_total');
  });
});
