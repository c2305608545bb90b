import type { Clock } from '../clock/clock.ts';
import { DeskError } from '../errors.ts';

/**
 * What an agent must give back, in the order it took it. Closing runs last in, first out; every
 * closer runs although one before it failed or hung, each within its own deadline, and the failures
 * come out as one AggregateError. Unlike an AsyncDisposableStack, a closer that never answers
 * cannot keep the others from running.
 */
export interface ClosingStack {
  readonly use: <T extends AsyncDisposable | Disposable>(resource: T) => T;
  readonly defer: (close: () => void | Promise<void>) => void;
  readonly adopt: <T>(resource: T, close: (resource: T) => void | Promise<void>) => T;
}

export interface ClosableStack extends ClosingStack {
  /** Closes everything; a second call waits for the first. */
  readonly close: () => Promise<void>;
}

export function closingStack(options: {
  readonly clock: Clock;
  readonly deadlineMs: number;
}): ClosableStack {
  const closers: (() => void | Promise<void>)[] = [];
  let closed: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
      try {
        await within({ ...options, run: close });
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything closed cleanly');
  }

  return {
    use: (resource) => {
      closers.push(() => dispose(resource));
      return resource;
    },
    defer: (close) => void closers.push(close),
    adopt: (resource, close) => {
      closers.push(() => close(resource));
      return resource;
    },
    close: () => (closed ??= closeAll()),
  };
}

/** Runs `run`; rejects when it takes longer than `deadlineMs`. The work itself goes on. */
export async function within<T>(options: {
  readonly clock: Clock;
  readonly deadlineMs: number;
  readonly run: () => T | Promise<T>;
}): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = options.clock.after(options.deadlineMs, () => {
    const details = { deadlineMs: options.deadlineMs };
    late.reject(new DeskError('deadline', 'took longer than its deadline', { details }));
  });
  try {
    return await Promise.race([Promise.resolve().then(options.run), late.promise]);
  } finally {
    timer.cancel();
  }
}

async function dispose(resource: AsyncDisposable | Disposable): Promise<void> {
  if (Symbol.asyncDispose in resource) await resource[Symbol.asyncDispose]();
  else resource[Symbol.dispose]();
}
