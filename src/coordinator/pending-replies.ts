import type { Clock } from '#platform/clock/clock.ts';
import { PermanentError, TransientError } from '#platform/errors.ts';
import { freshId } from '#platform/ids.ts';

/** Questions to one child that wait for their answer, each with its time limit. */
export interface PendingReplies {
  open(withinMs: number): { readonly requestId: string; readonly reply: Promise<unknown> };
  settle(reply: { requestId: string; body: unknown; error?: string | undefined }): void;
  rejectAll(why: string): void;
}

export function pendingReplies(clock: Clock): PendingReplies {
  const waiting = new Map<string, { settle: (run: () => void) => void } & Resolvers>();

  function open(withinMs: number): { requestId: string; reply: Promise<unknown> } {
    const requestId = freshId();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const timer = clock.after(withinMs, () => {
      waiting.delete(requestId);
      reject(
        new TransientError('agent-silent', `no answer within ${Math.round(withinMs / 1000)} s`),
      );
    });
    const settle = (run: () => void): void => {
      timer.cancel();
      waiting.delete(requestId);
      run();
    };
    waiting.set(requestId, { settle, resolve, reject });
    return { requestId, reply: promise };
  }

  return {
    open,
    settle: ({ requestId, body, error }) => {
      const entry = waiting.get(requestId);
      entry?.settle(() => {
        if (error === undefined) entry.resolve(body);
        else entry.reject(new PermanentError('agent-refused', error));
      });
    },
    rejectAll: (why) => {
      for (const entry of waiting.values())
        entry.settle(() => entry.reject(new TransientError('agent-ended', why)));
    },
  };
}

interface Resolvers {
  readonly resolve: (body: unknown) => void;
  readonly reject: (error: Error) => void;
}
