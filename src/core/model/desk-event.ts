import { z } from 'zod';
import { AccountSummary } from './account.ts';
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
  }),
  z.strictObject({ kind: z.literal('halt.raised'), halt: Halt }),
  z.strictObject({ kind: z.literal('halt.lifted'), halt: HaltKind }),
  z.strictObject({ kind: z.literal('account.changed'), account: AccountSummary }),
]);
export type DeskEvent = Readonly<z.output<typeof DeskEvent>>;
