import { z } from 'zod';

/** One case of the broker contract, run against a venue. */
export const ConformanceCase = z.strictObject({
  name: z.string(),
  outcome: z.enum(['pass', 'fail', 'skip']),
  detail: z.string(),
});
export type ConformanceCase = Readonly<z.output<typeof ConformanceCase>>;

/** A whole run: evidence for promotion. */
export const ConformanceResult = z.strictObject({
  /** As promotion names it; a venue's test network speaks for the venue. */
  venue: z.string().min(1),
  isSandbox: z.boolean(),
  atMs: z.int(),
  cases: z.array(ConformanceCase),
});
export type ConformanceResult = Readonly<z.output<typeof ConformanceResult>>;
