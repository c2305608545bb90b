import { z } from 'zod';

/** Section `sentiment_agent` of the config. */
export const SentimentAgentConfig = z.strictObject({
  /** Half-life of what a text says, in minutes. */
  half_life_minutes: z.number().min(1).max(10_080).default(180),
});
