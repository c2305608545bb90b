import { z } from 'zod';
import { DecimalText } from '#core/model/decimal-text.ts';

/** Every reason an intent may be refused, or an accepted one made smaller. */
export const GateCode = z.enum([
  'expired',
  'halted',
  'pair-not-ready',
  'pair-joining',
  'pair-not-trading',
  'pair-exit-only',
  'pair-not-selected',
  'no-instrument',
  'no-quote',
  'stale-data',
  'stale-mark',
  'stale-quote',
  'crossed-quote',
  'spread',
  'risk-unknown',
  'risk-level',
  'risk-scaled',
  'daily-volatility',
  'daily-volume',
  'value-at-risk',
  'correlated-exposure',
  'optimiser-cap',
  'unknown-command',
  'duplicate-pair',
  'max-open-positions',
  'pair-exposure',
  'total-exposure',
  'free-quote',
  'daily-loss',
  'drawdown',
  'losses-in-row',
  'stop-distance',
  'no-equity',
  'below-min-qty',
  'below-min-notional',
  'above-max-qty',
  'above-max-notional',
  'price-range',
  'percent-price',
  'stop-not-placeable',
  'too-many-orders',
  'nothing-to-sell',
]);
export type GateCode = z.output<typeof GateCode>;

/** A code with the numbers that led to it, for the record and the operator. */
export const GateReason = z.strictObject({
  code: GateCode,
  /** What was found. */
  found: z.union([z.number(), z.string()]).optional(),
  /** What the limit is. */
  limit: z.union([z.number(), z.string()]).optional(),
});
export type GateReason = Readonly<z.output<typeof GateReason>>;

const Enter = z.strictObject({
  kind: z.literal('accept'),
  action: z.literal('enter'),
  /** Base quantity to buy, on the venue's step. */
  qty: DecimalText,
  /** Highest price to pay: the ask plus the slippage cap, on the tick. */
  limitPrice: DecimalText,
  /** Quote amount to hold before the order is sent: its worst case with fee. */
  holdQuote: DecimalText,
  stopPrice: DecimalText,
  targetPrice: DecimalText,
  /** What made the order smaller than the risk fraction asks for. */
  reasons: z.array(GateReason),
});

const Leave = z.strictObject({
  kind: z.literal('accept'),
  action: z.enum(['exit', 'reduce']),
  /** Base quantity to sell, never more than the position. */
  qty: DecimalText,
  reasons: z.array(GateReason),
});

/** The gate's answer. Every reason that applies is listed, not only the first. */
export const GateVerdict = z.discriminatedUnion('kind', [
  z.discriminatedUnion('action', [Enter, Leave]),
  z.strictObject({ kind: z.literal('refuse'), reasons: z.array(GateReason).min(1) }),
]);
export type GateVerdict = Readonly<z.output<typeof GateVerdict>>;
