/**
 * Item 15: a desk at one-second candles for an hour or more. Each figure that could creep is sampled
 * every ten seconds; after a warm-up it may not rise beyond its noise.
 */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Desk } from '../../tests/support/desk.ts';
import { startRun } from './desk-run.ts';
import { findings, table, type Findings } from './findings.ts';
import { itemFlags } from './flags.ts';
import { parseMetrics, total } from './metric-text.ts';
import { trendOf, type Sample, type Trend } from './trend.ts';

const MINUTES = 60;
const EVERY_MS = 10_000;
/** Caches fill and code is compiled; with short runs half of it all. */
const WARM_UP_MINUTES = 15;
const SURE = 0.01;
/** A rise that is sure and yet smaller than this over the whole run is no leak to be seen. */
const RISE_MIN_FRACTION = 0.03;

type Kind = 'bounded' | 'grows';

interface Series {
  readonly name: string;
  readonly unit: 'MB' | 'ms' | '';
  /** `grows`: a file that keeps what happened; its pace is a figure, not a fault. */
  readonly kind: Kind;
  readonly samples: Sample[];
}

export async function run(args: readonly string[]): Promise<boolean> {
  const flags = itemFlags(args);
  const minutes = flags.minutes ?? MINUTES;
  const report = findings(`soak: seed ${flags.seed}, 1s candles, ${minutes} min`);
  await using hook = await startHook();
  const started = await startRun({
    args: ['--timeframe', '1s', '--seed', String(flags.seed)],
    env: { NIGHTDESK__NOTIFIER__WEBHOOKS: `[{name: soak, webhook_url: "${hook.url}"}]` },
  });
  await using desk = started.desk;
  const series = new Map<string, Series>();
  const untilMs = performance.now() + minutes * 60_000;
  while (performance.now() < untilMs) {
    await sampleAll(desk, series).catch((error: unknown) => report.note('sample', String(error)));
    await sleep(EVERY_MS);
  }
  const restarts = (await desk.status())?.agents.filter(({ restarts: count }) => count > 0) ?? [];
  const names = restarts.map(({ instance, restarts: count }) => `${instance} ${count}`);
  report.check('no process was restarted', restarts.length === 0, names.join(', ') || 'none');
  report.check('people are told', hook.count() > 0, `${hook.count()} messages`);
  judge([...series.values()], { minutes, report });
  return report.print();
}

interface Hook extends AsyncDisposable {
  readonly url: string;
  readonly count: () => number;
}

/** Somebody to tell, so that the notifier is part of it. */
async function startHook(): Promise<Hook> {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    request.resume();
    response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    count: () => count,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function sampleAll(desk: Desk, series: Map<string, Series>): Promise<void> {
  const [status, text] = await Promise.all([
    desk.status(),
    fetch(`${desk.url}/metrics`).then((answer) => answer.text()),
  ]);
  const atMs = Date.now();
  const add = (name: string, unit: Series['unit'], value: number, kind: Kind = 'bounded'): void => {
    const known = series.get(name) ?? { name, unit, kind, samples: [] };
    known.samples.push({ atMs, value });
    series.set(name, known);
  };
  let pss = 0;
  for (const { instance, pid, pssBytes, loopDelayMs } of status?.agents ?? []) {
    pss += pssBytes ?? 0;
    if (pssBytes !== undefined) add(`PSS ${instance}`, 'MB', pssBytes / 1e6);
    if (pid !== undefined) add(`handles ${instance}`, '', handles(pid));
    if (loopDelayMs !== undefined) add(`loop delay ${instance}`, 'ms', loopDelayMs);
  }
  add('PSS of all', 'MB', pss / 1e6);
  const metrics = parseMetrics(text);
  add('Redis data', 'MB', total(metrics, 'redis_memory_bytes') / 1e6);
  add('Redis clients', '', total(metrics, 'redis_clients'));
  for (const { name, labels, value } of metrics) {
    const part = /part="([^"]+)"/.exec(labels)?.[1];
    if (name === 'disk_bytes' && part !== undefined)
      add(`disk ${part}`, 'MB', value / 1e6, 'grows');
  }
}

function handles(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return Number.NaN;
  }
}

function judge(
  series: readonly Series[],
  { minutes, report }: { readonly minutes: number; readonly report: Findings },
): void {
  const warmUpMs = Math.min(WARM_UP_MINUTES, minutes / 2) * 60_000;
  const rows: string[][] = [['', 'first', 'last', 'per hour', 'p', '']];
  const rising: string[] = [];
  for (const one of series) {
    const fromMs = (one.samples[0]?.atMs ?? 0) + warmUpMs;
    const settled = one.samples.filter(({ atMs, value }) => atMs >= fromMs && !Number.isNaN(value));
    const trend = trendOf(settled);
    if (trend === undefined) continue;
    const verdict = verdictOf(one, trend);
    if (verdict === 'RISING') rising.push(one.name);
    const figures = [trend.first, trend.last, trend.perHour].map((value) => value.toFixed(2));
    rows.push([`${one.name} ${one.unit}`, ...figures, trend.p.toFixed(3), verdict]);
  }
  console.log(table(rows));
  report.check('series measured', rows.length > 10, String(rows.length - 1));
  report.check('none rises beyond its noise', rising.length === 0, rising.join(', ') || 'none');
}

function verdictOf({ kind }: Series, { first, last, mean, p }: Trend): string {
  if (kind === 'grows') return '';
  const isRising = p < SURE && last - first > RISE_MIN_FRACTION * Math.abs(mean);
  return isRising ? 'RISING' : 'flat';
}
