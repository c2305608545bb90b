/**
 * Gathers decisions for a few milliseconds and commits them together. `record` resolves only after
 * the commit. A commit that fails (a full disk) is tried again for as long as the agent runs, so
 * that the jobs wait in their queue instead of using up their tries.
 */
import type { Decision } from '#core/model/decision.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { TransientError } from '#platform/errors.ts';
import type { History } from './history.ts';

export interface Recorder {
  record(decision: Decision): Promise<void>;
}

export interface RecorderPorts {
  readonly history: Pick<History, 'record'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onCommit: (counts: { readonly fresh: number; readonly repeated: number }) => void;
  readonly onFailure: (error: unknown) => void;
}

const GATHER_MS = 10;
// Bounds one transaction; more wait for the next.
const BATCH_MAX = 200;
const RETRY_MS = 1_000;

interface Waiting {
  readonly decision: Decision;
  readonly done: PromiseWithResolvers<void>;
}

export function recorder(ports: RecorderPorts): Recorder {
  const { clock } = ports;
  const waiting: Waiting[] = [];
  let isBusy = false;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH_MAX);
      const error = await commit(batch.map(({ decision }) => decision));
      for (const { done } of batch) {
        if (error === undefined) done.resolve();
        else done.reject(error);
      }
    }
    isBusy = false;
  }

  async function commit(decisions: readonly Decision[]): Promise<TransientError | undefined> {
    for (;;) {
      try {
        const fresh = await ports.history.record(decisions);
        ports.onCommit({ fresh, repeated: decisions.length - fresh });
        return undefined;
      } catch (error) {
        ports.onFailure(error);
        if (ports.signal.aborted) {
          return new TransientError('history-unwritable', 'history could not be written', {
            cause: error,
          });
        }
        // An abort ends the wait early; the loop then tries once more and gives up.
        await clock.sleep(RETRY_MS, ports.signal).catch(() => undefined);
      }
    }
  }

  return {
    record: (decision) => {
      const done = Promise.withResolvers<void>();
      waiting.push({ decision, done });
      if (!isBusy) {
        isBusy = true;
        clock.after(GATHER_MS, () => void drain());
      }
      return done.promise;
    },
  };
}
