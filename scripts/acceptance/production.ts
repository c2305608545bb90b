/** Item 8: production on the practice exchange after a promotion; ledger and venue agree exactly. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Desk } from '../../tests/support/desk.ts';
import { findings, type Findings } from './findings.ts';
import { itemFlags } from './flags.ts';
import { ledgerFacts } from './ledger-facts.ts';
import { promoteDesk } from './promoted-desk.ts';
import { agreementText, venueAgreement } from './venue-agreement.ts';

const SHADOW_SECONDS = 100;
const LOOK_EVERY_MS = 30_000;

export async function run(args: readonly string[]): Promise<boolean> {
  const { minutes = 10, seed } = itemFlags(args);
  const report = findings(`production at 1s candles, seed ${seed}, ${minutes} min`);
  const promoted = await promoteDesk({ seed, shadowSeconds: SHADOW_SECONDS }, report);
  try {
    await using desk = await promoted.start();
    const untilMs = Date.now() + minutes * 60_000;
    while (Date.now() < untilMs) {
      await sleep(Math.min(LOOK_EVERY_MS, Math.max(0, untilMs - Date.now())));
      const { problems } = await venueAgreement(desk.dataDir);
      if (problems.length > 0) report.check('agreement on the way', false, problems.join('; '));
    }
    await judge(desk, report);
    return report.print();
  } finally {
    promoted.remove();
  }
}

async function judge(desk: Desk, report: Findings): Promise<void> {
  const agreement = await venueAgreement(desk.dataDir);
  report.check(
    'ledger = venue, to the last digit',
    agreement.problems.length === 0,
    agreementText(agreement),
  );
  const check = await desk.command(['ledger', 'check']);
  report.check('ledger check', check.code === 0, firstLine(check.stdout));
  const audit = await desk.command(['audit', 'verify']);
  report.check('audit verify', audit.code === 0, firstLine(audit.stdout));
  using ledger = ledgerFacts(desk.dataDir);
  const doubles = ledger.doubles();
  report.check('nothing doubled', doubles.length === 0, doubles.join('; ') || 'none');
  report.check('it traded', agreement.fills > 0, `${agreement.fills} fills`);
  report.note('halts', ledger.halts().join(', ') || 'none');
  report.note('unprotected, longest', await unprotected(desk));
}

async function unprotected(desk: Desk): Promise<string> {
  const text = await (await fetch(`${desk.url}/metrics`)).text();
  const line = text
    .split('\n')
    .find((candidate) => candidate.startsWith('nightdesk_unprotected_longest_seconds{'));
  return line === undefined ? 'no such metric' : `${line.split(' ').at(-1)} s`;
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
