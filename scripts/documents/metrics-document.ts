/**
 * Writes docs/metrics.md by calling every declaration on a registry that remembers what was
 * declared, so that the document cannot differ from the code and needs no running desk.
 */
import { executionMetrics } from '#agents/execution/metrics.ts';
import { declareDataMetrics } from '#agents/data/metrics.ts';
import { gatewayMetrics } from '#agents/gateway/metrics.ts';
import { workerMetrics } from '#agents/trading-worker/metrics.ts';
import { busMetrics } from '#bus/metrics.ts';
import { cacheMetrics } from '#cache/metrics.ts';
import { ownMetrics } from '#coordinator/own-metrics.ts';
import { resourceMetrics } from '#coordinator/resources/resource-metrics.ts';
import { declareVenueMetrics } from '#exchange/metrics.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { agentWork } from '#platform/lifecycle/agent-work.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics, METRIC_PREFIX } from '#platform/metrics/metrics.ts';
import type { Metrics, MetricSpec } from '#platform/metrics/metrics.ts';
import { seededRandom } from '#platform/random.ts';
import { tableRow } from './table-row.ts';

interface Declared extends MetricSpec<string> {
  readonly type: 'counter' | 'gauge' | 'histogram';
}

interface MetricSource {
  readonly title: string;
  /** The processes that declare them. */
  readonly agents: string;
  /** The file with the declarations, from the project's root. */
  readonly file: string;
  readonly declare: (metrics: Metrics) => void;
}

export const METRIC_SOURCES: readonly MetricSource[] = [
  {
    title: 'Processes',
    agents: 'coordinator, about each process it watches',
    file: 'src/coordinator/own-metrics.ts',
    declare: ownMetrics,
  },
  {
    title: 'Machine',
    agents: 'coordinator',
    file: 'src/coordinator/resources/resource-metrics.ts',
    declare: resourceMetrics,
  },
  {
    title: 'Market data',
    agents: 'data',
    file: 'src/agents/data/metrics.ts',
    declare: declareDataMetrics,
  },
  {
    title: 'The venue',
    agents: 'data, execution',
    file: 'src/exchange/metrics.ts',
    declare: declareVenueMetrics,
  },
  {
    title: 'Decisions',
    agents: 'trading-worker',
    file: 'src/agents/trading-worker/metrics.ts',
    declare: workerMetrics,
  },
  {
    title: 'Orders and money',
    agents: 'execution',
    file: 'src/agents/execution/metrics.ts',
    declare: executionMetrics,
  },
  {
    title: 'API and history',
    agents: 'gateway',
    file: 'src/agents/gateway/metrics.ts',
    declare: gatewayMetrics,
  },
  {
    title: 'Candle cache',
    agents: 'data, trading-worker, gateway',
    file: 'src/cache/metrics.ts',
    declare: cacheMetrics,
  },
  {
    title: 'Messages',
    agents: 'data, trading-worker, execution, gateway',
    file: 'src/bus/metrics.ts',
    declare: busMetrics,
  },
  {
    title: 'Work of an agent',
    agents: 'every agent',
    file: 'src/platform/lifecycle/agent-work.ts',
    declare: (metrics) =>
      agentWork({
        metrics,
        log: silentLog(),
        clock: systemClock(),
        random: seededRandom(1),
        signal: AbortSignal.abort(),
        onProgress: () => undefined,
      }),
  },
];

export function metricsDocument(): string {
  return [
    '# Metrics',
    '',
    'Written by `node scripts/generate-metrics.ts` from the declarations; a test fails when it is old.',
    '',
    '`/metrics` of the gateway has those of every process, labelled with `agent` and `instance`',
    `besides the labels below; all names begin with \`${METRIC_PREFIX}\`. A histogram has \`_bucket\`,`,
    '`_sum` and `_count`. Every agent also has the families of Node itself: `nightdesk_process_...`',
    '(processor, memory, open files) and `nightdesk_nodejs_...` (event loop, heap, garbage collection).',
    '',
    ...METRIC_SOURCES.flatMap(sectionOf),
  ].join('\n');
}

function sectionOf({ title, agents, file, declare }: MetricSource): string[] {
  const registry = recordingMetrics();
  declare(registry.metrics);
  return [
    `## ${title}`,
    '',
    `From ${agents}; declared in \`${file}\`.`,
    '',
    '| metric | type | labels | what it is |',
    '|---|---|---|---|',
    ...registry.declared.map((metric) =>
      tableRow([
        `\`${METRIC_PREFIX}${metric.name}\``,
        metric.type,
        (metric.labels ?? []).join(', '),
        metric.help.replace(/\.$/, ''),
      ]),
    ),
    '',
  ];
}

function recordingMetrics(): { readonly metrics: Metrics; readonly declared: readonly Declared[] } {
  const real = createMetrics({ agent: 'document', instance: 'document' });
  const declared: Declared[] = [];
  const metrics: Metrics = {
    counter: (spec) => {
      declared.push({ ...spec, type: 'counter' });
      return real.counter(spec);
    },
    gauge: (spec) => {
      declared.push({ ...spec, type: 'gauge' });
      return real.gauge(spec);
    },
    histogram: (spec) => {
      declared.push({ ...spec, type: 'histogram' });
      return real.histogram(spec);
    },
    families: () => real.families(),
    text: () => real.text(),
  };
  return { metrics, declared };
}
