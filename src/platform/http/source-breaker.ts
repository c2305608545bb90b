import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  DelegateBackoff,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel';
import type { Clock } from '../clock/clock.ts';
import { DeskError } from '../errors.ts';
import type { HttpMetrics } from './metrics.ts';
import { resting } from './source-errors.ts';

/** Lets a source that fails again and again rest, longer each time. */
export interface SourceBreaker {
  execute<T>(run: () => Promise<T>): Promise<T>;
  /** Milliseconds until the next request is let through. */
  restsMs(): number;
}

/** Five failures in a row are no accident. */
const FAILURES_TO_REST = 5;
const FIRST_REST_MS = 30_000;
const REST_MS_MAX = 300_000;
/** Failures of the source itself: a limit has the gate of the rate, a refusal is an answer. */
const FAILURES = new Set(['source-unreachable', 'source-timeout', 'source-garbled']);

export function createSourceBreaker(options: {
  readonly name: string;
  readonly clock: Clock;
  readonly metrics: HttpMetrics;
}): SourceBreaker {
  const { name, clock, metrics } = options;
  let untilMs = 0;
  const rest = new DelegateBackoff<{ readonly attempt: number }>(({ attempt }) => {
    const restMs = Math.min(REST_MS_MAX, FIRST_REST_MS * 2 ** (attempt - 1));
    untilMs = clock.monotonic() + restMs;
    return restMs;
  });
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof DeskError && FAILURES.has(error.code)),
    { breaker: new ConsecutiveBreaker(FAILURES_TO_REST), halfOpenAfter: rest },
  );
  metrics.isResting.set({ source: name }, 0);
  breaker.onStateChange((state) => {
    metrics.isResting.set({ source: name }, state === CircuitState.Closed ? 0 : 1);
    if (state !== CircuitState.Open) untilMs = 0;
  });

  const restsMs = (): number => Math.max(0, untilMs - clock.monotonic());
  return {
    execute: async (run) => {
      try {
        return await breaker.execute(run);
      } catch (error) {
        if (isBrokenCircuitError(error)) throw resting({ source: name }, Math.ceil(restsMs()));
        throw error;
      }
    },
    restsMs,
  };
}
