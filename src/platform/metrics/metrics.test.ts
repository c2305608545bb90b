import AggregatorRegistry from 'prom-client/lib/cluster.js';
import { describe, expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';

describe('createMetrics', () => {
  it('prefixes names and labels every sample with agent and instance', async () => {
    const metrics = createMetrics({ agent: 'data', instance: 'data-1' });
    const counter = metrics.counter({ name: 'x_total', help: 'Things.', labels: ['pair'] });

    counter.inc({ pair: 'BTC/USDT' }, 2);

    expect(await metrics.families()).toMatchObject([
      {
        name: 'nightdesk_x_total',
        values: [{ value: 2, labels: { pair: 'BTC/USDT', agent: 'data', instance: 'data-1' } }],
      },
    ]);
  });

  it('refuses a name declared twice', () => {
    const metrics = createMetrics({ agent: 'data', instance: 'data' });
    metrics.gauge({ name: 'age_seconds', help: 'Age.' });

    expect(() => metrics.gauge({ name: 'age_seconds', help: 'Age.' })).toThrow('already');
  });

  it("has Node's own families when they are asked for, counters that only rise among them", async () => {
    const metrics = createMetrics({ agent: 'data', instance: 'data', withNodeMetrics: true });
    const processorTime = async (): Promise<number[]> =>
      (await metrics.families())
        .filter(({ name }) => /process_cpu_(user_|system_)?seconds_total$/.test(name))
        .map(({ values }) => values[0]?.value ?? Number.NaN);

    const before = await processorTime();
    const after = await processorTime();
    const names = (await metrics.families()).map(({ name }) => name);

    expect(before).toHaveLength(3);
    for (const [i, value] of after.entries()) expect(value).toBeGreaterThanOrEqual(before[i] ?? 0);
    expect(names).toEqual(
      expect.arrayContaining([
        'nightdesk_process_start_time_seconds',
        'nightdesk_process_resident_memory_bytes',
        'nightdesk_nodejs_eventloop_lag_p99_seconds',
        'nightdesk_nodejs_gc_duration_seconds',
        'nightdesk_nodejs_heap_size_used_bytes',
        'nightdesk_nodejs_resources',
      ]),
    );
  });

  it('keeps the samples of two processes apart when their JSON is merged', async () => {
    const families = await Promise.all(
      ['worker-1', 'worker-2'].map(async (instance) => {
        const metrics = createMetrics({ agent: 'worker', instance, withNodeMetrics: true });
        metrics.gauge({ name: 'depth', help: 'Depth.' }).set(3);
        return JSON.parse(JSON.stringify(await metrics.families())) as object[];
      }),
    );

    const text = await AggregatorRegistry.aggregate(families).metrics();

    expect(text).toContain('nightdesk_depth{agent="worker",instance="worker-1"} 3');
    expect(text).toContain('nightdesk_depth{agent="worker",instance="worker-2"} 3');
    expect(text).not.toMatch(/TYPE \S+_total gauge/);
  });
});
