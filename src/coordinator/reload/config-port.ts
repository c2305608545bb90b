import type { ConfigChange, ConfigHistoryPage, ReloadPerson } from '#core/model/reload.ts';

type Tree = Readonly<Record<string, unknown>>;

/** What a person wants of the configuration. */
export type ReloadWish =
  /** Read all layers again. */
  | { readonly kind: 'reload' }
  | { readonly kind: 'set'; readonly settings: Tree }
  | { readonly kind: 'rollback'; readonly version: number };

/** A configuration that is right in itself, and how it differs from the one that runs. */
export interface ReloadPlan {
  /** The whole effective one. */
  readonly config: Tree;
  readonly changes: readonly ConfigChange[];
  readonly warnings: readonly string[];
  /** Why it may not be applied to this desk. */
  readonly problems: readonly string[];
  /**
   * Writes it down, synced, so that it is also the one of the next start. Returns its version.
   * @throws when it cannot be written; then nothing was.
   */
  readonly keep: (person: ReloadPerson) => number;
}

/** The layers, the overrides and the history, which the coordinator knows nothing of. */
export interface ConfigPort {
  /** @throws ConfigError that lists what is wrong, each with its place. */
  plan(wish: ReloadWish, running: Tree): ReloadPlan;
  /** Notes what a start runs with; returns its version. */
  begin(running: Tree): number;
  history(limit: number): ConfigHistoryPage;
  /** Files that a person edits. */
  files(): readonly string[];
}
