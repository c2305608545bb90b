/** Item 9: ten positions, kill switch: all sold, no order left; the same with Redis stopped. */
import { resolve } from 'node:path';
import type { Desk } from '../../tests/support/desk.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { findings, type Findings } from './findings.ts';
import { itemFlags } from './flags.ts';
import { type LedgerFacts, ledgerFacts } from './ledger-facts.ts';
import { promoteDesk } from './promoted-desk.ts';
import { agreementText, venueAgreement } from './venue-agreement.ts';
import { venueAccount } from './venue-account.ts';

const POSITIONS = 10;
const WITHIN_MS = 2_000;
/** Of the console, when it fails. */
const LAST_LINES = 80;
const HOLDER = resolve(import.meta.dirname, '..', 'bench', 'buying-analyst.ts');

export async function run(args: readonly string[]): Promise<boolean> {
  const { seed } = itemFlags(args);
  const report = findings(`kill switch with ${POSITIONS} positions, seed ${seed}`);
  const config = {
    committee: { analysts: [{ file: HOLDER, weight: 1 }], cooldown_candles: 1 },
    risk_limits: {
      risk_state_age_max_ms: null,
      open_positions_max: POSITIONS,
      losses_in_row_max: 50,
    },
  };
  const promoted = await promoteDesk({ seed, shadowSeconds: 90, config }, report);
  try {
    await using desk = await promoted.start();
    try {
      await killTwice(desk, report);
    } catch (error) {
      console.log(desk.output().split('\n').slice(-LAST_LINES).join('\n'));
      throw error;
    }
    return report.print();
  } finally {
    promoted.remove();
  }
}

async function killTwice(desk: Desk, report: Findings): Promise<void> {
  await killOnce(desk, report, 'kill switch');
  const resumed = await desk.command(['resume', '--reason', 'acceptance']);
  report.check('a person lifts it', resumed.code === 0, resumed.stdout.trim());
  await untilHeld(desk);
  process.kill(await desk.pidOf('redis'), 'SIGSTOP');
  await killOnce(desk, report, 'kill switch, Redis stopped');
}

async function untilHeld(desk: Desk): Promise<void> {
  await eventually(
    () => {
      using ledger = ledgerFacts(desk.dataDir);
      return livePositions(ledger) >= POSITIONS;
    },
    { withinMs: 120_000, what: `${POSITIONS} positions are held` },
  );
}

async function killOnce(desk: Desk, report: Findings, name: string): Promise<void> {
  await untilHeld(desk);
  const venue = venueAccount(desk.dataDir);
  const startedMs = performance.now();
  const command = desk.command(['kill-switch', '--reason', 'acceptance']);
  let flatMs: number | undefined;
  let givenMs = 0;
  await eventually(
    async () => {
      const { isHalted, isFlat } = ledgerNow(desk);
      if (isHalted && givenMs === 0) givenMs = performance.now();
      if (!isFlat || (await venue.openOrders()).length > 0) return false;
      flatMs = performance.now();
      return true;
    },
    { withinMs: 60_000, what: 'every position is sold and no order is left' },
  );
  const answered = await command;
  // The command line starts a process of its own, which is not the desk's time.
  const tookMs = Math.round((flatMs ?? Number.NaN) - givenMs);
  const wholeMs = Math.round((flatMs ?? Number.NaN) - startedMs);
  report.check(
    `${name}: flat within ${WITHIN_MS} ms of the halt`,
    tookMs <= WITHIN_MS,
    `${tookMs} ms, ${wholeMs} ms with the start of the command; ${answered.stdout.trim()}`,
  );
  const agreement = await venueAgreement(desk.dataDir);
  report.check(`${name}: agreed`, agreement.problems.length === 0, agreementText(agreement));
}

function ledgerNow(desk: Desk): { isHalted: boolean; isFlat: boolean } {
  using ledger = ledgerFacts(desk.dataDir);
  const isFlat = livePositions(ledger) === 0;
  return { isHalted: ledger.halts().includes('kill-switch'), isFlat };
}

/** The shadow account of the same folder keeps its own. */
function livePositions(ledger: LedgerFacts): number {
  return ledger.positions().filter(({ account }) => account === 'live').length;
}
