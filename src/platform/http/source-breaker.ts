import type { Clock } from '../clock/clock.ts';
import { DeskError } from '../errors.ts';
import type { HttpMetrics } from './metrics.ts';
import { resting } from './source-errors.ts';

/**
 * Lets a source that fails again and again rest, longer each time. After a rest one request is let
 * through and the others wait for what becomes of it. Of the monotonic clock, which nobody sets back:
 * the breaker of cockatiel goes by the wall clock.
 */
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
const FAILURES = new Set([
  'source-unreachable',
  'source-untrusted',
  'source-timeout',
  'source-garbled',
]);

export function createSourceBreaker(options: {
  readonly name: string;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly metrics: Pick<HttpMetrics, 'isResting'>;
}): SourceBreaker {
  const { name, clock, metrics } = options;
  let failures = 0;
  let rests = 0;
  let untilMs: number | undefined;
  let trial: Promise<unknown> | undefined;
  metrics.isResting.set({ source: name }, 0);

  const restsMs = (): number => Math.max(0, (untilMs ?? 0) - clock.monotonic());

  function close(): void {
    [failures, rests, untilMs] = [0, 0, undefined];
    metrics.isResting.set({ source: name }, 0);
  }

  function rest(): void {
    untilMs = clock.monotonic() + Math.min(REST_MS_MAX, FIRST_REST_MS * 2 ** Math.min(rests, 20));
    rests += 1;
    metrics.isResting.set({ source: name }, 1);
  }

  async function closed<T>(run: () => Promise<T>): Promise<T> {
    try {
      const answer = await run();
      failures = 0;
      return answer;
    } catch (error) {
      // Those that were under way when the rest began make it no longer.
      if (verdictOf(error) === 'failed' && untilMs === undefined) {
        failures += 1;
        if (failures >= FAILURES_TO_REST) rest();
      }
      throw error;
    }
  }

  async function tried<T>(run: () => Promise<T>): Promise<T> {
    try {
      const answer = await run();
      close();
      return answer;
    } catch (error) {
      const verdict = verdictOf(error);
      if (verdict === 'answered') close();
      else if (verdict === 'failed') rest();
      throw error;
    }
  }

  async function execute<T>(run: () => Promise<T>): Promise<T> {
    if (untilMs === undefined) return await closed(run);
    if (restsMs() > 0) throw resting({ source: name }, Math.ceil(restsMs()));
    if (trial !== undefined) {
      await trial;
      return await execute(run);
    }
    const own = tried(run);
    trial = own.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await own;
    } finally {
      trial = undefined;
    }
  }

  return { execute, restsMs };
}

/** A caller who no longer wants it, and a rate that is used up, say nothing of the source. */
function verdictOf(error: unknown): 'failed' | 'answered' | 'unasked' {
  if (!(error instanceof DeskError) || error.code === 'source-busy') return 'unasked';
  return FAILURES.has(error.code) ? 'failed' : 'answered';
}
