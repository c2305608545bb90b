import { join } from 'node:path';
import type { Evidence } from '#core/promotion/checklist.ts';
import { fidelityReport } from '#core/fidelity/figures.ts';
import { neededRun } from '#core/promotion/promotion-record.ts';
import { type RunRecord, totalRuns } from '#core/promotion/run-record.ts';
import { checkLedger } from '#ledger/check/check-ledger.ts';
import type { LedgerReader, TimeRange } from '#ledger/reader.ts';
import { decidedCandles } from './decided-candles.ts';
import { openLimits } from '#core/promotion/open-limits.ts';
import type { PromotionFacts } from './promotion-subject.ts';

export interface GatherOptions {
  readonly reader: LedgerReader;
  readonly dataDir: string;
  readonly facts: PromotionFacts;
  readonly limits: Readonly<Record<string, unknown>>;
  readonly nowMs: number;
  readonly doctorFailures: readonly string[] | undefined;
}

const SHADOW = 'shadow';
/** The newest: how the paper broker was long ago says little. */
const SCORES_MAX = 1_000;

/** Reads everything the checklist looks at from what the desk has written while it ran. */
export async function gatherEvidence(options: GatherOptions): Promise<Evidence> {
  const { reader, dataDir, facts, nowMs } = options;
  const needed = neededRun(await reader.promotions(), facts.venue);
  const runs = (await reader.runs()).filter((run) => counts(run, facts, needed.sinceMs));
  const totals = totalRuns(runs);
  const times = runs.map((run): TimeRange => ({
    fromMs: run.startedMs,
    toMs: (run.endedMs ?? run.beatMs) + 1,
  }));
  const sinceMs = totals.sinceMs ?? nowMs;
  const scores = await reader.fidelity({ account: SHADOW, sinceMs, limit: SCORES_MAX });
  return {
    nowMs,
    isRerun: needed.isRerun,
    runs: totals,
    closedTrades: await reader.closedTrades(SHADOW, times),
    decidedCandles: decidedCandles(join(dataDir, 'history.db'), facts.timeframe, times),
    bookProblems: await bookProblems(options, sinceMs),
    fidelity: fidelityReport(scores),
    conformance: await reader.conformance(facts.venue),
    doctorFailures: options.doctorFailures,
    openLimits: openLimits(options.limits),
  };
}

/** Exactly this way of deciding, on this venue's live tape, since the last breach. */
function counts(run: RunRecord, facts: PromotionFacts, sinceMs: number): boolean {
  return (
    run.mode === 'shadow' &&
    run.tape === 'live' &&
    run.venue === facts.venue &&
    run.decisionHash === facts.decisionHash &&
    run.startedMs >= sinceMs
  );
}

async function bookProblems(
  { reader, dataDir }: GatherOptions,
  sinceMs: number,
): Promise<string[]> {
  const problems: string[] = [];
  const check = await checkLedger(join(dataDir, 'ledger.db'));
  if (!check.ok) problems.push(`ledger check finds ${check.problemCount} problems`);
  const halts = await reader.haltsSince('reconciliation', sinceMs);
  if (halts > 0) problems.push(`${halts} reconciliation halts`);
  const open = (await reader.halts()).filter(({ kind }) => (kind as string) === 'reconciliation');
  for (const halt of open) problems.push(halt.reason);
  return problems;
}
