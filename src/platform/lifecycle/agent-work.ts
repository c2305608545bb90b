import type { Clock } from '../clock/clock.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Random } from '../random.ts';
import type { PeriodicWork } from './agent-context.ts';

/** The work of an agent that outlives a call: background promises and periodic runs. */
export interface AgentWork {
  readonly background: (name: string, work: Promise<unknown>) => void;
  readonly every: (work: PeriodicWork) => void;
  /** Resolves when no background work is left; the signal has to be aborted first. */
  readonly settled: () => Promise<void>;
}

export function agentWork(options: {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly onProgress: () => void;
}): AgentWork {
  const { log, clock, signal, random } = options;
  const inHand = new Set<Promise<void>>();
  const runs = options.metrics.counter({
    name: 'periodic_runs_total',
    help: 'Runs of periodic work by name and outcome.',
    labels: ['work', 'outcome'],
  });
  const failures = options.metrics.counter({
    name: 'background_failures_total',
    help: 'Background work that ended with an error, by name.',
    labels: ['work'],
  });

  // A counter that begins with its first failure shows no rise.
  const known = new Set<string>();
  function background(name: string, work: Promise<unknown>): void {
    if (!known.has(name)) failures.inc({ work: name }, 0);
    known.add(name);
    const watched: Promise<void> = work.then(
      () => void inHand.delete(watched),
      (error: unknown) => {
        inHand.delete(watched);
        if (signal.aborted && error === signal.reason) return;
        failures.inc({ work: name });
        log.error({ work: name, err: error }, 'background work failed');
      },
    );
    inHand.add(watched);
  }

  async function loop(work: PeriodicWork): Promise<void> {
    let isFailing = false;
    for (const outcome of ['ok', 'failed']) runs.inc({ work: work.name, outcome }, 0);
    for (let isFirst = true; ; isFirst = false) {
      const shortenMs = work.intervalMs * (work.jitter ?? 0) * random.next();
      if (!isFirst || work.isImmediate !== true) {
        await clock.sleep(work.intervalMs - shortenMs, signal);
      }
      if (signal.aborted) return;
      try {
        await work.run(signal);
        runs.inc({ work: work.name, outcome: 'ok' });
        if (work.isProgress === true) options.onProgress();
        if (isFailing) log.info({ work: work.name }, 'periodic work succeeds again');
        isFailing = false;
      } catch (error) {
        if (signal.aborted) return;
        runs.inc({ work: work.name, outcome: 'failed' });
        // Said once per outage: an interval of 100 ms must not fill the log.
        if (!isFailing) log.warn({ work: work.name, err: error }, 'periodic work failed');
        isFailing = true;
      }
    }
  }

  return {
    background,
    every: (work) => background(work.name, loop(work)),
    settled: async () => {
      while (inHand.size > 0) await Promise.all(inHand);
    },
  };
}
