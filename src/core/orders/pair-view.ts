import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { IntentId } from '#core/model/intent.ts';
import type { Order } from '#core/model/order.ts';

/** The levels an entry was accepted with; they guard what it bought. */
export interface Protection {
  readonly intentId: IntentId;
  readonly stopPrice: DecimalText;
  readonly targetPrice: DecimalText;
  readonly trailingFraction: number | undefined;
  /** Where the stop stands at the venue when that had to be another level. */
  readonly placedStopPrice?: DecimalText;
  /** The most that the entry may pay, whatever it is re-priced to. */
  readonly entryLimitPrice?: DecimalText;
}

/** A wish to sell that is not done yet. */
export interface ExitGoal {
  readonly intentId: IntentId;
  readonly leg: 'exit' | 'flatten';
  /** What is still to be sold of a reduction; undefined = everything. */
  readonly qty: DecimalText | undefined;
}

/** How the desk trades: the parts of its config that the plan obeys. */
export interface OrderPolicy {
  /** How long a resting entry waits before it is re-priced or given up. */
  readonly entryTimeoutMs: number;
  readonly repricesMax: number;
  /** The rest of an entry that filled in part goes on working. */
  readonly keepsPartialEntry: boolean;
  /** How far below the bid a sale may go, try by try; after the last it is a market order. */
  readonly slippageSteps: readonly number[];
}

/** Everything the plan looks at: one pair as the ledger and the market have it now. */
export interface PairView {
  readonly nowMs: number;
  readonly positionQty: DecimalText;
  readonly averagePrice: DecimalText;
  readonly protection: Protection | undefined;
  /** Orders that have not ended. */
  readonly orders: readonly Order[];
  /** A command has no known outcome: whatever it was about may or may not be. */
  readonly hasUnsettled: boolean;
  /**
   * Stops that were sent without an answer and that the venue did not know when it was asked: no
   * part of `orders`. They may still turn up; see `whileInDoubt`.
   */
  readonly doubtfulGuards: readonly Order[];
  /** Coins of this kind on the account that are no part of the position. */
  readonly otherQty: DecimalText;
  readonly goal: ExitGoal | undefined;
  /** No new entry: one that waits in the book is taken back. */
  readonly isHalted: boolean;
  readonly instrument: Instrument | undefined;
  /** Best bid when it is fresh. */
  readonly bid: DecimalText | undefined;
  /** How long there has been no fresh price; 0 = there is one. */
  readonly blindMs: number;
  /** How often in a row the stop of this position was refused or ended without a reason of ours. */
  readonly stopRefusals: number;
  /** The stop was reached and ended before it had sold everything. */
  readonly hasFired: boolean;
  /** Sales in a row that left something unsold. */
  readonly saleMisses: number;
  readonly hasReplace: boolean;
  /** False: stops do not rest at this venue, the desk watches them. */
  readonly hasStops: boolean;
  /** The most that the position may lose at a stop moved further away. */
  readonly riskQuoteMax: DecimalText;
  readonly policy: OrderPolicy;
}

/** What to do next with a pair; one thing at a time, then the plan is made anew. */
export type PairStep =
  | { readonly kind: 'rest' }
  | {
      readonly kind: 'wait';
      readonly for: 'command' | 'entry' | 'exits' | 'sale' | 'quote' | 'instrument';
    }
  | { readonly kind: 'cancel'; readonly order: Order; readonly reason: string }
  | { readonly kind: 'reprice'; readonly order: Order; readonly price: DecimalText }
  | { readonly kind: 'trail'; readonly stopPrice: DecimalText }
  | {
      readonly kind: 'protect';
      readonly qty: DecimalText;
      readonly protection: Protection;
      /** False when the venue refused the list: a stop alone. */
      readonly withTarget: boolean;
    }
  | {
      readonly kind: 'sell';
      readonly qty: DecimalText;
      readonly intentId: IntentId;
      readonly leg: 'exit' | 'flatten';
      readonly reason: string;
      /** Undefined = at market. */
      readonly limitPrice: DecimalText | undefined;
      /** The stop that holds the coins: ended and sold in one request. */
      readonly replaces: Order | undefined;
    }
  | { readonly kind: 'goal-done' }
  | { readonly kind: 'write-off' };
