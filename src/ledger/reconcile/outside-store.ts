import { type Decimal, format, isZero, negate, parse } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { changesOf, type Shares, splitChange } from '#core/reconcile/shares.ts';
import type { Posting } from '../balance-book.ts';
import { figuresStatements, fund } from '../figures-store.ts';
import type { LedgerTransaction } from '../ledger.ts';
import type { AccountKind } from '../records.ts';
import { amount } from '../rows.ts';
import type { StoreContext } from '../store-context.ts';
import { sharesOf } from './reconcile-store.ts';
import { type ExternalTrade, type OutsideChange, restOf } from './reconciliation.ts';

type OutsideStore = Pick<LedgerTransaction, 'bookFlow' | 'bookExternalTrade' | 'adjustBalance'>;

/** What happens on the account without the desk. Each is booked once and moves real balances. */
export function outsideStore(context: StoreContext): OutsideStore {
  const { session, builder } = context;
  return {
    bookFlow: async (flow, by) => {
      const { kind, id, asset, atMs } = flow;
      const deskAmount = deskPart(context, by, { asset, change: parse(flow.amount) });
      const values = { account: by.account, kind, flow_id: id, asset, amount: flow.amount };
      const isNew = await session.run(
        builder
          .insertInto('venue_flows')
          .values({ ...values, desk_amount: deskAmount, at_ms: atMs, booked_ms: by.atMs })
          .onConflict((conflict) => conflict.doNothing())
          .compile(),
      );
      if (isNew === 0) return 'duplicate';
      const cause = { kind: 'flow', from: 'external', ref: flowRef(flow) } as const;
      await change(context, { by, cause, asset, amount: parse(flow.amount) });
      return 'new';
    },
    bookExternalTrade: async (trade, by) => {
      const isNew = await session.run(
        builder
          .insertInto('external_trades')
          .values(tradeRow(by.account, trade))
          .onConflict((conflict) => conflict.doNothing())
          .compile(),
      );
      if (isNew === 0) return 'duplicate';
      const cause = { kind: 'external', from: 'trading', ref: externalRef(trade) } as const;
      for (const [asset, changed] of changesOf(trade)) {
        await change(context, { by, cause, asset, amount: changed });
      }
      return 'new';
    },
    adjustBalance: async ({ asset, amount: gap }, by) => {
      const cause = { kind: 'adjust', from: 'adjustment', ref: `accepted ${asset}` } as const;
      await change(context, { by, cause, asset, amount: parse(gap) });
    },
  };
}

/** Names the postings of a flow, so that the check finds them again. */
export function flowRef({ kind, id, asset }: { kind: string; id: string; asset: string }): string {
  return `${kind} ${id} ${asset}`;
}

export function externalRef(trade: { pair: string; kind: string; venueTradeId: string }): string {
  return `${trade.kind} ${trade.venueTradeId} ${trade.pair}`;
}

interface Change {
  readonly by: OutsideChange;
  readonly cause: {
    readonly kind: Posting['kind'];
    /** The other side of it. */
    readonly from: AccountKind;
    readonly ref: string;
  };
  readonly asset: string;
  readonly amount: Decimal;
}

const NOTHING: Shares = {
  free: amount('0'),
  held: amount('0'),
  dust: amount('0'),
  rest: amount('0'),
};

function split(context: StoreContext, by: OutsideChange, of: { asset: string; change: Decimal }) {
  const shares = sharesOf(context, by.account).get(of.asset) ?? NOTHING;
  return splitChange(of.asset, of.change, { shares, rules: by });
}

function deskPart(
  context: StoreContext,
  by: OutsideChange,
  of: { asset: string; change: Decimal },
): DecimalText {
  return format(split(context, by, of).desk);
}

async function change(context: StoreContext, of: Change): Promise<void> {
  const { by, cause, asset } = of;
  const { kind, from, ref } = cause;
  const { account, atMs } = by;
  const part = split(context, by, { asset, change: of.amount });
  const entries = (own: AccountKind, value: Decimal) => [
    { kind: own, asset, amount: value },
    { kind: from, asset, amount: negate(value) },
  ];
  const { balances } = context;
  const about = { kind, ref, atMs };
  await balances.post({ ...about, account: restOf(account), entries: entries('free', part.rest) });
  await balances.post({ ...about, account, entries: entries('dust', part.dust) });
  if (isZero(part.desk)) return;
  await fund(context, figuresStatements(context.builder), {
    account,
    asset,
    amount: format(part.desk),
    atMs,
    reason: ref,
    from: from === 'adjustment' ? 'adjustment' : 'external',
    equityQuote: by.equityQuote,
  });
}

function tradeRow(account: string, trade: Omit<ExternalTrade, 'acceptedMs'>) {
  return {
    account,
    pair: trade.pair,
    kind: trade.kind,
    venue_trade_id: trade.venueTradeId,
    venue_order_id: trade.venueOrderId,
    client_order_id: trade.clientOrderId,
    owner: trade.owner,
    side: trade.side,
    price: trade.price,
    qty: trade.qty,
    quote_qty: trade.quoteQty,
    fee: trade.fee,
    fee_asset: trade.feeAsset,
    is_maker: trade.isMaker ? 1 : 0,
    at_ms: trade.atMs,
    accepted_ms: null,
  };
}
