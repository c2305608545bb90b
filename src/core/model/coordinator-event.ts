import { z } from 'zod';

const Person = { by: z.string(), origin: z.string(), reason: z.string() };

/** What happens to the desk as a whole and to its processes, as the coordinator sees it. */
export const CoordinatorFact = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('desk.starting'),
    mode: z.string(),
    exchange: z.string(),
    version: z.string(),
  }),
  z.strictObject({ kind: z.literal('desk.up'), afterMs: z.int() }),
  /** Everything is ended in order; `reason` is the signal or command that asked for it. */
  z.strictObject({ kind: z.literal('desk.stopping'), reason: z.string() }),
  /** Said at the next start about a life that ended without a word. */
  z.strictObject({ kind: z.literal('desk.vanished'), lastSeenMs: z.int() }),
  z.strictObject({
    kind: z.literal('agent.failed'),
    agent: z.string(),
    instance: z.string(),
    /** Exit, silence, blocked loop, memory... in the supervisor's words. */
    verdict: z.string(),
  }),
  z.strictObject({
    kind: z.literal('agent.recovered'),
    agent: z.string(),
    instance: z.string(),
    afterMs: z.int(),
  }),
  z.strictObject({
    kind: z.literal('agent.crash-loop'),
    agent: z.string(),
    instance: z.string(),
    deaths: z.int(),
  }),
  z.strictObject({ kind: z.literal('redis.away') }),
  z.strictObject({ kind: z.literal('redis.back'), afterMs: z.int(), isWiped: z.boolean() }),
  z.strictObject({
    kind: z.literal('config.applied'),
    ...Person,
    version: z.int(),
    /** One line for each changed key, secrets hidden. */
    changes: z.array(z.string()),
    restarted: z.array(z.string()),
  }),
  z.strictObject({ kind: z.literal('config.refused'), ...Person, problems: z.array(z.string()) }),
]);
export type CoordinatorFact = Readonly<z.output<typeof CoordinatorFact>>;

/** Numbered without gaps over all lives of a data folder's desk. */
export const CoordinatorEvent = z.strictObject({
  seq: z.int(),
  atMs: z.int(),
  fact: CoordinatorFact,
});
export type CoordinatorEvent = Readonly<z.output<typeof CoordinatorEvent>>;
