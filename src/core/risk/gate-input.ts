import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Halt } from '#core/model/halt.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { TradeIntent } from '#core/model/intent.ts';
import type { Quote } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import type { PairStanding } from '#core/model/universe.ts';
import type { GateRisk } from './gate-risk.ts';
import type { RiskLimits } from './config.ts';

/** The account at the moment of the gate, marked at the bid. Fractions are of equity. */
export interface GateAccount {
  readonly equityQuote: DecimalText;
  /** Quote amount neither held by an order nor spent. */
  readonly freeQuote: DecimalText;
  /** Loss of this UTC day, realised and open, as a fraction of the day's start; 0 when winning. */
  readonly dayLossFraction: number;
  readonly drawdownFraction: number;
  readonly lossesInRow: number;
  /** True while a held pair's mark is stale: equity is then not known well enough to size with. */
  readonly hasStaleMark: boolean;
}

/** An open position with its value at the mark. */
export interface GatePosition {
  readonly pair: Pair;
  readonly qty: DecimalText;
  readonly valueQuote: DecimalText;
}

/**
 * A buy order that is working or whose outcome is unknown, at its worst case: as if the rest of it
 * filled at its limit.
 */
export interface GateEntry {
  readonly pair: Pair;
  readonly worstQuote: DecimalText;
}

/** What the venue has resting for this pair, for the limits on their number. */
export interface GateOrderCounts {
  readonly openOrders: number;
  readonly algoOrders: number;
  readonly orderLists: number;
}

/** Everything the gate looks at. It reads no clock, no config and no database. */
export interface GateInput {
  readonly nowMs: number;
  readonly intent: TradeIntent;
  readonly account: GateAccount;
  readonly positions: readonly GatePosition[];
  readonly entries: readonly GateEntry[];
  /** True when a command on this pair has no known outcome. */
  readonly hasUnknownCommand: boolean;
  /** True once the pair is reconciled: its orders restored and missed trades replayed. */
  readonly isPairReady: boolean;
  /** True while the account at the venue was not yet compared about a pair that joined. */
  readonly isPairJoining?: boolean;
  /** Of the universe; undefined = there is none, and every pair trades. */
  readonly standing?: PairStanding | undefined;
  readonly halts: readonly Halt[];
  readonly instrument: Instrument | undefined;
  readonly quote: Quote | undefined;
  /** Last time the pair's data was known to be current; undefined = never. */
  readonly freshMs: number | undefined;
  readonly orders: GateOrderCounts;
  /** Fee of a taker fill as a fraction, taken from the asset bought. */
  readonly takerFeeFraction: number;
  /** The last word of the risk agent; undefined = none yet. */
  readonly risk: GateRisk | undefined;
  readonly limits: RiskLimits;
}
