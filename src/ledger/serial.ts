/** Runs tasks one at a time in the order they were asked for; a failed one does not stop the next. */
export interface Serial {
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Resolves when everything asked for until now has ended. */
  idle(): Promise<void>;
}

export function serial(): Serial {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (task) => {
      const result = last.then(task);
      last = result.catch(() => undefined);
      return result;
    },
    idle: async () => {
      await last;
    },
  };
}
