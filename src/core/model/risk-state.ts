import { z } from 'zod';
import { Pair } from './pair.ts';

/** How the portfolio stands, worst last. From `reduce` on no entry is taken; exits always go on. */
export const RiskLevel = z.enum(['normal', 'warn', 'reduce', 'halt', 'flatten']);
export type RiskLevel = z.output<typeof RiskLevel>;

/** Scalers shrink what an entry may risk: 1 = the whole, 0 = nothing. */
const scaler = z.number().min(0).max(1);

/** What the gate has to know of one pair. Volatility: standard deviation of one day's log return. */
export const PairRisk = z.strictObject({
  pair: Pair,
  volatility: z.number().nonnegative().max(100),
  /** Quote amount that trades in a day; absent while it is not known. */
  dailyVolumeQuote: z.number().nonnegative().optional(),
  scalers: z.strictObject({
    volatility: scaler,
    correlation: scaler,
    concentration: scaler,
    liquidity: scaler,
  }),
  /** Most of it, as a fraction of equity, that the optimiser gives it. */
  capFraction: z.number().min(0).max(1).optional(),
});
export type PairRisk = Readonly<z.output<typeof PairRisk>>;

/** One limit: what was measured, where it bounds, and what that means now. */
export const LimitStatus = z.strictObject({
  name: z.string().max(60),
  scope: z.enum(['account', 'strategy', 'instrument']),
  /** The pair of a limit of an instrument. */
  subject: z.string().max(40).optional(),
  value: z.number(),
  /** Of the level it is at; of `warn` while it is normal. */
  bound: z.number(),
  level: RiskLevel,
  sinceMs: z.int(),
});
export type LimitStatus = Readonly<z.output<typeof LimitStatus>>;

/** What the risk agent says of the portfolio. Published whole; the gate refuses entries on an old one. */
export const RiskState = z.strictObject({
  atMs: z.int(),
  level: RiskLevel,
  /** Why it is not normal, in words for the operator. */
  reasons: z.array(z.string().max(300)).max(50),
  accountScaler: scaler,
  pairs: z.array(PairRisk).max(500),
  /** Lower triangle of the correlations between `pairs`, row by row, without the diagonal. */
  correlations: z.array(z.number().min(-1).max(1)).max(124_750),
  limits: z.array(LimitStatus).max(600),
  /** Figures by name: VaR and CVaR by method, drawdown, Sharpe, HHI, beta, worst stress... */
  figures: z.record(z.string().max(60), z.number()),
});
export type RiskState = Readonly<z.output<typeof RiskState>>;
