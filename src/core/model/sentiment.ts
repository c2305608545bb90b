import { z } from 'zod';

/** The whole market in the place of a coin. */
export const MARKET = 'MARKET';

/** What a clause is about. */
export const Theme = z.enum(['regulation', 'security', 'adoption', 'technology', 'price']);
export type Theme = z.output<typeof Theme>;

/** What people write about one coin, as it counts now: older words have faded. */
export const CoinSentiment = z.strictObject({
  /** Ticker, or `MARKET`. */
  coin: z.string().min(1).max(20),
  /** -1 bad to 1 good. */
  score: z.number().min(-1).max(1),
  confidence: z.number().min(0).max(1),
  /** Texts that speak of it, faded by age. */
  mentions: z.number().nonnegative(),
  /** Score now less the score of a day ago; absent while there was none. */
  changeDay: z.number().min(-2).max(2).optional(),
  atMs: z.int(),
  sources: z
    .array(z.strictObject({ source: z.string().max(40), score: z.number(), mentions: z.number() }))
    .max(20),
  /** The same words by what they are about; a text may be about several, or none. Most written about first. */
  themes: z
    .array(
      z.strictObject({
        theme: Theme,
        score: z.number().min(-1).max(1),
        mentions: z.number().nonnegative(),
      }),
    )
    .max(Theme.options.length)
    .default([]),
});
export type CoinSentiment = Readonly<z.output<typeof CoinSentiment>>;

/** Characters of a text that are shown. */
export const SHOWN_TEXT_MAX = 280;
export const SHOWN_TEXTS_MAX = 8;

/** Newest first of what people write about one coin. */
export const CoinTexts = z.strictObject({
  /** Ticker, or `MARKET`. */
  coin: z.string().min(1).max(20),
  texts: z
    .array(
      z.strictObject({
        source: z.string().max(40),
        atMs: z.int(),
        /** As its author wrote it: whoever shows it makes it safe. */
        text: z.string().max(SHOWN_TEXT_MAX),
        /** What it says of this coin, -1 to 1, and how sure that is. */
        score: z.number().min(-1).max(1),
        confidence: z.number().min(0).max(1),
        /** The words that decided, strongest first. */
        reasons: z.array(z.string().max(40)).max(3),
      }),
    )
    .max(SHOWN_TEXTS_MAX),
});
export type CoinTexts = Readonly<z.output<typeof CoinTexts>>;
export type CoinText = CoinTexts['texts'][number];

/** `waiting` before the first read; `partly` when some of its parts failed. */
export const SourceHealth = z.enum(['waiting', 'ok', 'partly', 'failing']);
export type SourceHealth = z.output<typeof SourceHealth>;

/** How one source of moods does, and what its words count. */
export const SourceStanding = z.strictObject({
  source: z.string().min(1).max(40),
  health: SourceHealth,
  /** Why it is not ok. */
  problem: z.string().max(300).optional(),
  /** As configured. */
  weight: z.number().nonnegative(),
  /** What its record makes of the weight: 0.5 to 1.5. */
  reputation: z.number().min(0).max(2),
  intervalMs: z.int().positive(),
  /** Of the last read that gave something, and how much that was. */
  lastReadMs: z.int().optional(),
  readings: z.int().nonnegative(),
  atMs: z.int(),
});
export type SourceStanding = Readonly<z.output<typeof SourceStanding>>;
