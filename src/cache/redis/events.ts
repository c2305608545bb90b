import { z } from 'zod';

/** Of one report; more than a process reads of different things in its interval. */
export const READS_MAX = 200;

/** What the processes tell each other about the cache, on one channel. */
export const CacheEvent = z.discriminatedUnion('type', [
  /** A value, new or again, is in Redis: copies elsewhere are older. */
  z.strictObject({ type: z.literal('filled'), from: z.string(), id: z.string().max(300) }),
  /** A load failed for now; who waits for it need not wait longer. */
  z.strictObject({
    type: z.literal('failed'),
    from: z.string(),
    id: z.string().max(300),
    code: z.string().max(100),
    retryAfterMs: z.number().nonnegative().optional(),
  }),
  z.strictObject({
    type: z.literal('invalidated'),
    from: z.string(),
    kind: z.string().max(50),
    /** None: the whole kind. */
    id: z.string().max(300).optional(),
  }),
  /** What a process read lately: id, how often, and how long before this was sent. */
  z.strictObject({
    type: z.literal('read'),
    from: z.string(),
    reads: z
      .array(z.tuple([z.string().max(300), z.int().positive(), z.number().nonnegative()]))
      .max(READS_MAX),
  }),
  /** Please load: to whoever provides the kind. */
  z.strictObject({
    type: z.literal('asked'),
    from: z.string(),
    kind: z.string().max(50),
    version: z.int(),
    key: z.string().max(200),
  }),
]);
export type CacheEvent = z.output<typeof CacheEvent>;

/** Undefined for what is no event of ours: a mixed deploy, or junk. */
export function readEvent(text: string): CacheEvent | undefined {
  try {
    return CacheEvent.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
