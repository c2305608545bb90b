/**
 * Carries out once what is sent again under the same key. Execution does so for its commands for
 * ever; this remembers what other requests came to, joins those under way, and finds a key that is
 * used for two things. Bounded, and empty after a restart of the gateway.
 */
import { freshId, hashId } from '#platform/ids.ts';
import { RequestProblem } from '../http/problem.ts';
import type { Acting } from '../http/post-route.ts';

export type OnceByKey = <T>(acting: Acting, what: unknown, run: Run<T>) => Promise<T>;

interface Run<T> {
  readonly act: (id: string) => Promise<T>;
  /** Whether asking again could tell nothing else. */
  readonly isFinal: (answer: T) => boolean;
}

interface Known {
  readonly what: string;
  answer: Promise<unknown> | undefined;
}

const KEYS_MAX = 10_000;

/** `what` of a call is everything that was asked. */
export function onceByKey(keysMax = KEYS_MAX): OnceByKey {
  const known = new Map<string, Known>();
  return async <T>(acting: Acting, asked: unknown, run: Run<T>): Promise<T> => {
    if (acting.key === undefined) return await run.act(freshId());
    // By token: two programs may count from the same number.
    const id = `api-${hashId([acting.token.sha256, acting.key])}`;
    const what = JSON.stringify(asked);
    const before = known.get(id);
    if (before !== undefined && before.what !== what) {
      throw new RequestProblem(422, 'this Idempotency-Key was used for another request');
    }
    if (before?.answer !== undefined) return (await before.answer) as T;
    const answer = run.act(id);
    const entry: Known = { what, answer };
    known.set(id, entry);
    const [oldest] = known.keys();
    if (known.size > keysMax && oldest !== undefined) known.delete(oldest);
    try {
      const told = await answer;
      if (!run.isFinal(told)) entry.answer = undefined;
      return told;
    } catch (error) {
      entry.answer = undefined;
      throw error;
    }
  };
}
