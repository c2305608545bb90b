/**
 * Item 16: two desks and three tools ask one practice exchange, whose limit is 6000 a minute, as fast
 * as their budget lets them. Then the tools without a reserve, which goes up to the very limit: sharing
 * keeps it to the unit, and each for itself they are refused, although they read the exchange's count.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { startDesk, type Desk } from '../../tests/support/desk.ts';
import { startRedis } from '../../tests/support/redis-server.ts';
import { findings, table } from './findings.ts';
import { itemFlags } from './flags.ts';
import { parseMetrics, total } from './metric-text.ts';
import { ToolReport, type ToolSettings } from './weight-tool.ts';

const MINUTES = 3;
const LIMIT = 6_000;
const TOOL = resolve(import.meta.dirname, 'weight-tool.ts');
const RESERVE = 0.2;
/** One whole minute's turn, and what is used up within seconds after it. */
const EDGE_SECONDS = 75;
const TOOLS = [
  { name: 'history', work: 'candles', pauseMs: 0 },
  { name: 'books', work: 'books', pauseMs: 0 },
  { name: 'listing', work: 'tickers', pauseMs: 10_000 },
] as const;

const Status = z.looseObject({
  weights: z.array(z.looseObject({ usedWeight: z.number(), refusedTotal: z.number() })),
});

export async function run(args: readonly string[]): Promise<boolean> {
  const { minutes = MINUTES, seed } = itemFlags(args);
  const report = findings(`two desks and three tools on one address, ${minutes} min, seed ${seed}`);
  await using redis = await startRedis();
  const common = `unix://${redis.socketPath}`;
  const env = { NIGHTDESK__EXCHANGE__BUDGET_REDIS_URL: common };
  await using first = await startDesk({
    env: { ...env, NIGHTDESK__PRACTICE__SEED: String(seed) },
  });
  await first.untilReady();
  const port = readFileSync(join(first.dataDir, 'run', 'practice.port'), 'utf8').trim();
  const url = `http://127.0.0.1:${port}`;
  await using second = await startDesk({
    env: {
      ...env,
      NIGHTDESK__EXCHANGE__BASE_URL: url,
      NIGHTDESK__EXCHANGE__WS_URL: url.replace('http', 'ws'),
    },
  });
  await second.untilReady();

  const desks = [first, second];
  const before = await Promise.all(desks.map(askedBy));
  const together = await runTools({
    url,
    redis: common,
    seconds: minutes * 60,
    reserveFraction: RESERVE,
  });
  const after = await Promise.all(desks.map(askedBy));
  console.log(table(rowsOf(together)));
  for (const [i, desk] of after.entries()) {
    const { requests, limited } = desk;
    const asked = requests - (before[i]?.requests ?? 0);
    report.note(`desk ${i + 1}`, `${Math.round(asked / minutes)} requests a minute`);
    report.check(`desk ${i + 1}: told to wait`, limited === 0, `${limited} times`);
  }
  const { refused, highest, reports } = together;
  report.check('answered with 429 or 418', refused === 0, `${refused}`);
  report.check('the limit binds', highest > 0.75 * LIMIT, `${highest} of ${LIMIT} in a minute`);
  report.check('and is kept', highest <= LIMIT, `${highest} of ${LIMIT} in a minute`);
  const served = reports.filter(({ outcomes }) => (outcomes['ok'] ?? 0) > 0).length;
  report.check('every tool gets its turn', served === TOOLS.length, `${served} of ${TOOLS.length}`);

  const edge = { url, seconds: EDGE_SECONDS, reserveFraction: 0 };
  const shared = await runTools({ ...edge, redis: common });
  const upTo = `${shared.refused} times, up to ${shared.highest}`;
  report.check('without a reserve, shared: refused', shared.refused === 0, upTo);
  const alone = await runTools({ ...edge, redis: null });
  report.check('without a reserve, each for itself', alone.refused > 0, `${alone.refused} refused`);
  return report.print();
}

interface ToolsRun {
  readonly reports: readonly ToolReport[];
  readonly minutes: number;
  readonly refused: number;
  /** Largest count of a minute that was seen at the exchange. */
  readonly highest: number;
}

async function runTools(options: {
  readonly url: string;
  readonly redis: string | null;
  readonly seconds: number;
  readonly reserveFraction: number;
}): Promise<ToolsRun> {
  const { url, redis, seconds, reserveFraction } = options;
  const start = await venueCount(url);
  const tools = TOOLS.map((tool) => startTool({ ...tool, url, redis, reserveFraction }));
  let highest = 0;
  const endMs = performance.now() + seconds * 1_000;
  while (performance.now() < endMs) {
    highest = Math.max(highest, (await venueCount(url)).used);
    await sleep(250);
  }
  const reports = await Promise.all(tools.map((tool) => tool.end()));
  const { refused } = await venueCount(url);
  return { reports, minutes: seconds / 60, refused: refused - start.refused, highest };
}

function startTool(settings: ToolSettings): { readonly end: () => Promise<ToolReport> } {
  const child: ChildProcess = spawn(process.execPath, [TOOL, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exited = once(child, 'exit');
  return {
    end: async () => {
      child.kill('SIGTERM');
      await exited;
      return ToolReport.parse(JSON.parse(text));
    },
  };
}

async function venueCount(url: string): Promise<{ used: number; refused: number }> {
  const answer = await fetch(`${url}/practice/status`);
  const { weights } = Status.parse(await answer.json());
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  return {
    used: sum(weights.map(({ usedWeight }) => usedWeight)),
    refused: sum(weights.map(({ refusedTotal }) => refusedTotal)),
  };
}

async function askedBy(desk: Desk): Promise<{ requests: number; limited: number }> {
  const answer = await fetch(`${desk.url}/metrics`);
  const samples = parseMetrics(await answer.text());
  const outcome = 'venue-rate-limited';
  return {
    requests: total(samples, 'venue_requests_total'),
    limited: total(samples, 'venue_requests_total', { outcome }),
  };
}

function rowsOf({ reports, minutes }: ToolsRun): string[][] {
  const head = ['tool', 'weight/min', 'outcomes', 'waits by class: mean'];
  const rows = reports.map(({ name, weight, outcomes, waits }) => [
    name,
    String(Math.round(weight / minutes)),
    Object.entries(outcomes)
      .map(([outcome, count]) => `${outcome} ${count}`)
      .join(', '),
    Object.entries(waits)
      .map(([priority, { count, seconds }]) => `${priority} ${(seconds / count).toFixed(2)} s`)
      .join(', '),
  ]);
  return [head, ...rows];
}
