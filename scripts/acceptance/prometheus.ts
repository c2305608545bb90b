/** Item 13: a real Prometheus looks at a desk for five minutes while things are broken on purpose. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Desk, startDesk } from '../../tests/support/desk.ts';
import {
  hasPrometheus,
  type PrometheusServer,
  startPrometheus,
} from '../../tests/support/prometheus/prometheus-server.ts';
import { SERIES_MAX } from '../documents/metrics-document.ts';
import { DRILLS, type DrillResult, runDrill } from './alert-drills.ts';
import { findings, type Findings, table } from './findings.ts';
import { itemFlags } from './flags.ts';
import { metricCoverage } from './metric-coverage.ts';

const MINUTES = 5;
/** Waits of a minute take six seconds, windows of ten minutes one. */
const SHORTER_BY = 10;
/** Before the first trouble, so that there is something to compare with. */
const CALM_MS = 45_000;

export async function run(args: readonly string[]): Promise<boolean> {
  const { minutes = MINUTES, seed } = itemFlags(args);
  const report = findings(`Prometheus beside a desk, ${minutes} minutes, seed ${seed}`);
  if (!hasPrometheus()) {
    report.check('prometheus is installed', false, 'apt-get install prometheus');
    return report.print();
  }
  const untilMs = performance.now() + minutes * 60_000;
  await using desk = await startDesk({ args: ['--timeframe', '1s', '--seed', String(seed)] });
  await desk.untilReady();
  await using prometheus = await startPrometheus({
    target: `127.0.0.1:${desk.port}`,
    shorterBy: SHORTER_BY,
  });
  await sleep(CALM_MS);
  const atRest = await prometheus.firing();
  report.check('alerts while all is well', atRest.length === 0, namesOf(atRest) || 'none');
  await drillAll(desk, prometheus, report);
  await sleep(Math.max(0, untilMs - performance.now()));
  await reportMetrics(prometheus, report);
  await reportLevels(prometheus, report);
  // The troubles have lowered the service levels, and the market may have brought a halt of its own.
  report.note('alerts at the end', namesOf(await prometheus.firing()) || 'none');
  return report.print();
}

async function drillAll(desk: Desk, prometheus: PrometheusServer, report: Findings): Promise<void> {
  const results: DrillResult[] = [];
  for (const drill of DRILLS) results.push(...(await runDrill(drill, desk, prometheus)));
  const rows = results.map(({ alert, firedMs, resolvedMs, summary }) => [
    alert,
    seconds(firedMs),
    seconds(resolvedMs),
    summary,
  ]);
  console.log(table([['alert', 'fired after', 'resolved after', 'what it said'], ...rows]));
  for (const { title, alert, firedMs, resolvedMs } of results) {
    const isOk = firedMs !== undefined && resolvedMs !== undefined;
    report.check(`${alert}: ${title}`, isOk, `${seconds(firedMs)}, ${seconds(resolvedMs)}`);
  }
}

async function reportMetrics(prometheus: PrometheusServer, report: Findings): Promise<void> {
  const coverage = await metricCoverage(prometheus);
  const { documented, withData, missing, excused, series, largest } = coverage;
  report.check(
    'documented metrics with data',
    missing.length === 0,
    `${withData} of ${documented}`,
  );
  if (missing.length > 0) report.note('without data', missing.join(', '));
  for (const reason of excused) report.note('nothing to count', reason);
  report.note('series', String(series));
  const isBounded = largest.series <= SERIES_MAX;
  report.check('largest family', isBounded, `${largest.series} series of ${largest.family}`);
  const scrape = await prometheus.query(
    'avg_over_time(scrape_duration_seconds{job="nightdesk"}[5m])',
  );
  report.note('time of a scrape', `${((scrape[0]?.value ?? 0) * 1_000).toFixed(1)} ms`);
}

async function reportLevels(prometheus: PrometheusServer, report: Findings): Promise<void> {
  const closed = 'sum(increase(nightdesk_candles_closed_total[5m]))';
  const decided = 'sum(increase(nightdesk_history_records_total{outcome="new"}[5m]))';
  const figures = {
    'decided of closed': `${decided} / ${closed}`,
    'able to trade': 'avg_over_time(nightdesk:can_trade[5m])',
    'fresh data': 'avg_over_time(nightdesk:data_fresh:ratio[5m])',
  };
  for (const [name, expr] of Object.entries(figures)) {
    const [sample] = await prometheus.query(expr);
    const share = sample === undefined ? 'no data' : `${(sample.value * 100).toFixed(2)} %`;
    report.note(`${name}, troubles included`, share);
  }
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? 'never' : `${(ms / 1_000).toFixed(1)} s`;
}

function namesOf(alerts: readonly { readonly name: string }[]): string {
  return alerts.map(({ name }) => name).join(', ');
}
