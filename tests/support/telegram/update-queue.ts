/** Updates that wait for the bot: kept until they are confirmed by a later offset. */
export interface UpdateQueue {
  push(update: Readonly<Record<string, unknown>>): number;
  /** Confirms what is below `offset`; resolves when there is one, at the latest after `waitMs`. */
  poll(offset: number, waitMs: number): Promise<PollAnswer>;
  readonly unconfirmed: () => readonly number[];
  close(): void;
}

export type PollAnswer =
  | { readonly kind: 'updates'; readonly updates: readonly unknown[] }
  /** Another poll came in. */
  | { readonly kind: 'conflict' };

interface Waiting {
  readonly answer: (answer: PollAnswer) => void;
  readonly timer: NodeJS.Timeout;
}

const BATCH_MAX = 100;

export function updateQueue(firstId: number): UpdateQueue {
  let waiting: Waiting | undefined;
  let pending: { readonly update_id: number }[] = [];
  let nextId = firstId;

  function wake(answer: PollAnswer): void {
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    waiting.answer(answer);
    waiting = undefined;
  }
  const batch = (): PollAnswer => ({ kind: 'updates', updates: pending.slice(0, BATCH_MAX) });

  return {
    push: (update) => {
      const id = nextId;
      nextId += 1;
      pending.push({ update_id: id, ...update });
      wake(batch());
      return id;
    },
    poll: (offset, waitMs) => {
      wake({ kind: 'conflict' });
      pending = pending.filter(({ update_id }) => update_id >= offset);
      if (pending.length > 0 || waitMs === 0) return Promise.resolve(batch());
      return new Promise((answer) => {
        const timer = setTimeout(() => wake(batch()), waitMs);
        waiting = { answer, timer };
      });
    },
    unconfirmed: () => pending.map(({ update_id }) => update_id),
    close: () => wake(batch()),
  };
}
