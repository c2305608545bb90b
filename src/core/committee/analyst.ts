/**
 * An analyst looks at one pair's closed candles and says what it thinks. It is a pure function:
 * same input, same opinion. Analysts written by users have the same shape as the built-in ones.
 */
import { z } from 'zod';
import type { Candle } from '#core/model/candle.ts';
import { AnalystReport } from '#core/model/decision.ts';
import type { MarketFeatures } from '#core/model/market-features.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Timeframe } from '#core/model/timeframe.ts';

/** Closed candles of one timeframe, oldest first. */
export interface Series {
  readonly timeframe: Timeframe;
  readonly candles: readonly Candle[];
}

export interface AnalystInput extends Series {
  readonly pair: Pair;
  /** The longer timeframes, shortest first; one may be short or missing while history is young. */
  readonly higher: readonly Series[];
  /** Book and trades at the close; absent when the close came late or without them. */
  readonly market?: MarketFeatures | undefined;
  /** What people write, of the coin and of the whole market, as it was known at the close. */
  readonly sentiment?: HeardSentiment | undefined;
}

export interface HeardSentiment {
  readonly coin?: Mood | undefined;
  readonly market?: Mood | undefined;
}

/** Score -1 to 1 and confidence 0 to 1; mentions fade with age. */
export interface Mood {
  readonly score: number;
  readonly confidence: number;
  readonly mentions: number;
  readonly ageMs: number;
}

/** What an analyst says; the committee adds the name. */
export type Opinion = Omit<AnalystReport, 'analyst'>;

/**
 * What an analyst lives on. In a trend its word counts more for `trend`, in a range for
 * `reversion`; `neutral` is always the same.
 */
export const Leaning = z.enum(['trend', 'reversion', 'neutral']);
export type Leaning = z.output<typeof Leaning>;

export interface Analyst<P = unknown> {
  readonly name: string;
  readonly leaning: Leaning;
  /** Schema of `params` in the config; every key needs a default. */
  readonly params: z.ZodType<P>;
  /** Candles of the base timeframe it needs before its word means anything. */
  readonly warmUp: (params: P) => number;
  readonly analyse: (input: AnalystInput, params: P) => Opinion;
}

/** Declares an analyst and lets the compiler infer the type of its params. */
export function defineAnalyst<P>(analyst: Analyst<P>): Analyst<P> {
  return analyst;
}

/** An analyst with its params and weight: a member of one committee. */
export interface Seat {
  readonly name: string;
  readonly leaning: Leaning;
  readonly weight: number;
  readonly warmUp: number;
  readonly analyse: (input: AnalystInput) => AnalystReport;
}

/** Gives the analyst a seat. Throws a ZodError when the params do not fit it. */
export function seat<P>(analyst: Analyst<P>, options: { weight: number; params?: unknown }): Seat {
  const params = analyst.params.parse(options.params ?? {});
  const { name, leaning } = analyst;
  return {
    name,
    leaning,
    weight: options.weight,
    warmUp: analyst.warmUp(params),
    analyse: (input) => askSafely(name, () => analyst.analyse(input, params)),
  };
}

/** One broken analyst abstains; it does not take the committee down with it. */
function askSafely(name: string, ask: () => Opinion): AnalystReport {
  try {
    const report = AnalystReport.safeParse({ ...ask(), analyst: name });
    if (report.success) return report.data;
    return abstention(name, `gave no usable report: ${z.prettifyError(report.error)}`);
  } catch (error: unknown) {
    return abstention(name, `failed: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
}

/** A report that carries no weight. */
export function abstention(analyst: string, text: string): AnalystReport {
  return { analyst, stance: 0, confidence: 0, evidence: [{ text, values: {} }] };
}
