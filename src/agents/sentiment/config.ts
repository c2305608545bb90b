import { z } from 'zod';
import { SentimentSources } from '#sources/sentiment/config.ts';

/** Section `sentiment_agent` of the config. */
export const SentimentAgentConfig = z.strictObject({
  /** Half-life of what a text says, in minutes. */
  half_life_minutes: z.number().min(1).max(10_080).default(180),
  /** Hours after which a source is judged by where the price went. */
  judge_after_hours: z.number().min(0.1).max(168).default(4),
  /** Days of history kept, one row a coin and hour. */
  history_days: z.int().min(1).max(400).default(90),
  /** For one request to a source; with its repeats three times as long. */
  timeout_seconds: z.number().min(0.5).max(60).default(10),
  sources: SentimentSources.prefault({}),
});
export type SentimentAgentConfig = z.output<typeof SentimentAgentConfig>;
