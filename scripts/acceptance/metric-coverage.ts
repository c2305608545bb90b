/** Which documented metrics a Prometheus has seen of a desk, and how many series each family has. */
import type { PrometheusServer } from '../../tests/support/prometheus/prometheus-server.ts';
import { declaredMetrics, nodeMetrics } from '../documents/metrics-document.ts';

/** What a shadow desk on the practice exchange may have no figures of in some minutes, and why. */
const NOT_SEEN: Readonly<Record<string, string>> = {
  redis_memory_bytes_limit: 'a Redis may have no limit of its own',
  last_backup_timestamp_seconds: 'no backup was made yet',
  backup_bytes: 'no backup was made yet',
  backup_seconds: 'no backup was made yet',
  api_token_end_timestamp_seconds: 'there is no token',
  candles_late_total: 'no candle came late',
  instrument_changes_total: 'the venue changed no rules',
  batches_lost_total: 'Redis was never away',
  stream_checks_total: 'no stream was silent',
  venue_slow_requests_total: 'the venue was never slow',
  venue_reconnects_total: 'no stream was lost',
  reconciliation_findings_total: 'a simulated account has no venue to compare with',
  reconciliation_last_timestamp_seconds: 'a simulated account has no venue to compare with',
  gate_refusals_total: 'the gate refused nothing',
  http_refusals_total: 'nobody was refused',
  stream_refused_total: 'nobody was refused',
  stream_dropped_total: 'no client was dropped',
  bus_gaps_total: 'no message was missed',
  trace_spans_total: 'tracing is off',
  trace_spans_waiting: 'tracing is off',
  trace_spans_waiting_limit: 'tracing is off',
};

/** The same for whole parts. */
const PARTS_NOT_SEEN: Readonly<Record<string, string>> = {
  config_: 'nothing was reloaded',
  alerts_: 'no channel is configured, so the notifier does not run',
  notifier_: 'no channel is configured, so the notifier does not run',
  source_: 'no outside source is switched on',
  telegram_: 'no channel is configured, so the notifier does not run',
};

function reasonFor(name: string): string | undefined {
  const part = Object.keys(PARTS_NOT_SEEN).find((start) => name.startsWith(start));
  return NOT_SEEN[name] ?? (part === undefined ? undefined : PARTS_NOT_SEEN[part]);
}

export interface MetricCoverage {
  readonly documented: number;
  readonly withData: number;
  /** Documented, no data, and no reason why there should be none. */
  readonly missing: readonly string[];
  /** With the reason. */
  readonly excused: readonly string[];
  readonly series: number;
  readonly largest: { readonly family: string; readonly series: number };
}

const PARTS_OF_HISTOGRAM = ['_bucket', '_sum', '_count'];

export async function metricCoverage(prometheus: PrometheusServer): Promise<MetricCoverage> {
  const seen = new Set(await prometheus.names());
  const declared = declaredMetrics().map(({ name, type }) => ({
    name,
    sample: `nightdesk_${name}${type === 'histogram' ? '_count' : ''}`,
  }));
  const node = (await nodeMetrics()).map(({ name, type }) => ({
    name: name.replace(/^nightdesk_/, ''),
    sample: type === 'histogram' ? `${name}_count` : name,
  }));
  const all = [...declared, ...node];
  const hasNot = all.filter(({ sample }) => !seen.has(sample)).map(({ name }) => name);
  const counts = await prometheus.query('count by (__name__) ({__name__=~"nightdesk_.+"})');
  const families = new Map<string, number>();
  for (const { labels, value } of counts) {
    const family = familyOf(labels['__name__'] ?? '', seen);
    families.set(family, (families.get(family) ?? 0) + value);
  }
  const [largest = ['', 0]] = [...families].toSorted(([, a], [, b]) => b - a);
  return {
    documented: all.length,
    withData: all.length - hasNot.length,
    missing: hasNot.filter((name) => reasonFor(name) === undefined),
    excused: hasNot.flatMap((name) => {
      const reason = reasonFor(name);
      return reason === undefined ? [] : [`${name}: ${reason}`];
    }),
    series: [...families.values()].reduce((sum, count) => sum + count, 0),
    largest: { family: largest[0], series: largest[1] },
  };
}

function familyOf(name: string, seen: ReadonlySet<string>): string {
  const suffix = PARTS_OF_HISTOGRAM.find((part) => name.endsWith(part));
  if (suffix === undefined) return name;
  const base = name.slice(0, -suffix.length);
  return seen.has(`${base}_bucket`) ? base : name;
}
