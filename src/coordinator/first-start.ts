import type { Clock } from '#platform/clock/clock.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import type { Ending } from './supervisor.ts';

/**
 * The first start of an agent, which may refuse the whole start of the desk: at once when the child
 * says that its config is wrong or that what it needs is not there (it has tried for a while by
 * itself) or it is in a crash loop, else when its time is up. Until then it is tried again. Later
 * deaths are another matter: a desk that has once run goes on trying.
 */
export interface FirstStart {
  ready(): void;
  ended(ending: Ending, isCrashLoop: boolean): void;
  /** Undefined when it became ready, else how its last try ended. */
  readonly result: Promise<Ending | undefined>;
}

// The agent's own verdict "not ready" comes at the limit; its ending follows.
const SLACK_MS = 1_000;

export function firstStart(clock: Clock, withinMs: number): FirstStart {
  const { promise, resolve } = Promise.withResolvers<Ending | undefined>();
  let last: Ending = { exitCode: EXIT.failed, message: 'it was not ready in time' };
  const timer = clock.after(withinMs + SLACK_MS, () => resolve(last));
  const finish = (ending: Ending | undefined): void => {
    timer.cancel();
    resolve(ending);
  };
  return {
    result: promise,
    ready: () => finish(undefined),
    ended: (ending, isCrashLoop) => {
      last = ending;
      const isFinal = ending.exitCode === EXIT.config || ending.exitCode === EXIT.lostDependency;
      if (isFinal || isCrashLoop) finish(ending);
    },
  };
}
