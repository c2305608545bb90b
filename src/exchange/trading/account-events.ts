import { z } from 'zod';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { quoteOf, type Pair } from '#core/model/pair.ts';
import { VenueInt } from '../decimal.ts';
import {
  listIdOf,
  positive,
  sideOf,
  statusOf,
  typeOf,
  VenueAmount,
  VenueId,
  VenueSide,
} from './order-shapes.ts';
import type { VenueBalance, VenueOrder, VenueTrade } from './trading-venue.ts';

/**
 * What the account's stream of a Binance-shaped venue sends. An event that cannot be read is `bad`:
 * something about the account was missed, and the reader must catch up by asking.
 */
export type AccountEvent =
  | { readonly kind: 'order'; readonly symbol: string; readonly report: Report }
  | { readonly kind: 'balances'; readonly balances: readonly VenueBalance[] }
  | {
      readonly kind: 'flow';
      readonly asset: string;
      readonly amount: DecimalText;
      readonly atMs: number;
    }
  /** The list's orders say the same each by itself. */
  | { readonly kind: 'list' }
  | { readonly kind: 'shutdown' }
  | { readonly kind: 'terminated' };

const Report = z.looseObject({
  s: z.string(),
  c: z.string(),
  /** Of a cancel: the id the order had. */
  C: z.string().optional(),
  S: VenueSide,
  o: z.string(),
  q: VenueAmount,
  p: VenueAmount,
  P: VenueAmount,
  g: VenueId.optional(),
  x: z.string(),
  X: z.string(),
  r: z.string(),
  eR: z.string().optional(),
  i: VenueId,
  l: VenueAmount,
  z: VenueAmount,
  L: VenueAmount,
  n: VenueAmount,
  N: z.string().nullable(),
  T: VenueInt,
  t: VenueId,
  a: VenueId.optional(),
  w: z.boolean(),
  m: z.boolean(),
  Z: VenueAmount,
  Y: VenueAmount,
  W: VenueInt.optional(),
});
type Report = z.output<typeof Report>;

const Balances = z.looseObject({
  B: z.array(z.looseObject({ a: z.string(), f: VenueAmount, l: VenueAmount })),
});
const Flow = z.looseObject({ a: z.string(), d: VenueAmount, T: VenueInt });

const Frame = z.looseObject({ event: z.looseObject({ e: z.string() }) });

/** Undefined: no event, or one that says nothing about orders and money. */
export function parseAccountEvent(message: unknown): AccountEvent | 'bad' | undefined {
  const frame = Frame.safeParse(message);
  if (!frame.success) return undefined;
  const { event } = frame.data;
  switch (event.e) {
    case 'executionReport': {
      const report = Report.safeParse(event);
      if (!report.success) return 'bad';
      return { kind: 'order', symbol: report.data.s, report: report.data };
    }
    case 'outboundAccountPosition': {
      const parsed = Balances.safeParse(event);
      if (!parsed.success) return 'bad';
      const balances = parsed.data.B.map(({ a, f, l }) => ({ asset: a, free: f, locked: l }));
      return { kind: 'balances', balances };
    }
    case 'balanceUpdate': {
      const parsed = Flow.safeParse(event);
      if (!parsed.success) return 'bad';
      const { a, d, T } = parsed.data;
      return { kind: 'flow', asset: a, amount: d, atMs: T };
    }
    case 'listStatus':
      return { kind: 'list' };
    case 'serverShutdown':
      return { kind: 'shutdown' };
    case 'eventStreamTerminated':
      return { kind: 'terminated' };
    default:
      return undefined;
  }
}

export function reportedOrder(pair: Pair, report: Report): VenueOrder {
  const { C, c, o, X, W, w, r, eR } = report;
  const type = typeOf(o);
  return {
    pair,
    venueOrderId: report.i,
    clientOrderId: idOf(C, c),
    listId: listIdOf(report.g),
    side: sideOf(report.S),
    type,
    status: statusOf(X, { type, isWorking: W === undefined ? w : W > 0 }),
    qty: positive(report.q),
    price: positive(report.p),
    stopPrice: positive(report.P),
    filledQty: report.z,
    filledQuote: report.Z,
    reason: r === 'NONE' ? (eR ?? '') : r,
    atMs: report.T,
  };
}

/** The execution that an event tells of; undefined when it tells of none. */
export function reportedTrade(pair: Pair, report: Report): VenueTrade | undefined {
  if (report.x !== 'TRADE') return undefined;
  const isAllocation = report.t === '-1' && report.a !== undefined;
  return {
    pair,
    kind: isAllocation ? 'allocation' : 'trade',
    venueTradeId: isAllocation ? (report.a ?? '') : report.t,
    venueOrderId: report.i,
    clientOrderId: idOf(report.C, report.c),
    side: sideOf(report.S),
    price: report.L,
    qty: report.l,
    quoteQty: report.Y,
    fee: report.n,
    // Without a fee there is no asset either.
    feeAsset: report.N ?? quoteOf(pair),
    isMaker: report.m,
    atMs: report.T,
  };
}

function idOf(original: string | undefined, own: string): string {
  return original === undefined || original === '' ? own : original;
}
