/** The rules of names, labels and buckets that docs/recipes/add-a-metric.md states. */
import { describe, expect, it } from 'vitest';
import { type Declared, declaredMetrics } from '../../scripts/documents/metrics-document.ts';

/** Last word of a name with a unit; what has none counts things and says which. */
const UNITS = ['seconds', 'bytes', 'ratio', 'quote', 'usd'];
/** Units in which nothing is measured here: base units only. */
const FOREIGN_UNITS = ['ms', 'milliseconds', 'minutes', 'kb', 'mb', 'percent', 'fraction', 'pct'];
/** Sets that are closed in the code or bounded by the config; anything else needs an entry here. */
const CLOSED_LABELS = [
  'agent',
  'instance',
  'pair',
  'mode',
  'venue',
  'part',
  'reason',
  'origin',
  'kind',
  'stream',
  'outcome',
  'topic',
  'call',
  'action',
  'status',
  'code',
  'route',
  'result',
  'message',
  'queue',
  'work',
  'process',
  'level',
  'channel',
  'source',
  'priority',
  'figure',
];
const BUCKETS_MAX = 15;

const declared = declaredMetrics();

function nameProblem({ name, type }: Declared): string | undefined {
  const words = name.split('_');
  const last = words.at(-1) ?? '';
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) return 'not in snake case';
  const foreign = words.find((word) => FOREIGN_UNITS.includes(word));
  if (foreign !== undefined) return `${foreign} is no base unit`;
  if ((last === 'total') !== (type === 'counter')) return 'counters and only they end in _total';
  const unit = words.find((word) => UNITS.includes(word));
  const rest = words.slice(words.indexOf(unit ?? '') + 1);
  if (unit !== undefined && !rest.every((word) => ['limit', 'total'].includes(word))) {
    return `the unit ${unit} does not come last`;
  }
  if (type === 'histogram' && unit === undefined) return 'a histogram without a unit';
  return undefined;
}

describe('metrics', () => {
  it('are declared once each', () => {
    const names = declared.map(({ name }) => name);

    expect(names.length).toBeGreaterThan(90);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('have names with the unit last', () => {
    const wrong = declared.flatMap((metric) => {
      const problem = nameProblem(metric);
      return problem === undefined ? [] : [`${metric.name}: ${problem}`];
    });

    expect(wrong).toEqual([]);
  });

  it.each([
    [{ name: 'latency_ms', help: '', type: 'gauge' }, 'ms is no base unit'],
    [{ name: 'orders', help: '', type: 'counter' }, 'counters and only they end in _total'],
    [{ name: 'orders_total', help: '', type: 'gauge' }, 'counters and only they end in _total'],
    [{ name: 'seconds_waited', help: '', type: 'gauge' }, 'the unit seconds does not come last'],
    [{ name: 'wait', help: '', type: 'histogram' }, 'a histogram without a unit'],
    [{ name: 'queueDepth', help: '', type: 'gauge' }, 'not in snake case'],
  ] as const)('would not pass as %j', (metric, problem) => {
    expect(nameProblem(metric)).toBe(problem);
  });

  it('have labels from closed sets', () => {
    const open = declared.flatMap(({ name, labels = [] }) =>
      labels.filter((label) => !CLOSED_LABELS.includes(label)).map((label) => `${name}: ${label}`),
    );

    expect(open).toEqual([]);
  });

  it('have a limit for a figure that exists', () => {
    const names = new Set(declared.map(({ name }) => name));
    const limits = [...names].filter((name) => name.endsWith('_limit'));

    expect(limits.length).toBeGreaterThan(10);
    expect(limits.filter((name) => !names.has(name.replace(/_limit$/, '')))).toEqual([]);
  });

  it('have few buckets, in rising order', () => {
    const histograms = declared.flatMap(({ name, buckets }) =>
      buckets === undefined ? [] : [{ name, buckets }],
    );

    expect(histograms.length).toBeGreaterThan(8);
    for (const { name, buckets } of histograms) {
      expect(buckets.length, name).toBeLessThanOrEqual(BUCKETS_MAX);
      expect(buckets, name).toEqual(buckets.toSorted((a, b) => a - b));
      expect(new Set(buckets).size, name).toBe(buckets.length);
    }
  });
});
