import { z } from 'zod';
import { AccountSummary } from './account.ts';
import { DecimalText } from './decimal-text.ts';
import { Fill } from './fill.ts';
import { Halt, HaltKind } from './halt.ts';
import { Order } from './order.ts';
import { Pair } from './pair.ts';
import { Position } from './position.ts';

/** What execution tells the others after it is committed; the ledger has the truth. */
export const DeskEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('intent.accepted'), intentId: z.string(), pair: Pair }),
  z.strictObject({
    kind: z.literal('intent.refused'),
    intentId: z.string(),
    pair: Pair,
    reasons: z.array(z.string()),
  }),
  z.strictObject({ kind: z.literal('order.changed'), order: Order }),
  z.strictObject({ kind: z.literal('order.filled'), fill: Fill }),
  z.strictObject({ kind: z.literal('position.changed'), position: Position }),
  z.strictObject({
    kind: z.literal('position.closed'),
    position: Position,
    profitQuote: z.string(),
    /** Over what was paid for it. */
    profitFraction: z.number().optional(),
    /** Leg of the order that closed it, or what else did. */
    cause: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal('stop.moved'),
    account: z.string(),
    pair: Pair,
    stopPrice: DecimalText,
    previousStopPrice: DecimalText,
  }),
  /** A command to the venue of which the outcome is not known, and later what became of it. */
  z.strictObject({
    kind: z.literal('order.doubtful'),
    account: z.string(),
    pair: Pair,
    clientOrderId: z.string(),
    command: z.string(),
    cause: z.string(),
  }),
  z.strictObject({
    kind: z.literal('order.cleared'),
    account: z.string(),
    pair: Pair,
    clientOrderId: z.string(),
    outcome: z.string(),
  }),
  /** An order on the account that is not the desk's. */
  z.strictObject({
    kind: z.literal('order.foreign'),
    account: z.string(),
    pair: Pair,
    venueOrderId: z.string(),
    owner: z.string(),
  }),
  /** The venue does not have the pair any more: its order counts as expired. */
  z.strictObject({
    kind: z.literal('order.pair-gone'),
    account: z.string(),
    pair: Pair,
    clientOrderId: z.string(),
    /** What the desk holds of it and cannot sell there. */
    heldQty: DecimalText,
  }),
  z.strictObject({
    kind: z.literal('difference.found'),
    account: z.string(),
    key: z.string(),
    /** In plain words, with what to do. */
    text: z.string(),
  }),
  z.strictObject({
    kind: z.literal('difference.ended'),
    account: z.string(),
    key: z.string(),
    how: z.string(),
  }),
  /** An operator's command was carried out. */
  z.strictObject({
    kind: z.literal('command.done'),
    id: z.string(),
    command: z.string(),
    by: z.string(),
    origin: z.string(),
    reason: z.string(),
    result: z.string(),
  }),
  z.strictObject({
    kind: z.literal('promotion.changed'),
    change: z.enum(['promoted', 'demoted']),
    by: z.string(),
    reason: z.string(),
  }),
  /** Execution is up: first event of each of its lives. */
  z.strictObject({
    kind: z.literal('mode.started'),
    mode: z.enum(['shadow', 'production']),
    venue: z.string(),
    account: z.string(),
  }),
  z.strictObject({ kind: z.literal('halt.raised'), halt: Halt }),
  z.strictObject({ kind: z.literal('halt.lifted'), halt: HaltKind }),
  z.strictObject({ kind: z.literal('account.changed'), account: AccountSummary }),
]);
export type DeskEvent = Readonly<z.output<typeof DeskEvent>>;

/**
 * A desk event as the ledger keeps it: written in the transaction of what it tells, numbered without
 * gaps in the order of the commits. Whoever follows keeps the last number it has dealt with.
 */
export const LedgerEvent = z.strictObject({ seq: z.int(), atMs: z.int(), event: DeskEvent });
export type LedgerEvent = Readonly<z.output<typeof LedgerEvent>>;

/** A desk event as it is told to the others: with its number where the ledger keeps it. */
export const ToldEvent = z.strictObject({
  seq: z.int().optional(),
  atMs: z.int(),
  event: DeskEvent,
});
export type ToldEvent = Readonly<z.output<typeof ToldEvent>>;

/** Intents are kept with their verdicts, the account's sums with its equity: not once more as events. */
const PASSING: ReadonlySet<DeskEvent['kind']> = new Set([
  'account.changed',
  'intent.accepted',
  'intent.refused',
]);

/** Whether the ledger keeps an event for those who follow it. */
export function isKept({ kind }: DeskEvent): boolean {
  return !PASSING.has(kind);
}
