import { z } from 'zod';
import { ConformanceResult } from '#core/promotion/conformance.ts';
import { PromotionNote } from '#core/promotion/promotion-record.ts';
import { Pair } from './pair.ts';

const Fraction = z.number().positive().lt(1);

/** An order by hand. A buy is an entry like any other: sized by its risk, refused by any limit. */
export const ManualOrder = z.discriminatedUnion('side', [
  z.strictObject({
    side: z.literal('buy'),
    pair: Pair,
    /** From the price down to the stop; without it what `execution.manual` says. */
    stopDistanceFraction: Fraction.optional(),
    /** From the price up to the target; without it what `execution.manual` says. */
    targetDistanceFraction: z.number().positive().max(10).optional(),
    /** Of the equity that is lost when the stop is hit; never more than the limits allow. */
    riskFraction: Fraction.optional(),
  }),
  z.strictObject({
    side: z.literal('sell'),
    pair: Pair,
    /** Of what is held; without it all of it. */
    share: z.number().positive().max(1).optional(),
  }),
]);
export type ManualOrder = Readonly<z.output<typeof ManualOrder>>;

/** A person's order to the desk. Carried by IPC, so it works while Redis is down. */
export const OperatorCommand = z
  .strictObject({
    /** The caller's key: the same key is carried out once. */
    id: z.string().min(8).max(64),
    kind: z.enum([
      'pause',
      'resume',
      'flatten',
      'kill-switch',
      'close',
      'order',
      'accept-differences',
      'promote',
      'demote',
      'note-conformance',
    ]),
    /** The person: user of this machine, `telegram:NAME`, `api:TOKEN`. */
    by: z.string(),
    /** Where the person was: host, address of the session, chat. */
    origin: z.string().optional(),
    reason: z.string(),
    /** Of `close`. */
    pair: Pair.optional(),
    /** Of `order`. */
    order: ManualOrder.optional(),
    /** Of `promote` and `demote`. */
    promotion: PromotionNote.optional(),
    /** Of `note-conformance`. */
    conformance: ConformanceResult.optional(),
    issuedMs: z.int(),
  })
  .refine(({ kind, pair }) => kind !== 'close' || pair !== undefined, {
    path: ['pair'],
    message: 'a close needs a pair',
  })
  .refine(({ kind, order }) => kind !== 'order' || order !== undefined, {
    path: ['order'],
    message: 'an order needs what to buy or sell',
  });
export type OperatorCommand = Readonly<z.output<typeof OperatorCommand>>;

/**
 * Whether more can be lost after a command than before it. A stolen phone may only lower risk, so
 * whoever offers commands from afar leaves these out unless its owner allowed them.
 */
export function raisesRisk({ kind, order }: Pick<OperatorCommand, 'kind' | 'order'>): boolean {
  switch (kind) {
    case 'resume':
    case 'accept-differences':
    case 'promote':
      return true;
    case 'order':
      return order?.side !== 'sell';
    case 'pause':
    case 'flatten':
    case 'kill-switch':
    case 'close':
    case 'demote':
    case 'note-conformance':
      return false;
  }
}

export const OperatorCommandResult = z.strictObject({
  id: z.string(),
  /** False: refused, or not known yet; `message` says why. */
  isDone: z.boolean(),
  /** Not refused and not done: kept for execution, or it waits for its pair. The same id asks again. */
  isPending: z.literal(true).optional(),
  message: z.string(),
});
export type OperatorCommandResult = Readonly<z.output<typeof OperatorCommandResult>>;
