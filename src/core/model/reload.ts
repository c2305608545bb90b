import { z } from 'zod';

/** Who wants a change of the configuration, from where and why. */
export const ReloadPerson = z.strictObject({
  /** User of this machine, `telegram:NAME`, `api:TOKEN`, `SIGHUP`. */
  by: z.string().min(1).max(100),
  origin: z.string().max(200),
  reason: z.string().max(500),
});
export type ReloadPerson = Readonly<z.output<typeof ReloadPerson>>;

/** One key that changes. */
export const ConfigChange = z.strictObject({
  key: z.string(),
  /** As text, secrets hidden; empty where the key is not set. */
  from: z.string(),
  to: z.string(),
  /** Swapped at once, by a restart of the agents, or only by a restart of the desk. */
  effect: z.enum(['now', 'restarts', 'desk-restart']),
  /** Who swaps it, or is restarted for it. */
  agents: z.array(z.string()),
});
export type ConfigChange = Readonly<z.output<typeof ConfigChange>>;

/** Answer to `reload`, `set-config` and `rollback`; of a dry run what would happen. */
export const ReloadResult = z.strictObject({
  /** Of the configuration that is in force afterwards. */
  version: z.int(),
  isApplied: z.boolean(),
  changes: z.array(ConfigChange),
  /** Applied all the same, or would be. */
  warnings: z.array(z.string()),
  /** Why nothing was applied; each with its place and what to do. */
  problems: z.array(z.string()),
  /** Instances that were restarted, or agents that would be. */
  restarted: z.array(z.string()),
  /** From the receipt of the order to apply to the swap, by instance. */
  appliedMs: z.record(z.string(), z.number()),
});
export type ReloadResult = Readonly<z.output<typeof ReloadResult>>;

/** One version of the configuration, as its history keeps it. */
export const ConfigVersion = z.strictObject({
  version: z.int(),
  atMs: z.int(),
  ...ReloadPerson.shape,
  /** What made it. */
  cause: z.enum(['start', 'reload', 'set', 'rollback']),
  changes: z.array(z.strictObject({ key: z.string(), from: z.string(), to: z.string() })),
  /** The whole effective configuration, secrets hidden. */
  config: z.record(z.string(), z.unknown()),
});
export type ConfigVersion = Readonly<z.output<typeof ConfigVersion>>;

/** Body of the answer to `config-history`: newest first, without the configurations. */
export const ConfigHistoryPage = z.strictObject({
  /** In force now. */
  version: z.int(),
  versions: z.array(ConfigVersion.omit({ config: true })),
});
export type ConfigHistoryPage = Readonly<z.output<typeof ConfigHistoryPage>>;
