import Counter from 'prom-client/lib/counter.js';
import Gauge from 'prom-client/lib/gauge.js';
import Histogram from 'prom-client/lib/histogram.js';
import Registry from 'prom-client/lib/registry.js';
import { addNodeMetrics } from './node-metrics.ts';

export const METRIC_PREFIX = 'nightdesk_';

/** One metric family as prom-client gives and merges it. */
export type MetricFamily = Awaited<ReturnType<Registry['getMetricsAsJSON']>>[number];

export interface MetricSpec<L extends string> {
  /** Without the prefix, unit last: `evaluation_seconds`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly L[];
}

export interface HistogramSpec<L extends string> extends MetricSpec<L> {
  readonly buckets: readonly number[];
}

/** The metrics of one process. A name is declared once; a second time throws. */
export interface Metrics {
  counter<L extends string = never>(spec: MetricSpec<L>): Counter<L>;
  gauge<L extends string = never>(spec: MetricSpec<L>): Gauge<L>;
  histogram<L extends string = never>(spec: HistogramSpec<L>): Histogram<L>;
  /** As published to the coordinator and merged by the gateway. */
  families(): Promise<MetricFamily[]>;
  /** The same in the text that Prometheus reads. */
  text(): Promise<string>;
}

/** Every sample carries `agent` and `instance`, so that merging processes never adds them up. */
export function createMetrics(options: {
  readonly agent: string;
  readonly instance: string;
  /** Node's own families (memory, garbage collection, event loop). */
  readonly withNodeMetrics?: boolean;
}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ agent: options.agent, instance: options.instance });
  if (options.withNodeMetrics === true) addNodeMetrics(registry, METRIC_PREFIX);

  function common<L extends string>(spec: MetricSpec<L>) {
    return {
      name: `${METRIC_PREFIX}${spec.name}`,
      help: spec.help,
      labelNames: [...(spec.labels ?? [])],
      registers: [registry],
    };
  }

  return {
    counter: (spec) => new Counter(common(spec)),
    gauge: (spec) => new Gauge(common(spec)),
    histogram: (spec) => new Histogram({ ...common(spec), buckets: [...spec.buckets] }),
    families: () => registry.getMetricsAsJSON(),
    text: () => registry.metrics(),
  };
}

/**
 * For several agents in one process: parts that more than one of them uses declare the same families,
 * and the first declaration serves all.
 */
export function sharedMetrics(metrics: Metrics): Metrics {
  const known = new Map<string, unknown>();
  function once<T>(name: string, declare: () => T): T {
    const found = known.get(name) as T | undefined;
    if (found !== undefined) return found;
    const made = declare();
    known.set(name, made);
    return made;
  }
  return {
    ...metrics,
    counter: (spec) => once(spec.name, () => metrics.counter(spec)),
    gauge: (spec) => once(spec.name, () => metrics.gauge(spec)),
    histogram: (spec) => once(spec.name, () => metrics.histogram(spec)),
  };
}
