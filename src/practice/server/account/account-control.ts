/**
 * The operator's door to the accounts, `/practice/accounts`: the truth for proofs, and what may
 * happen to an account that is none of the desk's doing: transfers, silent changes, orders by hand.
 * From the machine itself only.
 */
import { z } from 'zod';
import type { TradingAccount, TradingFloor } from '../../account/trading.ts';
import { ApiError } from '../api-error.ts';
import { parseQuery } from '../query.ts';
import type { Venue } from '../venue.ts';
import { cancelOrder, newOrder, ORDER_PARAMETERS } from './order-parameters.ts';
import { orderPayload, tradePayload } from './order-payloads.ts';

const Amount = z.string().regex(/^\d+(\.\d{1,8})?$/);
const Asset = z.string().regex(/^[A-Z0-9]{1,20}$/);

const Transfer = z.strictObject({
  kind: z.enum(['deposit', 'withdrawal', 'convert']),
  asset: Asset,
  amount: Amount,
  toAsset: Asset.optional(),
  toAmount: Amount.optional(),
});
const Move = z.strictObject({ asset: Asset, delta: z.string().regex(/^-?\d+(\.\d{1,8})?$/) });
/** Parameters as the venue names them. */
const Parameters = z.record(z.string(), z.union([z.string(), z.number()]).transform(String));

const ALL = 1_000_000;

export interface ControlAnswer {
  readonly status: number;
  readonly value: unknown;
}

export interface AccountsDoor {
  readonly venue: Venue;
  readonly floor: TradingFloor;
}

/** `GET /practice/accounts` */
export function accountsView({ floor, venue }: AccountsDoor): unknown {
  return floor.uids().map((uid) => {
    const account = floor.account(uid);
    const { balances } = account.view();
    const symbols = [...venue.symbols.keys()];
    return {
      uid,
      balances,
      openOrders: account.openOrders().map(orderPayload),
      orders: symbols.flatMap((symbol) =>
        account.allOrders({ symbol, orderId: 0, limit: ALL }).map(orderPayload),
      ),
      trades: symbols.flatMap((symbol) =>
        account.trades({ symbol, fromId: 0, limit: ALL }).map(tradePayload),
      ),
      transfers: (['deposit', 'withdrawal', 'convert'] as const).flatMap((kind) =>
        account.transfers({ kind }),
      ),
    };
  });
}

/** `POST /practice/accounts/:uid/:action` */
export function actByHand(
  { venue, floor }: AccountsDoor,
  { uid, action, body }: { uid: number; action: string | undefined; body: unknown },
): ControlAnswer {
  if (!floor.uids().includes(uid)) return { status: 404, value: { error: 'unknown account' } };
  try {
    const value = act({ venue, account: floor.account(uid) }, action, body);
    if (value === undefined) return { status: 404, value: { error: 'unknown action' } };
    return { status: 201, value };
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, value: error.view() };
    if (error instanceof z.ZodError)
      return { status: 400, value: { error: z.prettifyError(error) } };
    throw error;
  }
}

function act(
  { venue, account }: { venue: Venue; account: TradingAccount },
  action: string | undefined,
  body: unknown,
): unknown {
  switch (action) {
    case 'transfer': {
      const { toAsset, toAmount, ...rest } = Transfer.parse(body);
      const to = toAsset === undefined || toAmount === undefined ? {} : { toAsset, toAmount };
      return account.transfer({ ...rest, ...to });
    }
    case 'move': {
      const { asset, delta } = Move.parse(body);
      account.moveBalance(asset, delta);
      return account.view();
    }
    case 'order': {
      const query = parseQuery(new URLSearchParams(Parameters.parse(body)), ORDER_PARAMETERS);
      const placed = account.place(newOrder(query, query.symbol(venue.symbols)));
      return { order: orderPayload(placed.order), trades: placed.trades.map(tradePayload) };
    }
    case 'cancel': {
      const names = ['symbol', 'orderId', 'origClientOrderId'];
      const query = parseQuery(new URLSearchParams(Parameters.parse(body)), names);
      const cancel = cancelOrder(query, query.symbol(venue.symbols), account);
      return { order: orderPayload(account.cancel(cancel).cancelled.order) };
    }
    default:
      return undefined;
  }
}
