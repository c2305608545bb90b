import type { z } from 'zod';

/**
 * A message is declared once (law 6): name, schema, direction, delivery, and how a receiver that
 * missed it resyncs. These three kinds are the only ones; the transport infers everything from the
 * declaration and nothing can be sent by a bare name.
 */
export type AgentName =
  | 'coordinator'
  | 'practice'
  | 'data'
  | 'trading-worker'
  | 'execution'
  | 'risk'
  | 'pair-selector'
  | 'sentiment'
  | 'notifier'
  | 'gateway';

/** Work that somebody must do once. At least once; every handler is idempotent by key. */
export interface QueueContract<T> {
  readonly kind: 'queue';
  readonly name: string;
  readonly version: number;
  readonly payload: z.ZodType<T>;
  /** Idempotency key; becomes the job id, so it may not contain ':' nor be a whole number. */
  readonly key: (payload: T) => string;
  readonly from: AgentName;
  readonly to: AgentName;
  /**
   * Tries before the raw payload goes to the dead-letter list. A TransientError uses none up for an
   * hour, or for as long as the job does not expire.
   */
  readonly attempts: number;
  /** A job older than this is handed to the handler as expired; it decides what that means. */
  readonly expiresAfterMs: number;
  /** Most jobs that may wait; a send beyond it fails and is counted. */
  readonly maxWaiting: number;
  /** Most finished jobs that stay, so that their keys stay taken for a while. */
  readonly keptWhenDone: number;
}

/** A fact as it happens. May be missed: sender, epoch and sequence show the gap. */
export interface TopicContract<T> {
  readonly kind: 'topic';
  readonly name: string;
  readonly version: number;
  readonly payload: z.ZodType<T>;
  readonly from: AgentName;
  readonly to: readonly AgentName[];
  /** Where a receiver that saw a gap gets the truth. */
  readonly resync: string;
}

/** The latest value by field, for late joiners. Rebuilt by its owner at start and after a wipe. */
export interface StateContract<T> {
  readonly kind: 'state';
  readonly name: string;
  readonly version: number;
  readonly payload: z.ZodType<T>;
  readonly from: readonly AgentName[];
  readonly to: readonly AgentName[];
  /** What a field of the hash is, e.g. `pair`. */
  readonly field: string;
  /** How the owner rebuilds it. */
  readonly rebuild: string;
}

export function defineQueue<T>(queue: Omit<QueueContract<T>, 'kind'>): QueueContract<T> {
  return { kind: 'queue', ...queue };
}

export function defineTopic<T>(topic: Omit<TopicContract<T>, 'kind'>): TopicContract<T> {
  return { kind: 'topic', ...topic };
}

export function defineState<T>(state: Omit<StateContract<T>, 'kind'>): StateContract<T> {
  return { kind: 'state', ...state };
}

/** Name with version, as it stands in Redis and in the documents: `intents.v1`. */
export function wireName(contract: { readonly name: string; readonly version: number }): string {
  return `${contract.name}.v${contract.version}`;
}
