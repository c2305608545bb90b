import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { DeskEvent, type LedgerEvent } from '#core/model/desk-event.ts';
import { Fill } from '#core/model/fill.ts';
import { Halt } from '#core/model/halt.ts';
import { TradeIntent } from '#core/model/intent.ts';
import { Order } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import { Position } from '#core/model/position.ts';
import { averagePrice, type PositionState } from '#core/portfolio/position.ts';
import { GateVerdict } from '#core/risk/gate-verdict.ts';
import { CheckLine, type PromotionRecord } from '#core/promotion/promotion-record.ts';
import type { RunRecord } from '#core/promotion/run-record.ts';
import type {
  AccountFigures,
  AuditRecord,
  CommandRecord,
  EquityPoint,
  InboxItem,
  IntentRecord,
  OperatorAction,
  OrderEventRecord,
  RoundTrip,
  TradeMark,
} from './records.ts';
import type { LedgerTables } from './tables.ts';

/**
 * Rows to nouns. What other parts rely on is parsed with its schema, so a damaged row is an error
 * here and not a strange order later. NULL is SQL's way to say absent.
 */
type Row<Table extends keyof LedgerTables> = Selectable<LedgerTables[Table]>;

export function orderOf(row: Row<'orders'>): Order {
  return Order.parse(orderFields(row));
}

/** For a row that was just written from an order that was parsed: parsing is the dear part. */
export function orderAsWritten(row: Row<'orders'>): Order {
  return orderFields(row) as Order;
}

function orderFields(row: Row<'orders'>) {
  return {
    clientOrderId: row.client_order_id,
    intentId: row.intent_id,
    account: row.account,
    pair: row.pair,
    side: row.side,
    type: row.type,
    leg: row.leg,
    attempt: row.attempt,
    timeInForce: row.time_in_force,
    qty: row.qty,
    ...(row.price !== null && { price: row.price }),
    ...(row.stop_price !== null && { stopPrice: row.stop_price }),
    ...(row.trailing_fraction !== null && { trailingFraction: row.trailing_fraction }),
    ...(row.list_id !== null && { listId: row.list_id }),
    status: row.status,
    filledQty: row.filled_qty,
    filledQuote: row.filled_quote,
    ...(row.venue_order_id !== null && { venueOrderId: row.venue_order_id }),
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
  };
}

export function fillOf(row: Row<'fills'>): Fill {
  return Fill.parse({
    account: row.account,
    pair: row.pair,
    kind: row.kind,
    venueTradeId: row.venue_trade_id,
    clientOrderId: row.client_order_id,
    side: row.side,
    price: row.price,
    qty: row.qty,
    quoteQty: row.quote_qty,
    fee: row.fee,
    feeAsset: row.fee_asset,
    liquidity: row.liquidity,
    atMs: row.at_ms,
  });
}

export function positionOf(row: Row<'positions'>): Position {
  return Position.parse(positionFields(row));
}

export function positionAsWritten(row: Row<'positions'>): Position {
  return positionFields(row) as Position;
}

function positionFields(row: Row<'positions'>) {
  return {
    account: row.account,
    pair: row.pair,
    qty: row.qty,
    averagePrice: averagePrice(positionStateOf(row)),
    costQuote: row.cost_quote,
    realisedQuote: row.realised_quote,
    feesQuote: row.fees_quote,
    ...(row.stop_price !== null && { stopPrice: row.stop_price }),
    ...(row.target_price !== null && { targetPrice: row.target_price }),
    openedMs: row.opened_ms,
    updatedMs: row.updated_ms,
  };
}

export function positionStateOf(row: Row<'positions'>): PositionState {
  return {
    qty: amount(row.qty),
    costQuote: amount(row.cost_quote),
    realisedQuote: amount(row.realised_quote),
    feesQuote: amount(row.fees_quote),
    boughtQty: amount(row.bought_qty),
    boughtQuote: amount(row.bought_quote),
    soldQty: amount(row.sold_qty),
    soldQuote: amount(row.sold_quote),
    openedMs: row.opened_ms,
  };
}

export function roundTripOf(row: Row<'round_trips'>): RoundTrip {
  return {
    id: row.id,
    account: row.account,
    pair: row.pair as Pair,
    openedMs: row.opened_ms,
    closedMs: row.closed_ms,
    boughtQty: amount(row.bought_qty),
    boughtQuote: amount(row.bought_quote),
    soldQty: amount(row.sold_qty),
    soldQuote: amount(row.sold_quote),
    feesQuote: amount(row.fees_quote),
    profitQuote: amount(row.profit_quote),
  };
}

export function figuresOf(row: Row<'account_figures'>): AccountFigures {
  return {
    account: row.account,
    quoteAsset: row.quote_asset,
    capitalQuote: amount(row.capital_quote),
    realisedQuote: amount(row.realised_quote),
    feesQuote: amount(row.fees_quote),
    otherFeesQuote: amount(row.other_fees_quote),
    peakEquityQuote: amount(row.peak_equity_quote),
    peakMs: row.peak_ms,
    dayStartMs: row.day_start_ms,
    dayStartEquityQuote: amount(row.day_start_equity_quote),
    lossesInRow: row.losses_in_row,
    monthStartMs: row.month_start_ms,
    monthPeakQuote: amount(row.month_peak_quote),
  };
}

