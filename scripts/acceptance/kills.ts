/** Item 4: whatever is killed comes back, and nothing is lost or done twice. */
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Random, seededRandom } from '#platform/random.ts';
import { freePort, runCommand } from '../../tests/support/desk.ts';
import type { DeskPicture } from '../../tests/support/desk.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { coverageText } from './coverage.ts';
import { coverageOf, errorLines, startRun } from './desk-run.ts';
import type { DeskRun } from './desk-run.ts';
import { findings, table } from './findings.ts';
import type { Findings } from './findings.ts';
import { itemFlags } from './flags.ts';
import { historyFacts } from './history-facts.ts';
import { flushRedis, freezeAgent, killAgent } from './kill-agent.ts';
import type { Outage } from './kill-agent.ts';
import { checkProtected, killCoordinator } from './kill-coordinator.ts';
import { ledgerFacts } from './ledger-facts.ts';
import { checkMoney } from './money-checks.ts';
import { noteDecisions } from './trading.ts';

export const AGENTS = [
  'execution',
  'data',
  'risk',
  'trading-worker-1',
  'gateway',
  'practice',
] as const;
const OUTAGE_MS_MAX = 5_000;
/** Found in 3 s when silent, then as after a kill. */
const FROZEN_MS_MAX = 8_000;
const FREEZE_MS = 10_000;
const COVERED_MIN = 0.999;
/** A death within ten seconds of being ready is answered with a delay on purpose. */
const SETTLED_MS = 13_000;
const TRY_LATER = 75;
/** Of the console, when the desk did not come back. */
const LAST_LINES = 60;

export async function run(args: readonly string[]): Promise<boolean> {
  const { minutes = 5, seed } = itemFlags(args);
  const report = findings(`kills at 1s candles, seed ${seed}, ${minutes} min at random`);
  const deskArgs = ['--timeframe', '1s', '--seed', String(seed)];
  let desk = await startRun({ args: deskArgs });
  try {
    await untilSettled(desk, AGENTS);
    const outages: Outage[] = [];
    for (const victim of [...AGENTS, 'redis']) outages.push(await killAgent(desk, victim));
    outages.push(await flushRedis(desk));
    await checkSecondDesk(desk, report);
    await untilSettled(desk, AGENTS);
    const frozen = await freezeAgent(desk, 'execution', FREEZE_MS);
    desk = await killCoordinator(desk, deskArgs, report);
    outages.push(...(await killAtRandom(desk, { forMs: minutes * 60_000, seed })));
    judgeOutages(outages, frozen, report);
    await checkBooks(desk, report);
    return report.print();
  } catch (error) {
    console.log(desk.desk.output().split('\n').slice(-LAST_LINES).join('\n'));
    throw error;
  } finally {
    await desk.desk[Symbol.asyncDispose]();
    // A desk on a folder that existed keeps it.
    rmSync(desk.desk.folder, { recursive: true, force: true });
  }
}

/** Waits until a death would be answered at once. */
export async function untilSettled(run: DeskRun, instances: readonly string[]): Promise<void> {
  await eventually(async () => isSettled(await run.desk.status(), instances), {
    withinMs: 60_000,
    what: `${instances.join(', ')} run for a while`,
  });
}

function isSettled(picture: DeskPicture | undefined, instances: readonly string[]): boolean {
  return instances.every((name) =>
    picture?.agents.some(
      ({ instance, state, startedMs }) =>
        instance === name && state === 'ready' && Date.now() - startedMs > SETTLED_MS,
    ),
  );
}

/** Kills one settled process after the other, any of them at any moment. */
export async function killAtRandom(
  run: DeskRun,
  options: { readonly forMs: number; readonly seed: number },
): Promise<Outage[]> {
  const random = seededRandom(`kills/${options.seed}`);
  const untilMs = Date.now() + options.forMs;
  const outages: Outage[] = [];
  while (Date.now() < untilMs) {
    const victim = await pickVictim(run, random);
    if (victim === undefined) {
      await sleep(250);
      continue;
    }
    outages.push(await killAgent(run, victim));
    await sleep(random.next() * 2_000);
  }
  return outages;
}

async function pickVictim(run: DeskRun, random: Random): Promise<string | undefined> {
  const picture = await run.desk.status();
  const settled = (picture?.agents ?? []).filter(
    ({ instance, state, startedMs }) =>
      instance !== 'coordinator' && state === 'ready' && Date.now() - startedMs > SETTLED_MS,
  );
  return settled[Math.floor(random.next() * settled.length)]?.instance;
}

function judgeOutages(outages: readonly Outage[], frozen: Outage, report: Findings): void {
  const rows = [...outages, frozen].map(({ victim, how, readyMs, tradingMs }) => [
    victim,
    how,
    `${readyMs} ms`,
    `${tradingMs} ms`,
  ]);
  console.log(table([['killed', 'how', 'ready after', 'trading after'], ...rows]));
  const times = outages.map(({ tradingMs }) => tradingMs).toSorted((a, b) => a - b);
  const [median, worst] = [times[Math.floor(times.length / 2)] ?? 0, times.at(-1) ?? 0];
  const seen = `${times.length} outages, median ${median} ms, worst ${worst} ms`;
  report.check('trading again <= 5 s', worst <= OUTAGE_MS_MAX, seen);
  const isFound = frozen.tradingMs <= FROZEN_MS_MAX;
  report.check('a frozen execution is replaced, trading <= 8 s', isFound, `${frozen.tradingMs} ms`);
}

/** Candles, money and stops after everything that was done to the desk. */
export async function checkBooks(desk: DeskRun, report: Findings): Promise<void> {
  const coverage = await coverageOf(desk);
  const isCovered = coverage.fraction >= COVERED_MIN && coverage.doubled.length === 0;
  report.check('one decision per closed candle', isCovered, coverageText(coverage));
  noteDecisions(desk.desk, report);
  await checkMoney(desk.desk, report);
  await checkProtected(desk, report);
  using history = historyFacts(desk.desk.dataDir);
  using ledger = ledgerFacts(desk.desk.dataDir);
  const lost = ledger.neverReceived(history.intentIds());
  report.check('no intent lost on its way', lost.length === 0, `${lost.length} lost`);
  const errors = errorLines(desk.desk);
  report.note('error lines', `${errors.length} ${errors.slice(0, 2).join(' | ').slice(0, 300)}`);
}

/** A second desk on the same folder refuses with one clear message and harms nothing. */
export async function checkSecondDesk(desk: DeskRun, report: Findings): Promise<void> {
  const { dataDir } = desk.desk;
  const second = await runCommand(['--data-dir', dataDir, '--port', String(await freePort())]);
  const said = `${second.stdout}${second.stderr}`.trim();
  const isClear =
    second.code === TRY_LATER && said.includes(dataDir) && said.split('\n').length <= 3;
  report.check('a second desk is refused with 75', isClear, `code ${second.code}: ${said}`);
}
