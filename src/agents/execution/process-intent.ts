import { format, max, sub, sum, ZERO } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { TradeIntent } from '#core/model/intent.ts';
import type { ExitGoal } from '#core/orders/pair-view.ts';
import { gate } from '#core/risk/gate.ts';
import type { GateVerdict } from '#core/risk/gate-verdict.ts';
import type { LedgerTransaction } from '#ledger/ledger.ts';
import { assert } from '#platform/errors.ts';
import type { Desk } from './desk.ts';
import { gateInput } from './gate-input.ts';
import type { Draft } from './journal.ts';
import { boughtText, type EntryByHand } from './manual/buy-by-hand.ts';
import { recordCommand } from './manual/record-command.ts';
import { placeEntry } from './place-entry.ts';
import type { Outgoing } from './send.ts';

/** An entry that waits for its turn on its pair; one by hand is told what came of it. */
export type EntryWish =
  | { readonly intent: TradeIntent & { readonly action: 'enter' }; readonly command?: undefined }
  | EntryByHand;

/**
 * Decides one entry: verdict, hold of the money, order and command are one transaction. Returns the
 * command to send, or nothing when it was refused or is already known.
 */
export async function decideEntry(desk: Desk, wish: EntryWish): Promise<Outgoing | undefined> {
  if (wish.command === undefined) {
    return desk.journal.run((tx, draft) => decide({ desk, tx, draft }, wish));
  }
  const { command, intent } = wish;
  const { outgoing, result } = await desk.journal.run(async (tx, draft) => {
    // Sent twice: the first has decided it.
    const before = await tx.operatorResult(command.id);
    if (before !== undefined) return { result: before };
    const decided = await decide({ desk, tx, draft }, wish);
    const verdict = (await tx.intent(intent.id))?.verdict;
    assert(verdict !== undefined, 'a decided entry has a verdict', { id: intent.id });
    const atMs = desk.ports.clock.now();
    const text = boughtText(intent, verdict);
    await recordCommand({ tx, draft }, command, { result: text, atMs });
    await tx.finishInbox(command.id, JSON.stringify({ result: text }), atMs);
    return { outgoing: decided, result: text };
  });
  wish.decided(result);
  return outgoing;
}

interface Deciding {
  readonly desk: Desk;
  readonly tx: LedgerTransaction;
  readonly draft: Draft;
}

async function decide(
  { desk, tx, draft }: Deciding,
  wish: EntryWish,
): Promise<Outgoing | undefined> {
  const { ports } = desk;
  const { intent } = wish;
  const riskFraction = wish.command === undefined ? undefined : wish.riskFraction;
  const isReady = ports.broker.isCurrent(intent.pair) && desk.isReconciled(intent.pair);
  const verdict = gate(gateInput(desk, intent, { isReady, riskFraction }));
  const nowMs = ports.clock.now();
  const recorded = await tx.recordIntent({ intent, verdict, atMs: nowMs });
  await tx.finishInbox(intent.id, JSON.stringify(verdict), nowMs);
  if (recorded === 'duplicate') {
    ports.metrics.intent('duplicate');
    return undefined;
  }
  tell(desk, draft, intent, verdict);
  if (verdict.kind === 'refuse' || verdict.action !== 'enter') return undefined;
  const protection = protectionOf(intent, verdict);
  draft.changes.push({ kind: 'protection', pair: intent.pair, protection });
  draft.changes.push({ kind: 'stop-refusals', pair: intent.pair, count: 0 });
  draft.changes.push({ kind: 'stop-fired', pair: intent.pair, hasFired: false });
  return placeEntry({ desk, tx, draft }, { verdict, protection, pair: intent.pair });
}

/** The levels that guard what an accepted entry buys. */
export function protectionOf(
  intent: TradeIntent & { readonly action: 'enter' },
  verdict: GateVerdict & { readonly kind: 'accept'; readonly action: 'enter' },
) {
  return {
    intentId: intent.id,
    stopPrice: verdict.stopPrice,
    targetPrice: verdict.targetPrice,
    entryLimitPrice: verdict.limitPrice,
    trailingFraction: intent.trailingDistanceFraction,
  };
}

/**
 * Decides one exit or reduction. It stays in the inbox until it is done, so that a restart goes on
 * with it; what the first verdict said holds. Returns what is left to sell.
 */
export async function decideExit(
  desk: Desk,
  intent: TradeIntent & { readonly action: 'exit' | 'reduce' },
): Promise<ExitGoal | undefined> {
  const { ports, journal } = desk;
  return journal.run(async (tx, draft) => {
    const known = await tx.intent(intent.id);
    const verdict = known?.verdict ?? gate(gateInput(desk, intent, { isReady: true }));
    const nowMs = ports.clock.now();
    if (known === undefined) {
      await tx.recordIntent({ intent, verdict, atMs: nowMs });
      tell(desk, draft, intent, verdict);
    }
    if (verdict.kind === 'refuse' || verdict.action === 'enter') {
      await tx.finishInbox(intent.id, JSON.stringify(verdict), nowMs);
      return undefined;
    }
    const goal = { intentId: intent.id, leg: 'exit' } as const;
    if (intent.action === 'exit') return { ...goal, qty: undefined };
    return { ...goal, qty: await leftToSell(tx, intent.id, verdict.qty) };
  });
}

/** A reduction's goal with what its sales have brought taken off. */
export async function refreshGoal(tx: LedgerTransaction, goal: ExitGoal): Promise<ExitGoal> {
  const record = await tx.intent(goal.intentId);
  if (record?.verdict.kind !== 'accept') return goal;
  return { ...goal, qty: await leftToSell(tx, goal.intentId, record.verdict.qty) };
}

async function leftToSell(
  tx: LedgerTransaction,
  intentId: string,
  wanted: DecimalText,
): Promise<DecimalText> {
  const orders = await tx.ordersOfIntent(intentId);
  return format(max(ZERO, sub(wanted, sum(orders.map(({ filledQty }) => filledQty)))));
}

function tell(
  { ports, refusals }: Desk,
  draft: Draft,
  intent: TradeIntent,
  verdict: GateVerdict,
): void {
  const { id: intentId, pair, action } = intent;
  if (verdict.kind === 'accept') {
    ports.metrics.intent('accepted');
    if (action === 'enter') refusals.accepted();
    draft.events.push({ kind: 'intent.accepted', intentId, pair });
    ports.log.info({ intentId, pair, action, qty: verdict.qty }, 'intent accepted');
    return;
  }
  const codes = [...new Set(verdict.reasons.map(({ code }) => code))];
  ports.metrics.intent('refused');
  for (const code of codes) ports.metrics.refused(code);
  draft.events.push({ kind: 'intent.refused', intentId, pair, reasons: codes });
  refusals.refused({ intentId, pair, action }, verdict.reasons);
}
