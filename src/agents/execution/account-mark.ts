import { add, format, toNumber } from '#core/money/decimal.ts';
import type { AccountSummary } from '#core/model/account.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Halt } from '#core/model/halt.ts';
import { rampedAccount, statedFraction } from '#core/promotion/ramp.ts';
import { type Valuation, valueAccount } from '#core/portfolio/valuation.ts';
import type { GateAccount, GatePosition } from '#core/risk/gate-input.ts';
import {
  haltChanges,
  isByHand,
  isOfAccount,
  utcDayStart,
  utcMonthStart,
} from '#core/risk/halts.ts';
import type { LedgerTransaction } from '#ledger/ledger.ts';
import type { EquityPoint } from '#ledger/records.ts';
import type { Desk } from './desk.ts';
import type { Draft } from './journal.ts';

/** The account valued at the bid, as the ledger and the market have it now. */
export function valueDesk({ state, market }: Desk, nowMs: number): Valuation {
  const { capitalQuote, realisedQuote, dayStartEquityQuote, peakEquityQuote } = state.funds.figures;
  return valueAccount({
    capitalQuote,
    realisedQuote,
    dayStartEquityQuote,
    peakEquityQuote,
    positions: [...state.positions.values()],
    markOf: (pair) => {
      const bid = market.quote(pair)?.bid;
      return bid === undefined ? undefined : { bid, isFresh: market.isFresh(pair, nowMs) };
    },
  });
}

export function gateAccount(
  desk: Desk,
  nowMs: number,
): { readonly account: GateAccount; readonly positions: readonly GatePosition[] } {
  const { equityQuote, dayLossFraction, drawdownFraction, stalePairs, positions } = valueDesk(
    desk,
    nowMs,
  );
  const { figures, freeQuote } = desk.state.funds;
  const account = {
    equityQuote,
    freeQuote,
    dayLossFraction,
    drawdownFraction,
    lossesInRow: figures.lossesInRow,
    hasStaleMark: stalePairs.length > 0,
  };
  const { promotion, account: port } = desk.ports;
  const stated = statedFraction(port?.capitalQuote, figures.capitalQuote);
  const fraction = stated * (promotion?.capitalFraction() ?? 1);
  return { account: rampedAccount(account, fraction), positions };
}

/**
 * Values the account, writes an equity point, starts a new UTC day, and lifts or raises the halts
 * that follow. With a stale mark only what does not depend on it is done.
 */
export async function recordMark(desk: Desk, cause: EquityPoint['cause']): Promise<void> {
  const { ports, journal, state } = desk;
  const hasNewDay = await journal.run(async (tx, draft) => {
    const nowMs = ports.clock.now();
    const { equityQuote, positionsQuote, stalePairs } = valueDesk(desk, nowMs);
    const hasStaleMark = stalePairs.length > 0;
    const { figures } = state.funds;
    const { dayStartEquityQuote, peakEquityQuote, lossesInRow, dayStartMs } = figures;
    const isNewMonth = utcMonthStart(nowMs) > figures.monthStartMs;
    // Only forward: a clock that steps back over midnight must not begin a day a second time.
    const isNewDay = !hasStaleMark && utcDayStart(nowMs) > dayStartMs;
    if (isNewDay) await startDay(desk, tx, { nowMs, equityQuote });
    if (!hasStaleMark) {
      await recordEquity(desk, tx, draft, { atMs: nowMs, equityQuote, positionsQuote, cause });
    }
    const { raise, lift } = haltChanges(
      {
        nowMs,
        equityQuote,
        dayStartEquityQuote: isNewDay ? equityQuote : dayStartEquityQuote,
        peakEquityQuote,
        monthPeakEquityQuote: isNewMonth ? equityQuote : figures.monthPeakQuote,
        lossesInRow: isNewDay ? 0 : lossesInRow,
        hasStaleMark,
        active: [...state.halts.values()],
      },
      ports.config.limits,
    );
    for (const kind of lift) await liftHalt(desk, tx, draft, { kind, nowMs });
    for (const halt of raise) await raiseHalt(desk, tx, draft, halt);
    return isNewDay;
  });
  // A copy of this line elsewhere shows later whether the audit before it was rewritten.
  if (hasNewDay) ports.log.info({ head: ports.ledger.auditHead() }, 'audit head');
  publishAccount(desk);
}

