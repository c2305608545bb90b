import type { z } from 'zod';
import type { Priority } from '../budget.ts';
import { type CcxtClient, methodOf } from '../ccxt-client.ts';
import { garbledAnswer } from '../errors.ts';
import type { GuardedRead } from '../guarded-reads.ts';
import { PermanentError } from '#platform/errors.ts';

export interface SignedQuestion {
  readonly name: string;
  /** ccxt's method for the endpoint. */
  readonly method: string;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly weight: number;
  readonly priority?: Priority;
  /** Anybody may ask it: without a signature. */
  readonly isPublic?: boolean;
  /** Turns a failure into an answer; undefined leaves it a failure. */
  readonly recover?: (error: unknown) => unknown;
}

export type SignedAsk = <S extends z.ZodType>(
  question: SignedQuestion,
  schema: S,
) => Promise<z.output<S>>;

/** Reads may wait a little longer on their way than orders. */
const RECV_WINDOW_MS = 5_000;

/** Guarded reads that carry a signature: each try is stamped with the time at which it is sent. */
export function createSignedAsk(options: {
  readonly client: CcxtClient;
  readonly read: GuardedRead;
  readonly now: () => number;
}): SignedAsk {
  const { client, read, now } = options;
  return ({ name, method, params, weight, priority = 'reconcile', isPublic, recover }, schema) =>
    read({ name, weight, priority }, async () => {
      const call = methodOf(client, method);
      if (call === undefined) {
        throw new PermanentError('venue-not-supported', 'the venue has no such call', {
          details: { method },
        });
      }
      const stamp = { timestamp: Math.floor(now()), recvWindow: RECV_WINDOW_MS };
      const given = isPublic === true ? { ...params } : { ...params, ...stamp };
      const answer = await call(given).catch((error: unknown) => {
        const instead = recover?.(error);
        if (instead === undefined) throw error;
        return instead;
      });
      const parsed = schema.safeParse(answer);
      if (!parsed.success) throw garbledAnswer(name, parsed.error);
      return parsed.data;
    });
}
