import type { Clock } from '../clock/clock.ts';
import { errorText } from '../errors.ts';
import type { CheckResult } from './agent-context.ts';
import type { Heartbeat, HealthCheck } from './contract.ts';
import type { ProcessSampler } from './process-sampler.ts';

/** What an agent says about itself between two beats. */
export interface Vitals {
  readonly progress: () => void;
  readonly setWork: (work: { readonly inHand: number; readonly waiting: number }) => void;
  readonly evaluation: (ms: number) => void;
  readonly addCheck: (name: string, check: () => CheckResult) => void;
  readonly beat: () => Heartbeat;
}

// Weight of the newest evaluation: about the last twenty count.
const EVALUATION_WEIGHT = 0.1;

export function vitals(clock: Clock, sampler: ProcessSampler): Vitals {
  const checks = new Map<string, () => CheckResult>();
  // Monotonic: a step of the wall clock must not look like a time without progress.
  let progressedMs: number | undefined;
  let work = { inHand: 0, waiting: 0 };
  let evaluationMs = 0;

  return {
    progress: () => {
      progressedMs = clock.monotonic();
    },
    setWork: (now) => {
      work = { ...now };
    },
    evaluation: (ms) => {
      evaluationMs =
        evaluationMs === 0 ? ms : evaluationMs + EVALUATION_WEIGHT * (ms - evaluationMs);
    },
    addCheck: (name, check) => void checks.set(name, check),
    beat: () => {
      const cpu = process.cpuUsage();
      const atMs = clock.now();
      return {
        kind: 'heartbeat',
        atMs,
        loopDelayMs: sampler.takeLoopDelayMs(),
        pssBytes: sampler.pssBytes(),
        rssBytes: process.memoryUsage.rss(),
        cpuMs: (cpu.user + cpu.system) / 1000,
        workInHand: Math.trunc(work.inHand),
        workWaiting: Math.trunc(work.waiting),
        evaluationMs,
        ...(progressedMs === undefined
          ? {}
          : { progressMs: Math.round(atMs - (clock.monotonic() - progressedMs)) }),
        checks: [...checks].map(([name, check]) => runCheck(name, check)),
      };
    },
  };
}

function runCheck(name: string, check: () => CheckResult): HealthCheck {
  try {
    const { isOk, detail } = check();
    return { name, isOk, detail };
  } catch (error) {
    return { name, isOk: false, detail: errorText(error) };
  }
}
