import { z } from 'zod';
import type { Outcome, WatchedOrder } from './watched-order.ts';

export const MARKOUT_MS = [1_000, 5_000, 60_000] as const;

/** One order on paper against what really happened, with the market around it. */
export const FidelityScore = z.strictObject({
  clientOrderId: z.string(),
  /** `shadow`: against the market; `live`: the paper twin against the venue. */
  account: z.string(),
  pair: z.string(),
  leg: z.string(),
  style: z.enum(['taker', 'maker', 'stop']),
  side: z.enum(['buy', 'sell']),
  createdMs: z.int(),
  arrivalBid: z.number(),
  arrivalAsk: z.number(),
  isPaperFilled: z.boolean(),
  paperPrice: z.number().nullable(),
  /** Null: nobody can know. */
  isTrulyFilled: z.boolean().nullable(),
  truePrice: z.number().nullable(),
  /** Mid minus fill price after 1, 5 and 60 s in spreads, positive when the trade was right. */
  markouts: z.array(z.number().nullable()).length(MARKOUT_MS.length),
});
export type FidelityScore = Readonly<z.output<typeof FidelityScore>>;

export interface ScoreInput {
  readonly order: WatchedOrder;
  readonly arrival: { readonly bid: number; readonly ask: number };
  readonly paper: Outcome;
  readonly truth: Outcome;
  /** Mids after the fill, one for each of `MARKOUT_MS`. */
  readonly mids: readonly (number | undefined)[];
}

export function scoreOrder({ order, arrival, paper, truth, mids }: ScoreInput): FidelityScore {
  const { clientOrderId, account, pair, leg, style, side, createdMs } = order;
  const filledAt = truth.price ?? paper.price;
  const spread = spreadOf({ arrivalBid: arrival.bid, arrivalAsk: arrival.ask });
  const sign = side === 'buy' ? 1 : -1;
  return {
    clientOrderId,
    account,
    pair,
    leg,
    style,
    side,
    createdMs: Math.floor(createdMs),
    arrivalBid: arrival.bid,
    arrivalAsk: arrival.ask,
    isPaperFilled: paper.isFilled === true,
    paperPrice: paper.price ?? null,
    isTrulyFilled: truth.isFilled ?? null,
    truePrice: truth.price ?? null,
    markouts: MARKOUT_MS.map((_, n) => {
      const mid = mids[n];
      return mid === undefined || filledAt === undefined
        ? null
        : (sign * (mid - filledAt)) / spread;
    }),
  };
}

/** A locked market has none; a part of the price stands in, so that nothing is divided by zero. */
export function spreadOf({
  arrivalBid,
  arrivalAsk,
}: Pick<FidelityScore, 'arrivalBid' | 'arrivalAsk'>): number {
  return Math.max(arrivalAsk - arrivalBid, arrivalAsk * 1e-6);
}
