/** Keeps the fields of one state as they are here: what is new is set, what is gone is removed. */
import type { Bus } from '#bus/bus.ts';
import type { StateContract } from '#bus/contract.ts';

export interface StateMirror<T> {
  /** A value that is the same object as before is not sent again. */
  sync(values: ReadonlyMap<string, T>): Promise<void>;
  /** After a wipe of Redis: everything is sent again. */
  forget(): void;
}

export function stateMirror<T>(
  bus: Pick<Bus, 'all' | 'set' | 'remove'>,
  state: StateContract<T>,
): StateMirror<T> {
  let sent: Map<string, T> | undefined;
  return {
    sync: async (values) => {
      // What an earlier life left there is neither right nor known here.
      sent ??= new Map(await bus.all(state));
      const there = sent;
      for (const [field, value] of values) {
        if (there.get(field) === value) continue;
        await bus.set(state, field, value);
        there.set(field, value);
      }
      for (const field of there.keys()) {
        if (values.has(field)) continue;
        await bus.remove(state, field);
        there.delete(field);
      }
    },
    forget: () => {
      sent = undefined;
    },
  };
}
