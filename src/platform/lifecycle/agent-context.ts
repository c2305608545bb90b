import type { z } from 'zod';
import type { Clock } from '../clock/clock.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Random } from '../random.ts';
import type { ClosingStack } from './closing-stack.ts';
import type { ApplyConfig, PrepareConfig } from './config-swap.ts';

export interface PeriodicWork {
  readonly name: string;
  readonly intervalMs: number;
  /** Share of the interval by which each wait is shortened at random, 0 to 1. */
  readonly jitter?: number;
  /** Runs once at the start too, instead of waiting one interval first. */
  readonly isImmediate?: boolean;
  /** A run that succeeded counts as useful progress of the agent. */
  readonly isProgress?: boolean;
  readonly run: (signal: AbortSignal) => void | Promise<void>;
}

export interface CheckResult {
  readonly isOk: boolean;
  readonly detail: string;
}

/** What every agent is given; nothing else in a process is global. */
export interface AgentContext<C> {
  readonly config: C;
  readonly agent: string;
  /** Unique in the desk: `data`, `trading-worker-2`. */
  readonly instance: string;
  readonly log: Log;
  /** A log whose lines carry another agent that lives in this process. */
  readonly logAs: (agent: string) => Log;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborted when the agent drains: take no new work, finish what is in hand. */
  readonly signal: AbortSignal;
  /** Closed last in, first out after the agent's own `close`. */
  readonly stack: ClosingStack;
  /** Work that outlives a call: counted, its failure logged, awaited at stop. */
  readonly background: (name: string, work: Promise<unknown>) => void;
  /** Periodic work that never overlaps itself and ends with the agent. */
  readonly every: (work: PeriodicWork) => void;
  /** Something useful was done, or it is known that nothing is to do. */
  readonly progress: () => void;
  readonly setWork: (work: { readonly inHand: number; readonly waiting: number }) => void;
  /** One evaluation took `ms`; the beat carries the moving average. */
  readonly evaluation: (ms: number) => void;
  readonly addCheck: (name: string, check: () => CheckResult) => void;
  /** Answers operator commands and other questions of the coordinator. */
  readonly onRequest: (handler: (body: unknown) => unknown) => void;
  /** Swaps a new configuration while the agent runs; `config` here stays that of the start. */
  readonly onConfig: (apply: ApplyConfig<C>) => void;
  /** Refuses one, warns of it, or gets ready for it, before anything is swapped. */
  readonly onPrepare: (prepare: PrepareConfig<C>) => void;
  /** Runs at once, before anything else, when the coordinator has vanished. */
  readonly onOrphaned: (hook: () => void) => void;
  /** Ready for work. Called by itself when `start` resolves without having called it. */
  readonly ready: (facts?: Readonly<Record<string, unknown>>) => void;
  /** A secret that is not in the config: kept out of the log and of every error that is told. */
  readonly hide: (secret: string) => void;
  /** Ends the process: the error decides the exit code (see `exit-error.ts`). */
  readonly fail: (error: unknown) => void;
}

/** What `start` leaves running. `close` runs first when draining, before the stack. */
export interface AgentHandle {
  readonly close: () => void | Promise<void>;
}

export interface AgentSpec<S extends z.ZodType> {
  readonly name: string;
  /** The part of the config this agent reads; it is given the whole, so it must not be strict. */
  readonly config: S;
  readonly start: (context: AgentContext<z.output<S>>) => Promise<AgentHandle | void>;
}
