import type { QueueContract, StateContract, TopicContract } from './contract.ts';

/** What travels around every payload. */
export interface Envelope {
  readonly traceId: string;
  /** Instance that sent it, e.g. `trading-worker-2`. */
  readonly sender: string;
  readonly sentMs: number;
  /** Queue only: W3C trace context of the sender's span, when it traces. */
  readonly traceparent?: string | undefined;
  /** Queue only: older than the contract's `expiresAfterMs` when it was taken. */
  readonly isExpired: boolean;
}

export interface SendOptions {
  readonly traceId?: string;
  readonly traceparent?: string | undefined;
}

export interface Backlog {
  readonly waiting: number;
  readonly active: number;
  readonly dead: number;
  /** Age of the oldest waiting job; 0 when none waits. */
  readonly oldestMs: number;
}

/**
 * The desk's messages over Redis. Every call that needs Redis has a time limit of ours and then
 * throws a TransientError; nothing waits for ever while Redis is away.
 */
export interface Bus {
  /** Puts work on a queue; a payload with a key that is already there changes nothing. */
  send<T>(queue: QueueContract<T>, payload: T, options?: SendOptions): Promise<void>;
  /**
   * Takes work from a queue until disposed. A handler that throws PermanentError, and a payload
   * that does not parse, go to the dead-letter list with the raw text; other errors are retried.
   */
  handle<T>(
    queue: QueueContract<T>,
    handler: (payload: T, envelope: Envelope) => Promise<void>,
    options: { concurrency: number },
  ): Promise<AsyncDisposable>;
  publish<T>(topic: TopicContract<T>, payload: T): Promise<void>;
  /** `onGap` runs when messages of a sender were missed or Redis came back. */
  subscribe<T>(
    topic: TopicContract<T>,
    listener: (payload: T, envelope: Envelope) => void,
    options?: { onGap?: (missed: number) => void },
  ): Promise<AsyncDisposable>;
  set<T>(
    state: StateContract<T>,
    field: string,
    value: T,
    options?: { expiresAfterMs?: number },
  ): Promise<void>;
  get<T>(state: StateContract<T>, field: string): Promise<T | undefined>;
  all<T>(state: StateContract<T>): Promise<ReadonlyMap<string, T>>;
  remove<T>(state: StateContract<T>, field: string): Promise<void>;
  backlog<T>(queue: QueueContract<T>): Promise<Backlog>;
  /** Runs after Redis was wiped or replaced: rewrite your state, L2 and unfinished work. */
  onWipe(listener: (epochId: string) => void): void;
  isConnected(): boolean;
  close(): Promise<void>;
}
