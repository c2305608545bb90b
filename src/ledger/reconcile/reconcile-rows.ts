import type { Selectable } from 'kysely';
import { z } from 'zod';
import { DecimalText } from '#core/model/decimal-text.ts';
import { OrderSide, OrderStatus } from '#core/model/order.ts';
import { Pair } from '#core/model/pair.ts';
import type { Difference } from '#core/reconcile/difference.ts';
import { amount } from '../rows.ts';
import type { LedgerTables } from '../tables.ts';
import type {
  BookedFlow,
  ExternalOrder,
  ExternalTrade,
  RecordedDifference,
  TradeCursor,
  VenueAccount,
} from './reconciliation.ts';

type Row<Table extends keyof LedgerTables> = Selectable<LedgerTables[Table]>;

export function venueAccountOf(row: Row<'venue_account'>): VenueAccount {
  return {
    account: row.account,
    venue: row.venue,
    accountId: row.account_id,
    ownsQuote: row.owns_quote === 1,
    baselineMs: row.baseline_ms,
    flowsReadMs: row.flows_read_ms,
  };
}

export function cursorOf(row: Row<'trade_cursors'>): TradeCursor {
  return {
    pair: row.pair as Pair,
    lastTradeId: row.last_trade_id ?? undefined,
    sinceMs: row.since_ms,
  };
}

export function flowOf(row: Row<'venue_flows'>): BookedFlow {
  return {
    kind: row.kind as BookedFlow['kind'],
    id: row.flow_id,
    asset: row.asset,
    amount: amount(row.amount),
    deskAmount: amount(row.desk_amount),
    atMs: row.at_ms,
  };
}

export function externalOrderOf(row: Row<'external_orders'>): ExternalOrder {
  return {
    pair: row.pair as Pair,
    venueOrderId: row.venue_order_id,
    clientOrderId: row.client_order_id,
    owner: row.owner as ExternalOrder['owner'],
    side: OrderSide.parse(row.side),
    status: row.status === 'other' ? 'other' : OrderStatus.exclude(['created']).parse(row.status),
    qty: row.qty === null ? undefined : amount(row.qty),
    price: row.price === null ? undefined : amount(row.price),
    filledQty: amount(row.filled_qty),
    atMs: row.at_ms,
    acceptedMs: row.accepted_ms ?? undefined,
  };
}

export function externalTradeOf(row: Row<'external_trades'>): ExternalTrade {
  return {
    pair: row.pair as Pair,
    kind: row.kind as ExternalTrade['kind'],
    venueTradeId: row.venue_trade_id,
    venueOrderId: row.venue_order_id,
    clientOrderId: row.client_order_id,
    owner: row.owner as ExternalTrade['owner'],
    side: OrderSide.parse(row.side),
    price: amount(row.price),
    qty: amount(row.qty),
    quoteQty: amount(row.quote_qty),
    fee: amount(row.fee),
    feeAsset: row.fee_asset,
    isMaker: row.is_maker === 1,
    atMs: row.at_ms,
    acceptedMs: row.accepted_ms ?? undefined,
  };
}

const about = { key: z.string(), expected: DecimalText, found: DecimalText };
const ofAsset = { ...about, asset: z.string() };
const ofOrder = { ...about, pair: Pair, clientOrderId: z.string() };
const StoredDifference = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('balance'), ...ofAsset }),
  z.strictObject({ kind: z.literal('uncovered'), ...ofAsset }),
  z.strictObject({ kind: z.literal('order-gone'), ...ofOrder }),
  z.strictObject({ kind: z.literal('unrecorded'), ...ofOrder }),
  z.strictObject({ kind: z.literal('other-desk'), ...ofOrder }),
]);

export function differenceOf(row: Row<'differences'>): RecordedDifference {
  const difference: Difference = StoredDifference.parse(JSON.parse(row.payload));
  return {
    difference,
    sinceMs: row.since_ms,
    state: row.state as RecordedDifference['state'],
    endedMs: row.ended_ms ?? undefined,
    by: row.by_whom,
    reason: row.reason,
  };
}
