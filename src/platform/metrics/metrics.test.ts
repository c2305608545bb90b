import { AggregatorRegistry } from 'prom-client';
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
