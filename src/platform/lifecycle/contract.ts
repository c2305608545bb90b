import { z } from 'zod';

/**
 * What the coordinator and its children say to each other over the child's IPC channel.
 * Supervision needs nothing else, so it works while Redis is down.
 */
export const HealthCheck = z.strictObject({
  name: z.string(),
  isOk: z.boolean(),
  detail: z.string(),
});
export type HealthCheck = z.output<typeof HealthCheck>;

/** Sent by a child each second. Times are of its own clock. */
export const Heartbeat = z.strictObject({
  kind: z.literal('heartbeat'),
  atMs: z.int(),
  /** Longest event-loop delay since the last beat. */
  loopDelayMs: z.number(),
  /** Sampled every ten seconds; the last sample otherwise. */
  pssBytes: z.int(),
  rssBytes: z.int(),
  cpuMs: z.number(),
  workInHand: z.int(),
  workWaiting: z.int(),
  /** Moving average; 0 for agents that evaluate nothing. */
  evaluationMs: z.number(),
  /** Last time useful work was done; absent when nothing was asked of it. */
  progressMs: z.int().optional(),
  checks: z.array(HealthCheck),
});
export type Heartbeat = z.output<typeof Heartbeat>;

export const FromChild = z.discriminatedUnion('kind', [
  Heartbeat,
  /** `facts` are what others need to know, e.g. the practice exchange's port. */
  z.strictObject({ kind: z.literal('ready'), facts: z.record(z.string(), z.unknown()) }),
  /** `error` instead of a useful body when the question could not be answered. */
  z.strictObject({
    kind: z.literal('reply'),
    requestId: z.string(),
    body: z.unknown(),
    error: z.string().optional(),
  }),
  /** Last words before an exit that is not asked for; the exit code says why. */
  z.strictObject({ kind: z.literal('failed'), exitCode: z.int(), message: z.string() }),
  z.strictObject({ kind: z.literal('metrics'), families: z.array(z.unknown()) }),
]);
export type FromChild = z.output<typeof FromChild>;

/** Who changed the configuration and how, for whoever keeps a record of it. */
export const ConfigNote = z.strictObject({
  by: z.string(),
  origin: z.string(),
  reason: z.string(),
  changes: z.array(z.strictObject({ key: z.string(), from: z.string(), to: z.string() })),
});
export type ConfigNote = Readonly<z.output<typeof ConfigNote>>;

/** A new configuration in two steps (`config-swap.ts`). */
export const ConfigStep = z.discriminatedUnion('step', [
  z.strictObject({
    step: z.literal('prepare'),
    version: z.int(),
    config: z.unknown(),
    note: ConfigNote,
  }),
  z.strictObject({ step: z.literal('commit'), version: z.int() }),
  z.strictObject({ step: z.literal('abort'), version: z.int() }),
]);
export type ConfigStep = z.output<typeof ConfigStep>;

/** Bodies of the replies to `prepare` and `commit`. */
export const ConfigPrepared = z.strictObject({ warnings: z.array(z.string()) });
export const ConfigCommitted = z.strictObject({ appliedMs: z.number() });

export const FromParent = z.discriminatedUnion('kind', [
  /** First message: the effective config with only this child's secrets. */
  z.strictObject({
    kind: z.literal('init'),
    agent: z.string(),
    instance: z.string(),
    config: z.unknown(),
  }),
  /** An operator command or another question; answered by `reply`. */
  z.strictObject({ kind: z.literal('request'), requestId: z.string(), body: z.unknown() }),
  z.strictObject({ kind: z.literal('config'), requestId: z.string(), body: ConfigStep }),
  z.strictObject({ kind: z.literal('drain'), withinMs: z.int() }),
]);
export type FromParent = z.output<typeof FromParent>;
