/** The disk of a running desk fills up and is given room again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBus } from '#bus/redis/open-bus.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { socketPath } from '#platform/lifecycle/short-path.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { smallDisk } from '../../tests/support/small-disk.ts';
import type { SmallDisk } from '../../tests/support/small-disk.ts';
import { coverageText } from './coverage.ts';
import { coverageOf, startRun } from './desk-run.ts';
import type { DeskRun } from './desk-run.ts';
import { findings } from './findings.ts';
import type { Findings } from './findings.ts';
import { historyFacts } from './history-facts.ts';
import { untilTrading } from './kill-agent.ts';
import { offerEntry } from './offer-entry.ts';

const DISK_MB = 96;
const FULL_MS = 20_000;
const BACK_WITHIN_MS = 45_000;
const VERDICT_MS = 2_500;
const SAYS = /disk is full|no space left/i;

/** Undefined where no disk can be mounted. */
export async function fullDiskWhileRunning(): Promise<Findings | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-full-'));
  const disk = smallDisk(join(folder, 'data'), DISK_MB);
  try {
    return disk === undefined ? undefined : await runOn(disk, folder);
  } finally {
    disk?.[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runOn(disk: SmallDisk, folder: string): Promise<Findings> {
  const report = findings(`a disk of ${DISK_MB} MB, full for ${FULL_MS / 1_000} s while running`);
  const env = { NIGHTDESK__PRACTICE__PAIRS: '[BTC/USDT, ETH/USDT, SOL/USDT]' };
  const run = await startRun({ folder, args: ['--timeframe', '1s', '--seed', '7'], env });
  await using desk = run.desk;
  await sleep(5_000);
  disk.fill();
  const fullMs = Date.now();
  const saidMs = await eventually(() => SAYS.test(desk.output()), {
    withinMs: FULL_MS,
    what: 'the desk says that its disk is full',
  }).catch(() => undefined);
  const said =
    desk
      .output()
      .split('\n')
      .find((line) => SAYS.test(line)) ?? 'nothing';
  report.check('says so', saidMs !== undefined, `${seconds(saidMs)}: ${said.slice(0, 140)}`);
  await sleep(Math.max(0, fullMs + FULL_MS - Date.now()));
  await checkEntries(run, report);
  disk.makeRoom();
  const roomMs = Date.now();
  const isBack = await untilTrading(run, roomMs).then(
    () => true,
    () => false,
  );
  report.check('trading again', isBack, seconds(Date.now() - roomMs));
  await checkAfterwards(run, report, roomMs);
  return report;
}

/** With a full disk nothing can be written before it is sent, so nothing may be bought. */
async function checkEntries(run: DeskRun, report: Findings): Promise<void> {
  const clock = systemClock();
  const address = socketPath(run.desk.dataDir, 'redis.sock');
  const bus = await openBus({ socketPath: address, instance: 'full-disk', clock });
  const verdict = await offerEntry(run, bus, VERDICT_MS).catch((error: unknown) => [String(error)]);
  await bus.close();
  report.check('no entry meanwhile', verdict.length > 0, verdict.join(', ') || 'taken');
}

async function checkAfterwards(run: DeskRun, report: Findings, roomMs: number): Promise<void> {
  const { desk } = run;
  const isWhole = async (): Promise<boolean> => (await coverageOf(run)).missing.length === 0;
  await eventually(isWhole, { withinMs: BACK_WITHIN_MS }).catch(() => undefined);
  const coverage = await coverageOf(run);
  const isComplete = coverage.missing.length === 0 && coverage.doubled.length === 0;
  report.check('one decision per closed candle', isComplete, coverageText(coverage));
  const check = await desk.command(['ledger', 'check']);
  report.check('ledger check', check.code === 0, check.stdout.trim().split('\n').at(-1) ?? '');
  const readyMs = await eventually(
    async () => (await desk.status())?.agents.every(({ state }) => state === 'ready') ?? false,
    { withinMs: BACK_WITHIN_MS },
  ).catch(() => undefined);
  report.check('every agent is ready', readyMs !== undefined, seconds(Date.now() - roomMs));
  const picture = await desk.status();
  const agents = picture?.agents ?? [];
  const restarts = agents.map(({ instance, restarts: n }) => `${instance} ${n}`).join(', ');
  report.note('restarts', restarts);
  using history = historyFacts(desk.dataDir);
  report.note(
    'decisions',
    history
      .reasons()
      .map(([name, n]) => `${name} ${n}`)
      .join(', '),
  );
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? 'never' : `${(ms / 1_000).toFixed(1)} s`;
}