export function intentOf(row: Row<'intents'>): IntentRecord {
  return {
    intent: TradeIntent.parse(JSON.parse(row.payload)),
    verdict: GateVerdict.parse(JSON.parse(row.verdict)),
    atMs: row.at_ms,
  };
}

export const PRIORITIES = ['command', 'exit', 'entry'] as const;

export function inboxItemOf(row: Row<'inbox'>): InboxItem {
  return {
    id: row.id,
    kind: row.kind,
    priority: PRIORITIES[row.priority] ?? 'entry',
    pair: (row.pair ?? undefined) as Pair | undefined,
    payload: row.payload,
    receivedMs: row.received_ms,
    expiresMs: row.expires_ms ?? undefined,
  };
}

export function commandOf(row: Row<'commands'>): CommandRecord {
  return {
    id: row.id,
    account: row.account,
    pair: row.pair as Pair,
    clientOrderId: row.client_order_id as CommandRecord['clientOrderId'],
    kind: row.kind as CommandRecord['kind'],
    ...(row.replaced_id !== null && {
      replacedId: row.replaced_id as CommandRecord['clientOrderId'],
    }),
    outcome: row.outcome as CommandRecord['outcome'],
    detail: row.detail,
    createdMs: row.created_ms,
    settledMs: row.settled_ms ?? undefined,
  };
}

export function orderEventOf(row: Row<'order_events'>): OrderEventRecord {
  return {
    clientOrderId: row.client_order_id as OrderEventRecord['clientOrderId'],
    from: (row.from_status ?? undefined) as OrderEventRecord['from'],
    to: row.to_status as OrderEventRecord['to'],
    event: row.event,
    isLegal: row.is_legal === 1,
    raw: row.raw,
    atMs: row.at_ms,
  };
}

export function equityPointOf(row: Row<'equity'>): EquityPoint {
  return {
    account: row.account,
    atMs: row.at_ms,
    equityQuote: amount(row.equity_quote),
    cashQuote: amount(row.cash_quote),
    positionsQuote: amount(row.positions_quote),
    cause: row.cause as EquityPoint['cause'],
  };
}

export function haltOf(row: Row<'halts'>): Halt {
  return Halt.parse({
    kind: row.kind,
    sinceMs: row.since_ms,
    reason: row.reason,
    liftedBy: row.lifted_by,
    ...(row.account !== '' && { account: row.account }),
  });
}

export function operatorActionOf(row: Row<'operator_actions'>): OperatorAction {
  return {
    id: row.id,
    by: row.by_whom,
    kind: row.kind,
    reason: row.reason,
    result: row.result,
    atMs: row.at_ms,
  };
}

export function runOf(row: Row<'runs'>): RunRecord {
  return {
    id: row.id,
    mode: row.mode === 'production' ? 'production' : 'shadow',
    decisionHash: row.decision_hash,
    venue: row.venue,
    tape: row.tape === 'live' ? 'live' : 'replay',
    timeframe: row.timeframe,
    startedMs: row.started_ms,
    beatMs: row.beat_ms,
    liveMs: row.live_ms,
    dueCandles: row.due_candles,
    maxDrawdownFraction: row.max_drawdown_fraction,
    crashLoops: row.crash_loops,
    endedMs: row.ended_ms ?? undefined,
  };
}

export function promotionOf(row: Row<'promotions'>): PromotionRecord {
  return {
    seq: row.seq,
    // Anything that is not plainly a promotion is none.
    kind: row.kind === 'promoted' ? 'promoted' : 'demoted',
    atMs: row.at_ms,
    decisionHash: row.decision_hash,
    venue: row.venue,
    venueAccount: row.venue_account ?? undefined,
    by: row.by_whom,
    origin: row.origin,
    reason: row.reason,
    checklist: z.array(CheckLine).parse(JSON.parse(row.checklist)),
  };
}

export function auditRecordOf(row: Row<'audit'>): AuditRecord {
  const { seq, kind, ref, who, origin, why, hash } = row;
  return {
    seq,
    atMs: row.at_ms,
    kind,
    ref,
    who,
    origin,
    why,
    payload: JSON.parse(row.payload),
    hash,
  };
}

export function tradeMarkOf(row: Row<'trade_marks'>): TradeMark {
  return {
    account: row.account,
    pair: row.pair as Pair,
    lastTradeId: row.last_trade_id,
    atMs: row.at_ms,
  };
}

export function amount(text: string): DecimalText {
  return text as DecimalText;
}

export function ledgerEventOf(row: Row<'events'>): LedgerEvent {
  const event = DeskEvent.parse(JSON.parse(row.payload));
  return { seq: row.seq, atMs: row.at_ms, event };
}
