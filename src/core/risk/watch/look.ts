/** What one look at the portfolio is given: what the desk holds and how the market moves, and the rules. */
import type { Pair } from '#core/model/pair.ts';
import type { RiskLimits } from '../config.ts';
import type { Shock } from '../measure/shocks.ts';
import type { CapRules } from './caps.ts';
import type { MarketPicture } from './market-picture.ts';
import type { LimitMemory, LimitRules } from './step-limits.ts';

export interface AssessRules {
  readonly limits: RiskLimits;
  readonly varMax: number;
  readonly volatilityTarget: number;
  readonly sharpeMin: number;
  readonly sharpeDaysMin: number;
  readonly participation: number;
  readonly caps: CapRules;
  readonly shocks: readonly Shock[];
  readonly machine: LimitRules;
}

export interface Look {
  readonly nowMs: number;
  readonly picture: MarketPicture;
  /** Each pair of it is in the picture. */
  readonly held: readonly {
    readonly pair: Pair;
    readonly valueQuote: number;
    /** The venue does not trade it now. */
    readonly isHalted?: boolean;
    /** The venue takes no smaller sale; absent: that is not known. */
    readonly leastSaleQuote?: number | undefined;
  }[];
  /** Pairs whose candles could not be read: how they move is a guess, which is a reason to buy nothing only. */
  readonly unread: ReadonlySet<Pair>;
  /** Pairs without a price of the last seconds. */
  readonly unpriced: ReadonlySet<Pair>;
  readonly account: {
    readonly equityQuote: number;
    readonly drawdown: number;
    readonly dayLoss: number;
    /** Losing round trips in a row; undefined while execution does not tell. */
    readonly lossesInRow?: number | undefined;
  };
  /** Profit of each UTC day over the equity it began with, oldest first, today's last. */
  readonly dailyReturns: readonly number[];
  /** The record was begun anew: until it has days enough it has still to show what it is worth. */
  readonly isOnTrial: boolean;
  readonly memory: ReadonlyMap<string, LimitMemory>;
  /** A new stream, the same at each call: what is measured twice has the same figure. */
  readonly random: () => { next(): number };
  /** The same draws at each look: a stress moves with the portfolio and not with luck. */
  readonly stressRandom: { normal(): number };
}
