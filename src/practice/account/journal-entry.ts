import { z } from 'zod';
import { ListRecord, Terms } from './account-book.ts';
import { OrderRecord, StpModeText, UnitsText } from './order-record.ts';

const TradeRow = z.object({
  uid: z.number(),
  symbol: z.string(),
  id: z.number(),
  orderId: z.number(),
  orderListId: z.number(),
  price: z.string(),
  qty: z.string(),
  quoteQty: z.string(),
  commission: z.string(),
  commissionAsset: z.string(),
  timeMs: z.number(),
  isBuyer: z.boolean(),
  isMaker: z.boolean(),
});

const PreventionRow = z.object({
  uid: z.number(),
  symbol: z.string(),
  id: z.number(),
  takerOrderId: z.number(),
  makerOrderId: z.number(),
  mode: StpModeText,
  price: z.string(),
  takerQty: z.string().optional(),
  makerQty: z.string().optional(),
  timeMs: z.number(),
});

const TransferRow = z.object({
  uid: z.number(),
  id: z.string(),
  kind: z.enum(['deposit', 'withdrawal', 'convert']),
  asset: z.string(),
  amount: z.string(),
  toAsset: z.string().optional(),
  toAmount: z.string().optional(),
  timeMs: z.number(),
});

const AccountRow = z.object({
  terms: Terms,
  /** Free and locked together: what is locked follows from the open orders. */
  balances: z.array(z.object({ asset: z.string(), amount: UnitsText })),
  updateTimeMs: z.number(),
});

/**
 * What one step changed: records as they are after it, rows that were added. Reading the entries
 * in order and keeping the last of each record gives the state.
 */
export const JournalEntry = z.object({
  accounts: z.array(AccountRow),
  orders: z.array(OrderRecord),
  lists: z.array(ListRecord),
  trades: z.array(TradeRow),
  preventions: z.array(PreventionRow),
  transfers: z.array(TransferRow),
  counters: z.object({
    execution: z.number(),
    list: z.number(),
    transfer: z.number(),
    preventedMatch: z.number(),
  }),
});
export type JournalEntry = z.output<typeof JournalEntry>;
