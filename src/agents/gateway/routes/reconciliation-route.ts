import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { DecimalText } from '#core/model/decimal-text.ts';
import { OrderSide } from '#core/model/order.ts';
import { Pair } from '#core/model/pair.ts';
import { differenceText } from '#core/reconcile/words.ts';
import type { ExternalOrder, RecordedDifference } from '#ledger/reader.ts';
import { get } from '../http/get-route.ts';
import { wholeNumberOr } from '../http/query.ts';
import type { GatewayPorts } from '../ports.ts';
import * as examples from './examples.ts';

const Query = z.strictObject({
  /** Of each list that only grows. */
  limit: wholeNumberOr(50, 1, 500),
});

const Difference = z.strictObject({
  key: z.string(),
  kind: z.enum(['balance', 'uncovered', 'order-gone', 'unrecorded', 'other-desk']),
  expected: DecimalText,
  found: DecimalText,
  sinceMs: z.int(),
  state: z.enum(['open', 'explained', 'accepted']),
  endedMs: z.int().nullable(),
  by: z.string(),
  reason: z.string(),
  /** What it is, since when and what to do, in words. */
  text: z.string(),
});

const Owner = z.enum(['desk', 'other-desk', 'person']);

const ExternalOrderAnswer = z.strictObject({
  pair: Pair,
  venueOrderId: z.string(),
  clientOrderId: z.string(),
  owner: Owner,
  side: OrderSide,
  status: z.string(),
  qty: DecimalText.nullable(),
  price: DecimalText.nullable(),
  filledQty: DecimalText,
  atMs: z.int(),
});

const ExternalTradeAnswer = z.strictObject({
  pair: Pair,
  venueTradeId: z.string(),
  clientOrderId: z.string(),
  owner: Owner,
  side: OrderSide,
  price: DecimalText,
  qty: DecimalText,
  quoteQty: DecimalText,
  fee: DecimalText,
  feeAsset: z.string(),
  atMs: z.int(),
});

const Flow = z.strictObject({
  kind: z.enum(['deposit', 'withdrawal', 'conversion', 'dust', 'other']),
  id: z.string(),
  asset: z.string(),
  amount: DecimalText,
  /** The part of it that is the desk's capital. */
  deskAmount: DecimalText,
  atMs: z.int(),
});

const Answer = z.strictObject({
  /** Null where the account is simulated: there is nothing to compare. */
  account: z
    .strictObject({ account: z.string(), venue: z.string(), baselineMs: z.int() })
    .nullable(),
  open: z.array(Difference),
  ended: z.array(Difference),
  externalOrders: z.array(ExternalOrderAnswer),
  externalTrades: z.array(ExternalTradeAnswer),
  flows: z.array(Flow),
});

/** Where ledger and venue differ, and what happened on the account that was not the desk. */
export function reconciliationRoute(
  server: FastifyInstance,
  { ledger }: Pick<GatewayPorts, 'ledger'>,
): void {
  get(server, {
    path: '/api/v1/reconciliation',
    tag: 'ledger',
    summary: 'Differences between ledger and venue, and what on the account is not the desk’s',
    query: Query,
    answer: Answer,
    example: examples.reconciliation,
    handler: async ({ limit }) => {
      const found = await ledger.read((reader) => reader.reconciliation(limit));
      if (found === undefined) return NOTHING;
      const { account, venue, baselineMs } = found.account;
      return {
        account: { account, venue, baselineMs },
        open: found.open.map(differenceAnswer),
        ended: found.ended.map(differenceAnswer),
        externalOrders: found.externalOrders.map(orderAnswer),
        externalTrades: found.externalTrades.map(
          ({ kind: _kind, venueOrderId: _order, isMaker: _maker, acceptedMs: _at, ...rest }) =>
            rest,
        ),
        flows: [...found.flows],
      };
    },
  });
}

const NOTHING = {
  account: null,
  open: [],
  ended: [],
  externalOrders: [],
  externalTrades: [],
  flows: [],
};

function differenceAnswer({ difference, ...record }: RecordedDifference) {
  const { key, kind, expected, found } = difference;
  const { sinceMs, state, by, reason } = record;
  const text = differenceText(difference, sinceMs);
  const endedMs = record.endedMs ?? null;
  return { key, kind, expected, found, sinceMs, state, endedMs, by, reason, text };
}

function orderAnswer({ acceptedMs: _acceptedMs, ...order }: ExternalOrder) {
  return { ...order, qty: order.qty ?? null, price: order.price ?? null };
}
