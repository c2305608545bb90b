import type { Kind } from './kind.ts';

/** Fetches one value. A PermanentError means that there is none, and is remembered for a while. */
export type Loader<T> = (
  key: string,
  load: { readonly signal: AbortSignal; readonly priority: Kind<T>['priority'] },
) => Promise<T>;

/** Somebody read an entry: its id, how often in a short time, and when it began (monotonic here). */
export interface SeenRead {
  readonly id: string;
  readonly count: number;
  readonly atMs: number;
}

export interface LoadOptions {
  /** Most time this caller waits; the load itself goes on for the others. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Data the processes of a desk share: a copy in each process (L1), Redis (L2), and for each kind
 * one process that can load it. See kinds.ts for what there is.
 */
export interface SharedCache {
  /** What is in the cache, also while it is stale; never waits for a load. */
  get<T>(kind: Kind<T>, key: string): Promise<T | undefined>;
  /**
   * What is in the cache or is loaded for it: here, or by the process that provides the kind.
   * Throws TransientError when it does not come in time, PermanentError when there is no such value.
   */
  getOrLoad<T>(kind: Kind<T>, key: string, options?: LoadOptions): Promise<T>;
  set<T>(kind: Kind<T>, key: string, value: T): Promise<void>;
  /** Forgets one entry or a whole kind, in every process; a load under way is not kept. */
  invalidate(kind: Kind<unknown>, key?: string): Promise<void>;
  /** From now on this process loads the kind, for itself and for the others. */
  provide<T>(kind: Kind<T>, loader: Loader<T>): void;
  /** Loads ahead, here, what will not be fresh for so long; says whether that took a load. */
  prefetch(kind: Kind<unknown>, key: string, freshForMs: number): Promise<boolean>;
  /** Tells what all processes read, a little later. */
  onReads(listen: (reads: readonly SeenRead[]) => void): void;
  close(): void;
}
