/** Orders go first; then what keeps the account known; then data; history may wait. */
export type Priority = 'order' | 'reconcile' | 'data' | 'prefetch';

const RANK: readonly Priority[] = ['order', 'reconcile', 'data', 'prefetch'];
/** More callers than this wait for nothing: the newest are told to come again. */
const WAITING_MAX = 500;

interface Waiting {
  readonly weight: number;
  readonly priority: Priority;
  readonly deadlineMs: number;
}

export interface Waiter extends Waiting {
  readonly done: PromiseWithResolvers<void>;
}

/** Callers that wait for weight: by class, then by age. */
export function createWeightQueue() {
  const waiting: Waiter[] = [];

  /** False when it was not there any more. */
  function leave(waiter: Waiter): boolean {
    const at = waiting.indexOf(waiter);
    if (at !== -1) waiting.splice(at, 1);
    return at !== -1;
  }

  return {
    first: (): Waiter | undefined => waiting[0],
    all: (): readonly Waiter[] => waiting,
    /** Undefined when there is no room. */
    join: (asked: Waiting): Waiter | undefined => {
      if (waiting.length >= WAITING_MAX) return undefined;
      const waiter = { ...asked, done: Promise.withResolvers<void>() };
      const rank = RANK.indexOf(asked.priority);
      const at = waiting.findIndex(({ priority }) => RANK.indexOf(priority) > rank);
      waiting.splice(at === -1 ? waiting.length : at, 0, waiter);
      return waiter;
    },
    leave,
    /** Resolves when served, rejects when refused or no longer wanted. */
    waited: async (waiter: Waiter, signal: AbortSignal | undefined): Promise<void> => {
      const onAbort = (): void => {
        if (leave(waiter)) waiter.done.reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted === true) onAbort();
      try {
        await waiter.done.promise;
      } finally {
        signal?.removeEventListener('abort', onAbort);
      }
    },
  };
}
