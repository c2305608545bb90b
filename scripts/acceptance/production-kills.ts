/**
 * Item 10: production under orders at every close while execution, data, Redis and the practice
 * exchange are killed at random; at the end ledger and venue agree to the last digit. Limits that
 * would halt a desk which only pays fees are lifted, so it starts by override.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '#platform/random.ts';
import { type Desk, startDesk } from '../../tests/support/desk.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { findings, type Findings } from './findings.ts';
import { itemFlags } from './flags.ts';
import { ledgerFacts } from './ledger-facts.ts';
import { agreementText, venueAgreement } from './venue-agreement.ts';

const VICTIMS = ['execution', 'data', 'redis', 'practice'] as const;
const PAUSE_MS_MAX = 12_000;
const EAGER = resolve(import.meta.dirname, '..', 'bench', 'eager-analyst.ts');
/** Of the console, when it fails. */
const LAST_LINES = 60;

const CONFIG = {
  committee: { analysts: [{ file: EAGER, weight: 1 }], cooldown_candles: 1 },
  risk_limits: {
    risk_state_age_max_ms: null,
    losses_in_row_max: 1_000_000,
    daily_loss_max: 0.9,
    drawdown_halt: 0.95,
    pair_exposure_max: 0.05,
  },
  promotion: { ramp: [{ day: 0, fraction: 1 }] },
};

export async function run(args: readonly string[]): Promise<boolean> {
  const { minutes = 10, seed } = itemFlags(args);
  const report = findings(`production killed at random for ${minutes} min, seed ${seed}`);
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-kills-'));
  const file = join(folder, 'settings.yaml');
  // YAML reads JSON.
  writeFileSync(file, JSON.stringify(CONFIG));
  const flags = ['--timeframe', '1s', '--seed', String(seed), '--config', file];
  try {
    const production = ['--production', '--override', 'acceptance: killed at random'];
    await using desk = await startDesk({ folder, args: [...flags, ...production] });
    await desk.untilReady();
    try {
      await killAtRandom(desk, { seed, forMs: minutes * 60_000 }, report);
      await judge(desk, report);
    } catch (error) {
      console.log(desk.output().split('\n').slice(-LAST_LINES).join('\n'));
      throw error;
    }
    return report.print();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function killAtRandom(
  desk: Desk,
  options: { readonly seed: number; readonly forMs: number },
  report: Findings,
): Promise<void> {
  const random = seededRandom(`production-kills/${options.seed}`);
  const untilMs = Date.now() + options.forMs;
  const kills = new Map<string, number>();
  while (Date.now() < untilMs) {
    await sleep(random.next() * PAUSE_MS_MAX);
    const victim = VICTIMS[random.int(VICTIMS.length)] ?? 'execution';
    const pid = (await desk.status())?.agents.find(({ instance }) => instance === victim)?.pid;
    if (pid === undefined) continue;
    process.kill(pid, 'SIGKILL');
    kills.set(victim, (kills.get(victim) ?? 0) + 1);
  }
  report.note('kills', [...kills].map(([victim, count]) => `${victim} ${count}`).join(', '));
}

async function judge(desk: Desk, report: Findings): Promise<void> {
  await eventually(
    async () => (await desk.status())?.agents.every(({ state }) => state === 'ready') === true,
    { withinMs: 90_000, what: 'every agent is back' },
  );
  const paused = await desk.command(['pause', '--reason', 'acceptance']);
  report.check('obeys', paused.code === 0, paused.stdout.trim());
  const agreement = await venueAgreement(desk.dataDir, 60_000);
  report.check(
    'ledger = venue, to the last digit',
    agreement.problems.length === 0,
    agreementText(agreement),
  );
  const check = await desk.command(['ledger', 'check']);
  report.check('ledger check', check.code === 0, check.stdout.trim().split('\n')[0] ?? '');
  const audit = await desk.command(['audit', 'verify']);
  report.check('audit verify', audit.code === 0, audit.stdout.trim().split('\n')[0] ?? '');
  using ledger = ledgerFacts(desk.dataDir);
  const doubles = ledger.doubles();
  report.check('nothing doubled', doubles.length === 0, doubles.join('; ') || 'none');
  report.note('halts', ledger.halts().join(', ') || 'none');
}
