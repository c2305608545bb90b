import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { DecimalText } from '#core/model/decimal-text.ts';
import { Fill } from '#core/model/fill.ts';
import { TradeIntent } from '#core/model/intent.ts';
import { Order } from '#core/model/order.ts';
import { Pair } from '#core/model/pair.ts';
import { GateVerdict } from '#core/risk/gate-verdict.ts';
import type { LedgerSource } from '#ledger/reader-source.ts';
import { get } from '../http/get-route.ts';
import { listOf, pageOf, pairQuery, timeMs, wholeNumberOr } from '../http/query.ts';
import { withoutUndefined } from '../http/without-undefined.ts';
import type { GatewayPorts } from '../ports.ts';
import * as examples from './examples.ts';
import { LedgerPage, pageAnswer } from './ledger-page.ts';

const RowQuery = z.strictObject({
  account: z.string().min(1).optional(),
  pair: pairQuery.optional(),
  sinceMs: timeMs.optional(),
  untilMs: timeMs.optional(),
  ...LedgerPage,
});

const OrderQuery = z.strictObject({
  account: z.string().min(1).optional(),
  pair: pairQuery.optional(),
  /** Only orders that the venue may still act on, or only ended ones. */
  isOpen: z.enum(['true', 'false']).optional(),
  ...LedgerPage,
});

const EquityQuery = z.strictObject({
  account: z.string().min(1).optional(),
  sinceMs: timeMs.optional(),
  untilMs: timeMs.optional(),
  /** Points, spread evenly over the range. */
  limit: wholeNumberOr(500, 2, 5_000),
});

const RoundTrip = z.strictObject({
  id: z.int(),
  account: z.string(),
  pair: Pair,
  openedMs: z.int(),
  closedMs: z.int(),
  boughtQty: DecimalText,
  boughtQuote: DecimalText,
  soldQty: DecimalText,
  soldQuote: DecimalText,
  feesQuote: DecimalText,
  profitQuote: DecimalText,
});

const IntentRecord = z.strictObject({ intent: TradeIntent, verdict: GateVerdict, atMs: z.int() });

const EquityPoint = z.strictObject({
  account: z.string(),
  atMs: z.int(),
  equityQuote: DecimalText,
  cashQuote: DecimalText,
  positionsQuote: DecimalText,
  cause: z.enum(['minute', 'fill', 'start']),
});

export function ledgerRoutes(server: FastifyInstance, { ledger }: GatewayPorts): void {
  get(server, {
    path: '/api/v1/orders',
    tag: 'ledger',
    summary: 'Orders, newest first',
    query: OrderQuery,
    answer: pageOf(Order),
    example: { items: [examples.order], nextCursor: '35' },
    stamp: () => ledger.stamp(),
    handler: async ({ limit, isOpen, ...rest }) => {
      const open = isOpen === undefined ? {} : { isOpen: isOpen === 'true' };
      const filter = { limit, ...open, ...withoutUndefined(rest) };
      return pageAnswer(await ledger.read((reader) => reader.orders(filter)));
    },
  });
  get(server, {
    path: '/api/v1/trades',
    tag: 'ledger',
    summary: 'Fills, newest first',
    query: RowQuery,
    answer: pageOf(Fill),
    example: { items: [examples.fill] },
    stamp: () => ledger.stamp(),
    handler: async ({ limit, ...rest }) => {
      const filter = { limit, ...withoutUndefined(rest) };
      return pageAnswer(await ledger.read((reader) => reader.fills(filter)));
    },
  });
  get(server, {
    path: '/api/v1/round-trips',
    tag: 'ledger',
    summary: 'Closed trades from flat to flat with their profit, newest first',
    query: RowQuery,
    answer: pageOf(RoundTrip),
    example: { items: [examples.roundTrip] },
    stamp: () => ledger.stamp(),
    handler: async ({ limit, ...rest }) => {
      const filter = { limit, ...withoutUndefined(rest) };
      return pageAnswer(await ledger.read((reader) => reader.roundTrips(filter)));
    },
  });
  get(server, {
    path: '/api/v1/intents',
    tag: 'ledger',
    summary: 'What workers asked for and what the gate answered, newest first',
    query: RowQuery.omit({ account: true }),
    answer: pageOf(IntentRecord),
    example: { items: [examples.intent] },
    stamp: () => ledger.stamp(),
    handler: async ({ limit, ...rest }) => {
      const filter = { limit, ...withoutUndefined(rest) };
      return pageAnswer(await ledger.read((reader) => reader.intents(filter)));
    },
  });
  equityRoute(server, ledger);
}

function equityRoute(server: FastifyInstance, ledger: LedgerSource): void {
  get(server, {
    path: '/api/v1/equity',
    tag: 'ledger',
    summary: 'Equity over time, oldest first',
    query: EquityQuery,
    answer: listOf(EquityPoint),
    example: { items: [examples.equityPoint] },
    stamp: () => ledger.stamp(),
    handler: async ({ account, limit, ...rest }) => {
      const range = { limit, ...withoutUndefined(rest) };
      const items = await ledger.read(async (reader) => {
        const name = account ?? (await reader.accounts())[0]?.account;
        return name === undefined ? [] : reader.equity({ account: name, ...range });
      });
      return { items: [...items] };
    },
  });
}
