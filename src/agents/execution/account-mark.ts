import { add, div, format, isPositive, mul, sub, sum, toNumber } from '#core/money/decimal.ts';
import type { AccountSummary } from '#core/model/account.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Halt } from '#core/model/halt.ts';
import type { Pair } from '#core/model/pair.ts';
import type { GateAccount, GatePosition } from '#core/risk/gate-input.ts';
import { haltChanges, lossFraction } from '#core/risk/halts.ts';
import type { LedgerTransaction } from '#ledger/ledger.ts';
import type { EquityPoint } from '#ledger/records.ts';
import type { Desk } from './desk.ts';
import type { Draft } from './journal.ts';

const DAY_MS = 86_400_000;

/** The account with every position valued at the bid. */
export interface Mark {
  readonly equityQuote: DecimalText;
  readonly positionsQuote: DecimalText;
  readonly positions: readonly GatePosition[];
  /** Pairs valued at an old price: the equity is then a guess. */
  readonly stalePairs: readonly Pair[];
}

/** Equity = capital + realised profit + what the open positions would bring over their cost. */
export function markAccount({ state, market }: Desk, nowMs: number): Mark {
  const { capitalQuote, realisedQuote } = state.funds.figures;
  const held = [...state.positions.values()];
  const positions = held.map(({ pair, qty, averagePrice }) => {
    const price = market.quote(pair)?.bid ?? averagePrice;
    return { pair, qty, valueQuote: format(mul(qty, price)) };
  });
  const positionsQuote = sum(positions.map(({ valueQuote }) => valueQuote));
  const cost = sum(held.map(({ costQuote }) => costQuote));
  const equity = sub(add(add(capitalQuote, realisedQuote), positionsQuote), cost);
  return {
    equityQuote: format(equity),
    positionsQuote: format(positionsQuote),
    positions,
    stalePairs: held.map(({ pair }) => pair).filter((pair) => !market.isFresh(pair, nowMs)),
  };
}

export function gateAccount(
  desk: Desk,
  nowMs: number,
): { readonly account: GateAccount; readonly positions: readonly GatePosition[] } {
  const mark = markAccount(desk, nowMs);
  const { figures, freeQuote } = desk.state.funds;
  const account = {
    equityQuote: mark.equityQuote,
    freeQuote,
    dayLossFraction: lossFraction(figures.dayStartEquityQuote, mark.equityQuote),
    drawdownFraction: lossFraction(figures.peakEquityQuote, mark.equityQuote),
    lossesInRow: figures.lossesInRow,
    hasStaleMark: mark.stalePairs.length > 0,
  };
  return { account, positions: mark.positions };
}

/**
 * Values the account, writes an equity point, starts a new UTC day, and raises or lifts the halts
 * that follow. With a stale mark only what does not depend on it is done.
 */
export async function recordMark(desk: Desk, cause: EquityPoint['cause']): Promise<void> {
  const { ports, journal, state } = desk;
  await journal.run(async (tx, draft) => {
    const nowMs = ports.clock.now();
    const mark = markAccount(desk, nowMs);
    const hasStaleMark = mark.stalePairs.length > 0;
    if (!hasStaleMark) await recordFresh(desk, tx, draft, { mark, cause, nowMs });
    const { figures } = state.funds;
    const { raise, lift } = haltChanges(
      {
        nowMs,
        equityQuote: mark.equityQuote,
        dayStartEquityQuote: figures.dayStartEquityQuote,
        peakEquityQuote: figures.peakEquityQuote,
        hasStaleMark,
        active: [...state.halts.values()],
      },
      ports.config.limits,
    );
    for (const halt of raise) await raiseHalt(desk, tx, draft, halt);
    for (const kind of lift) await liftHalt(desk, tx, draft, { kind, nowMs });
  });
  publishAccount(desk);
}

/** Tells the others how the account stands. */
export function publishAccount(desk: Desk): void {
  const summary = accountSummary(desk, desk.ports.clock.now());
  const { equityQuote, drawdownFraction, exposureFraction } = summary;
  desk.ports.metrics.account({
    equityQuote: toNumber(equityQuote),
    drawdownFraction,
    exposureFraction,
  });
  desk.ports.metrics.halts([...desk.state.halts.keys()]);
  desk.ports.outbox.account(summary);
}

export async function raiseHalt(
  desk: Desk,
  tx: LedgerTransaction,
  draft: Draft,
  halt: Halt,
): Promise<void> {
  if ((await tx.raiseHalt(halt)) === 'duplicate') return;
  draft.changes.push({ kind: 'halt', halt });
  draft.events.push({ kind: 'halt.raised', halt });
  desk.ports.log.error({ halt: halt.kind, reason: halt.reason }, 'entries are halted');
}

export async function liftHalt(
  desk: Desk,
  tx: LedgerTransaction,
  draft: Draft,
  input: { readonly kind: Halt['kind']; readonly nowMs: number },
): Promise<void> {
  if ((await tx.liftHalt(input.kind, input.nowMs)) === 'none') return;
  draft.changes.push({ kind: 'halt-lifted', halt: input.kind });
  draft.events.push({ kind: 'halt.lifted', halt: input.kind });
  desk.ports.log.info({ halt: input.kind }, 'halt lifted');
}

async function recordFresh(
  { ports, state }: Desk,
  tx: LedgerTransaction,
  draft: Draft,
  input: { readonly mark: Mark; readonly cause: EquityPoint['cause']; readonly nowMs: number },
): Promise<void> {
  const { mark, cause, nowMs } = input;
  const { account } = ports.config;
  const { equityQuote, positionsQuote } = mark;
  const { figures, freeQuote, heldQuote } = state.funds;
  const dayStartMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  if (figures.dayStartMs !== dayStartMs) {
    await tx.startDay(account, dayStartMs, equityQuote);
    await tx.resetLosses(account);
  }
  const cashQuote = format(add(freeQuote, heldQuote));
  await tx.recordEquity({ account, atMs: nowMs, equityQuote, cashQuote, positionsQuote, cause });
  draft.hasChangedFigures = true;
}

function accountSummary(desk: Desk, nowMs: number): AccountSummary {
  const { state, ports } = desk;
  const mark = markAccount(desk, nowMs);
  const { figures, freeQuote, heldQuote } = state.funds;
  const equity = mark.equityQuote;
  return {
    account: ports.config.account,
    quoteAsset: ports.config.quoteAsset,
    atMs: Math.floor(nowMs),
    cashQuote: freeQuote,
    heldQuote,
    positionsQuote: mark.positionsQuote,
    equityQuote: equity,
    startEquityQuote: figures.capitalQuote,
    peakEquityQuote: figures.peakEquityQuote,
    drawdownFraction: lossFraction(figures.peakEquityQuote, equity),
    dayPnlQuote: format(sub(equity, figures.dayStartEquityQuote)),
    feesQuote: figures.feesQuote,
    exposureFraction: isPositive(equity)
      ? toNumber(div(mark.positionsQuote, equity, 6, 'half-up'))
      : 0,
    openPositions: state.positions.size,
    halts: [...state.halts.values()],
    stalePairs: [...mark.stalePairs],
  };
}