/** Tells the others how the account stands. */
export function publishAccount(desk: Desk): void {
  const { metrics, outbox, config, clock } = desk.ports;
  const value = valueDesk(desk, clock.now());
  const summary = accountSummary(desk, value);
  metrics.account({
    equityQuote: toNumber(summary.equityQuote),
    freeQuote: toNumber(summary.cashQuote),
    positionsQuote: toNumber(summary.positionsQuote),
    dayProfitQuote: toNumber(summary.dayPnlQuote),
    feesQuote: toNumber(summary.feesQuote),
    dayLossFraction: value.dayLossFraction,
    drawdownFraction: value.drawdownFraction,
    exposureFraction: value.exposureFraction,
    openPositions: summary.openPositions,
  });
  metrics.limits(config.limits);
  metrics.halts([...desk.state.halts.keys()]);
  outbox.account(summary);
}

export async function raiseHalt(
  desk: Desk,
  tx: LedgerTransaction,
  draft: Draft,
  halt: Halt,
): Promise<void> {
  const raised = isOfAccount(halt.kind) ? { ...halt, account: desk.ports.config.account } : halt;
  if ((await tx.raiseHalt(raised)) === 'duplicate') return;
  draft.changes.push({ kind: 'halt', halt: raised });
  draft.events.push({ kind: 'halt.raised', halt: raised });
  // An operator knows; the line of the command says it.
  if (isByHand(halt.kind)) return;
  desk.ports.log.error({ halt: halt.kind, reason: halt.reason }, 'entries are halted');
}

export async function liftHalt(
  desk: Desk,
  tx: LedgerTransaction,
  draft: Draft,
  input: { readonly kind: Halt['kind']; readonly nowMs: number },
): Promise<void> {
  if ((await tx.liftHalt(input.kind, input.nowMs, desk.ports.config.account)) === 'none') return;
  draft.changes.push({ kind: 'halt-lifted', halt: input.kind });
  draft.events.push({ kind: 'halt.lifted', halt: input.kind });
  const level = isByHand(input.kind) ? 'debug' : 'info';
  desk.ports.log[level]({ halt: input.kind }, 'halt lifted');
}

async function startDay(
  { ports }: Desk,
  tx: LedgerTransaction,
  input: { readonly nowMs: number; readonly equityQuote: DecimalText },
): Promise<void> {
  const { account } = ports.config;
  await tx.startDay(account, utcDayStart(input.nowMs), input.equityQuote);
  await tx.resetLosses(account);
}

async function recordEquity(
  { ports, state }: Desk,
  tx: LedgerTransaction,
  draft: Draft,
  point: Omit<EquityPoint, 'account' | 'cashQuote'>,
): Promise<void> {
  const { freeQuote, heldQuote } = state.funds;
  const cashQuote = format(add(freeQuote, heldQuote));
  await tx.recordEquity({ ...point, account: ports.config.account, cashQuote });
  draft.hasChangedFigures = true;
}

function accountSummary({ state, ports }: Desk, value: Valuation): AccountSummary {
  const { figures, freeQuote, heldQuote } = state.funds;
  return {
    account: ports.config.account,
    quoteAsset: ports.config.quoteAsset,
    atMs: Math.floor(ports.clock.now()),
    cashQuote: freeQuote,
    heldQuote,
    positionsQuote: value.positionsQuote,
    equityQuote: value.equityQuote,
    startEquityQuote: figures.capitalQuote,
    peakEquityQuote: figures.peakEquityQuote,
    drawdownFraction: value.drawdownFraction,
    dayPnlQuote: value.dayPnlQuote,
    feesQuote: figures.feesQuote,
    exposureFraction: value.exposureFraction,
    openPositions: state.positions.size,
    lossesInRow: figures.lossesInRow,
    halts: [...state.halts.values()],
    stalePairs: [...value.stalePairs],
  };
}
