import { z } from 'zod';

const Person = {
  /** User of this machine, `telegram:NAME`, `api:TOKEN`. */
  by: z.string().min(1).max(100),
  origin: z.string().max(200),
  reason: z.string().max(500),
  /** Tells what would happen and changes nothing. */
  isDryRun: z.boolean(),
};

/**
 * What is said on the control socket: one JSON line each way. It works with Redis down, and whoever
 * answers on it is the one desk of its data folder.
 */
export const ControlRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('status') }),
  z.strictObject({ kind: z.literal('stop') }),
  /** An `OperatorCommand` for execution. */
  z.strictObject({ kind: z.literal('command'), command: z.unknown() }),
  /** What happened to the desk and its processes since event `after`: an `EventPage`. */
  z.strictObject({
    kind: z.literal('events'),
    after: z.int().min(0),
    limit: z.int().min(1).max(500),
  }),
  /** Reads the config files again. This and the next two are answered by a `ReloadResult`. */
  z.strictObject({ kind: z.literal('reload'), ...Person }),
  z.strictObject({ kind: z.literal('rollback'), version: z.int().min(1), ...Person }),
  z.strictObject({
    kind: z.literal('set-config'),
    /** Values by dotted key. */
    settings: z.record(z.string(), z.unknown()),
    ...Person,
  }),
  /** A `ConfigHistoryPage`. */
  z.strictObject({ kind: z.literal('config-history'), limit: z.int().min(1).max(200) }),
  /** A `NotifierRequest` for the notifier. */
  z.strictObject({ kind: z.literal('notifier'), body: z.unknown() }),
]);
export type ControlRequest = z.output<typeof ControlRequest>;

export const ControlReply = z.discriminatedUnion('isOk', [
  z.strictObject({ isOk: z.literal(true), body: z.unknown() }),
  z.strictObject({ isOk: z.literal(false), message: z.string() }),
]);
export type ControlReply = z.output<typeof ControlReply>;

/** Body of the answer to `status`. */
export const DeskStatus = z.strictObject({
  pid: z.int(),
  sinceMs: z.int(),
  mode: z.string(),
  exchange: z.string(),
  /** Why production runs without a valid promotion. */
  override: z.string().optional(),
  state: z.enum(['starting', 'running', 'stopping']),
  healthScore: z.number(),
  /** One `AgentStatus` for each process, Redis and the coordinator included. */
  agents: z.array(z.unknown()),
  /** What each agent told when it became ready, by instance: the gateway's address, for one. */
  facts: z.record(z.string(), z.record(z.string(), z.unknown())),
});
export type DeskStatus = z.output<typeof DeskStatus>;

export const CONTROL_SOCKET = 'control.sock';
export const CONTROL_LINE_BYTES_MAX = 65_536;
