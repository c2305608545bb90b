/**
 * What the coordinator must know to judge and scale workers: evaluations in hand and waiting, and
 * progress, which is an evaluation done or a queue seen empty. A worker that sees work wait and
 * does none reports no progress and is restarted.
 */
import type { Bus } from '#bus/bus.ts';
import { evaluations } from '#bus/queues.ts';
import { TransientError, errorText } from '#platform/errors.ts';
import type { AgentContext } from '#platform/lifecycle/agent-context.ts';
import type { TradingWorker } from './agent.ts';

const LOOK_EVERY_MS = 1_000;

export interface QueueWatch {
  /** Counts the evaluations that go through `worker`. */
  readonly counted: (worker: TradingWorker) => TradingWorker;
}

export function watchQueue(options: {
  readonly context: Pick<AgentContext<unknown>, 'every' | 'setWork' | 'progress' | 'addCheck'>;
  readonly bus: Pick<Bus, 'backlog' | 'isConnected'>;
}): QueueWatch {
  const { context, bus } = options;
  let inHand = 0;
  let waiting = 0;
  let problem: string | undefined;

  context.addCheck('redis', () =>
    bus.isConnected() && problem === undefined
      ? { isOk: true, detail: 'connected' }
      : { isOk: false, detail: problem ?? 'not connected' },
  );
  context.every({
    name: 'look at the queue',
    intervalMs: LOOK_EVERY_MS,
    isImmediate: true,
    run: async () => {
      try {
        waiting = (await bus.backlog(evaluations)).waiting;
        problem = undefined;
      } catch (error: unknown) {
        // Redis is away: the check says so, and the worker itself is not to blame for it.
        problem = errorText(error);
        waiting = 0;
      }
      context.setWork({ inHand, waiting });
      if (waiting === 0 && inHand === 0) context.progress();
    },
  });

  return {
    counted: (worker) => async (evaluation, envelope) => {
      inHand += 1;
      context.setWork({ inHand, waiting });
      try {
        await worker(evaluation, envelope);
        context.progress();
      } catch (error: unknown) {
        // The next queue is full: the job waits and comes again, and a restart would not help.
        if (error instanceof TransientError && error.code === 'bus-queue-full') context.progress();
        throw error;
      } finally {
        inHand -= 1;
        context.setWork({ inHand, waiting });
      }
    },
  };
}
