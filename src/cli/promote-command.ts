import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { checklist } from '#core/promotion/checklist.ts';
import { type CheckLine, standing, standingText } from '#core/promotion/promotion-record.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { freshId } from '#platform/ids.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { gatherEvidence } from '#promotion/gather-evidence.ts';
import { type PromotionFacts, promotionFacts } from '#promotion/promotion-subject.ts';
import { sendNote } from '#promotion/send-note.ts';
import { type LoadedDesk, loadDesk, PROJECT_ROOT } from './desk.ts';
import { examineDesk } from './doctor/examine-desk.ts';
import { originOf } from './origin.ts';
import { promoteArgs, type PromoteArgs } from './promote-args.ts';
import { parseStartFlags } from './start-flags.ts';
import { table } from './status/table.ts';
import { userName } from './user-name.ts';

/** `promote`, `promote status`, `promote revoke`: from recorded evidence, never from what runs now. */
export async function promoteCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const wanted = promoteArgs(args);
  const desk = loadDesk(parseStartFlags(wanted.startFlags, process.cwd()), env);
  const facts = promotionFacts(desk.config, PROJECT_ROOT);
  if (wanted.verb === 'revoke') return await revoke({ wanted, desk, facts, env });
  const report = await reportOf(desk, facts);
  if (wanted.isJson) console.log(JSON.stringify(report));
  else console.log(reportText(report, facts).join('\n'));
  if (wanted.verb === 'status') return EXIT.asked;
  if (!report.isOk) {
    if (!wanted.isJson) console.log('\nnot promoted: what is not ok is missing');
    return EXIT.failed;
  }
  const text = confirmation(facts);
  if ((await confirmed(wanted, text)) !== text) {
    console.log(`not promoted: the confirmation is "${text}"`);
    return EXIT.failed;
  }
  return await note({ wanted, desk, facts, env }, { kind: 'promote', lines: report.lines });
}

interface Report {
  readonly venue: string;
  readonly decisionHash: string;
  readonly standing: string;
  readonly isRerun: boolean;
  readonly isOk: boolean;
  readonly lines: readonly CheckLine[];
}

async function reportOf(desk: LoadedDesk, facts: PromotionFacts): Promise<Report> {
  const reader = await openLedgerReader(join(desk.dataDir, 'ledger.db'));
  try {
    const { decisionHash, venue } = facts;
    const subject = { decisionHash, venue, venueAccount: undefined };
    const evidence = await gatherEvidence({
      reader,
      dataDir: desk.dataDir,
      facts,
      limits: desk.config.risk_limits,
      nowMs: systemClock().now(),
      doctorFailures: await doctorFailures(desk),
    });
    const lines = checklist(evidence, facts.config);
    return {
      venue,
      decisionHash,
      standing: standingText(standing(await reader.promotions(), subject)),
      isRerun: evidence.isRerun,
      isOk: lines.every(({ isOk }) => isOk),
      lines,
    };
  } finally {
    await reader.close();
  }
}

/** As production would run: shadow's own keys and capital prove nothing. */
async function doctorFailures(desk: LoadedDesk): Promise<readonly string[]> {
  const findings = await examineDesk({ ...desk, config: { ...desk.config, mode: 'production' } });
  return findings.flatMap(({ check, verdict, text }) =>
    verdict === 'fail' ? [`${check}: ${text}`] : [],
  );
}

export function reportText(
  report: Report,
  { timeframe }: Pick<PromotionFacts, 'timeframe'>,
): string[] {
  const rows = report.lines.map((line) => [
    line.isOk ? 'ok' : 'MISSING',
    line.name,
    line.found,
    line.needed,
  ]);
  return [
    `${report.venue} ${timeframe}, decision ${report.decisionHash.slice(0, 8)}: ${report.standing}`,
    '',
    ...table([['', 'what', 'found', 'needed'], ...rows], []),
  ];
}

/** Typed by hand, so that nobody promotes what they did not look at. */
export function confirmation({ venue, decisionHash }: PromotionFacts): string {
  return `promote ${venue} ${decisionHash.slice(0, 8)}`;
}

async function confirmed(wanted: PromoteArgs, text: string): Promise<string> {
  if (wanted.confirm !== undefined) return wanted.confirm;
  if (!process.stdin.isTTY) return '';
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const question = `\nFrom now on this desk may trade real money on this venue.\nType "${text}": `;
    return (await prompt.question(question)).trim();
  } finally {
    prompt.close();
  }
}

interface Asked {
  readonly wanted: PromoteArgs;
  readonly desk: LoadedDesk;
  readonly facts: PromotionFacts;
  readonly env: NodeJS.ProcessEnv;
}

async function revoke(asked: Asked): Promise<number> {
  return await note(asked, { kind: 'demote', lines: [] });
}

async function note(
  { wanted, desk, facts, env }: Asked,
  what: { readonly kind: 'promote' | 'demote'; readonly lines: readonly CheckLine[] },
): Promise<number> {
  const clock = systemClock();
  const { decisionHash, venue } = facts;
  const result = await sendNote(
    {
      id: freshId(),
      kind: what.kind,
      by: userName(),
      origin: originOf(env),
      reason: wanted.reason ?? '',
      promotion: { decisionHash, venue, checklist: [...what.lines] },
      issuedMs: Math.floor(clock.now()),
    },
    { dataDir: desk.dataDir, deskId: desk.config.desk_id, clock },
  );
  console.log(result.message);
  return result.isDone ? EXIT.asked : EXIT.failed;
}
