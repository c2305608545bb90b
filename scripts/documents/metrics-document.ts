/**
 * Writes docs/metrics.md by calling every declaration on a registry that remembers what was
 * declared, so that the document cannot differ from the code and needs no running desk.
 */
import { executionMetrics } from '#agents/execution/metrics.ts';
import { declareDataMetrics } from '#agents/data/metrics.ts';
import { gatewayMetrics } from '#agents/gateway/metrics.ts';
import { notifierMetrics } from '#agents/notifier/metrics.ts';
import { selectorMetrics } from '#agents/pair-selector/metrics.ts';
import { streamMetrics } from '#agents/gateway/stream/metrics.ts';
import { telegramMetrics } from '#agents/notifier/telegram/metrics.ts';
import { riskMetrics } from '#agents/risk/metrics.ts';
import { sentimentMetrics } from '#agents/sentiment/metrics.ts';
import { workerMetrics } from '#agents/trading-worker/metrics.ts';
import { busMetrics } from '#bus/metrics.ts';
import { cacheMetrics } from '#cache/metrics.ts';
import { prefetchMetrics } from '#cache/prefetch-metrics.ts';
import { sharedCacheMetrics } from '#cache/shared-metrics.ts';
import { backupMetrics } from '#coordinator/backup/backup-metrics.ts';
import { ownMetrics } from '#coordinator/own-metrics.ts';
import { reloadMetrics } from '#coordinator/reload/reload-metrics.ts';
import { resourceMetrics } from '#coordinator/resources/resource-metrics.ts';
import { declareVenueMetrics } from '#exchange/metrics.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { declareHttpMetrics } from '#platform/http/metrics.ts';
import { agentWork } from '#platform/lifecycle/agent-work.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics, METRIC_PREFIX } from '#platform/metrics/metrics.ts';
import type { Metrics, MetricSpec } from '#platform/metrics/metrics.ts';
import { seededRandom } from '#platform/random.ts';
import { tracingMetrics } from '#platform/tracing/metrics.ts';
import { tableRow } from './table-row.ts';

export interface Declared extends MetricSpec<string> {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly buckets?: readonly number[];
}

interface MetricSource {
  readonly title: string;
  /** The processes that declare them. */
  readonly agents: string;
  /** The file with the declarations, from the project's root. */
  readonly file: string;
  /** Files of parts that it declares too. */
  readonly alsoIn?: readonly string[];
  readonly declare: (metrics: Metrics) => void;
}

export const METRIC_SOURCES: readonly MetricSource[] = [
  {
    title: 'Universe',
    agents: 'pair-selector',
    file: 'src/agents/pair-selector/metrics.ts',
    declare: selectorMetrics,
  },
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
    title: 'Backups',
    agents: 'coordinator',
    file: 'src/coordinator/backup/backup-metrics.ts',
    declare: backupMetrics,
  },
  {
    title: 'Configuration',
    agents: 'coordinator',
    file: 'src/coordinator/reload/reload-metrics.ts',
    declare: reloadMetrics,
  },
  {
    title: 'Market data',
    agents: 'data',
    file: 'src/agents/data/metrics.ts',
    declare: declareDataMetrics,
  },
  {
    title: 'Risk',
    agents: 'risk',
    file: 'src/agents/risk/metrics.ts',
    declare: riskMetrics,
  },
  {
    title: 'Sentiment',
    agents: 'sentiment',
    file: 'src/agents/sentiment/metrics.ts',
    declare: (metrics) => sentimentMetrics(metrics, []),
  },
  {
    title: 'The venue',
    agents: 'data, execution',
    file: 'src/exchange/metrics.ts',
    declare: declareVenueMetrics,
  },
  {
    title: 'Outside sources',
    agents: 'whichever asks any; today sentiment and pair-selector',
    file: 'src/platform/http/metrics.ts',
    declare: declareHttpMetrics,
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
    alsoIn: ['src/agents/execution/money-metrics.ts'],
    declare: executionMetrics,
  },
  {
    title: 'API and history',
    agents: 'gateway',
    file: 'src/agents/gateway/metrics.ts',
    declare: gatewayMetrics,
  },
  {
    title: 'Messages to people',
    agents: 'notifier',
    file: 'src/agents/notifier/metrics.ts',
    declare: notifierMetrics,
  },
  {
    title: 'Telegram',
    agents: 'notifier',
    file: 'src/agents/notifier/telegram/metrics.ts',
    declare: telegramMetrics,
  },
  {
    title: 'Stream',
    agents: 'gateway',
    file: 'src/agents/gateway/stream/metrics.ts',
    declare: streamMetrics,
  },
  {
    title: 'Candle cache',
    agents: 'data, trading-worker, gateway',
    file: 'src/cache/metrics.ts',
    declare: cacheMetrics,
  },
  {
    title: 'Shared cache',
    agents: 'data, and whoever reads what it provides',
    file: 'src/cache/shared-metrics.ts',
    declare: sharedCacheMetrics,
  },
  {
    title: 'Loading ahead',
    agents: 'data',
    file: 'src/cache/prefetch-metrics.ts',
    declare: prefetchMetrics,
  },
  {
    title: 'Messages',
    agents: 'data, trading-worker, execution, gateway',
    file: 'src/bus/metrics.ts',
    declare: busMetrics,
  },
  {
    title: 'Traces',
    agents: 'data, trading-worker, execution, while tracing is on',
    file: 'src/platform/tracing/metrics.ts',
    declare: tracingMetrics,
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

/** What a test holds a running desk to. */
export const SERIES_MAX = 400;
export const PAIRS_AT_THAT = 12;

const LATER: readonly string[] = [
  '## Later',
  '',
  'Named in the design; their parts do not exist yet, so nothing counts them:',
  '`llm_tokens_total` and `llm_cost_usd_total` (language models), and what the',
  'sentiment agent, the pair selector and the learner will have.',
  '',
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
    'How to collect, draw and watch them: [monitoring.md](monitoring.md). Every `..._limit` is the bound of',
    'the metric whose name it begins with. Series are few: a label takes its values from a closed set of the',
    `code or from the configured pairs, and no family has more than ${SERIES_MAX} series on a desk of`,
    `${PAIRS_AT_THAT} pairs (a histogram counts each of its buckets).`,
    '',
    ...METRIC_SOURCES.flatMap(sectionOf),
    ...LATER,
  ].join('\n');
}

/** Everything the code declares, beside the families of Node itself. */
export function declaredMetrics(): readonly Declared[] {
  return METRIC_SOURCES.flatMap(({ declare }) => recorded(declare));
}

/** Families of Node itself, by their full names. */
export async function nodeMetrics(): Promise<
  readonly { readonly name: string; readonly type: string }[]
> {
  const metrics = createMetrics({ agent: 'document', instance: 'document', withNodeMetrics: true });
  // The declaration says that it is a number; it is the name of the type.
  return (await metrics.families()).map(({ name, type }) => ({ name, type: String(type) }));
}

function sectionOf({ title, agents, file, alsoIn = [], declare }: MetricSource): string[] {
  const files = [file, ...alsoIn].map((path) => `\`${path}\``).join(' and ');
  return [
    `## ${title}`,
    '',
    `From ${agents}; declared in ${files}.`,
    '',
    '| metric | type | labels | what it is |',
    '|---|---|---|---|',
    ...recorded(declare).map((metric) =>
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

function recorded(declare: (metrics: Metrics) => void): readonly Declared[] {
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
  declare(metrics);
  return declared;
}
