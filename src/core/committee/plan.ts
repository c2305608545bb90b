/**
 * From a verdict to what is sent: an entry, an exit, or nothing, with every reason against an entry.
 *
 * 1. Long-only: a buy enters when the desk does not hold the pair, a sell exits when it does.
 * 2. Doubt stops entries, never exits (law 10). Only a position younger than the candle is left
 *    alone by a sell: the candle knows nothing of it.
 * 3. A close that already led to an intent leads to the same one again, whatever has changed since:
 *    the worker may have been killed between the intent and the record, and the intent's id makes
 *    the repetition harmless.
 */
import type { NoEntryReason } from '#core/model/decision.ts';
import type { Evaluation } from '#core/model/evaluation.ts';
import type { LastAction } from '#core/model/last-action.ts';
import { timeframeMs } from '#core/model/timeframe.ts';
import type { PairStanding } from '#core/model/universe.ts';
import type { Verdict } from './committee.ts';

export interface PlanInput {
  readonly evaluation: Evaluation;
  readonly verdict: Pick<Verdict, 'action' | 'noEntry'>;
  /** When the open position began; absent when the desk holds none of this pair. */
  readonly positionOpenedMs?: number | undefined;
  readonly lastAction?: Pick<LastAction, 'action' | 'closeMs'> | undefined;
  /** Of the universe; absent when there is none, and every pair trades. */
  readonly pairStanding?: PairStanding | undefined;
  /** Venue time minus close. */
  readonly ageMs: number;
  readonly lateAfterMs: number;
  readonly cooldownCandles: number;
}

export interface Plan {
  readonly send: 'enter' | 'exit' | 'nothing';
  readonly noEntry: readonly NoEntryReason[];
}

export function planOf(input: PlanInput): Plan {
  const { evaluation, verdict, lastAction, positionOpenedMs } = input;
  if (lastAction?.closeMs === evaluation.closeMs) return repeated(lastAction, verdict);
  const noEntry = [...verdict.noEntry, ...circumstances(input)];
  if (verdict.action === 'buy') {
    return { send: noEntry.length === 0 ? 'enter' : 'nothing', noEntry };
  }
  const isOlder = positionOpenedMs !== undefined && positionOpenedMs < evaluation.closeMs;
  const isExit = verdict.action === 'sell' && isOlder && evaluation.origin === 'live';
  return { send: isExit ? 'exit' : 'nothing', noEntry };
}

/** The verdict is a function of the candles, so only revised candles can make it differ. */
function repeated({ action }: Pick<LastAction, 'action'>, verdict: PlanInput['verdict']): Plan {
  const wanted = action === 'enter' ? 'buy' : 'sell';
  const isSame = verdict.action === wanted;
  return { send: isSame ? action : 'nothing', noEntry: verdict.noEntry };
}

/**
 * How long an intent made now is wanted; below 0: it is too late already. What a late close may not
 * begin, a repetition must not either: an entry that is sent again late is the same one, for whoever has
 * it already, and nobody who has not buys on a candle of long ago.
 */
export function expiryOf({
  ageMs,
  lateAfterMs,
  wantedMs,
}: Pick<PlanInput, 'ageMs' | 'lateAfterMs'> & { readonly wantedMs: number }): number {
  const lateMs = Math.max(0, ageMs - lateAfterMs);
  return Math.max(TOO_LATE, Math.floor(wantedMs - lateMs));
}

const TOO_LATE = -1;

function circumstances(input: PlanInput): NoEntryReason[] {
  const { evaluation, lastAction, positionOpenedMs, pairStanding = 'trade' } = input;
  const reasons: NoEntryReason[] = [];
  if (evaluation.origin === 'backfill') reasons.push('backfilled');
  if (input.ageMs > input.lateAfterMs) reasons.push('late');
  if (evaluation.isEmpty) reasons.push('no-trades');
  if (isCoolingDown(lastAction, evaluation, input.cooldownCandles)) reasons.push('cooldown');
  if (positionOpenedMs !== undefined) reasons.push('position-open');
  if (pairStanding !== 'trade') reasons.push(pairStanding);
  return reasons;
}

function isCoolingDown(
  last: PlanInput['lastAction'],
  evaluation: Evaluation,
  candles: number,
): boolean {
  // An action on a later close is not known at this one.
  if (last === undefined || last.closeMs > evaluation.closeMs) return false;
  return evaluation.closeMs - last.closeMs < candles * timeframeMs(evaluation.timeframe);
}
