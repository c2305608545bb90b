import type { z } from 'zod';
import { PermanentError } from '#platform/errors.ts';
import { isSupported, methodOf } from './ccxt-client.ts';
import type { CcxtClient } from './ccxt-client.ts';
import { garbledAnswer } from './errors.ts';
import type { GuardedRead, ReadCall } from './guarded-reads.ts';

export interface Question extends ReadCall {
  /** ccxt's method. */
  readonly method: string;
  readonly args: readonly unknown[];
}

/** One guarded call of a ccxt method whose answer must fit the schema. */
export type Ask = <S extends z.ZodType>(question: Question, schema: S) => Promise<z.output<S>>;

export function createAsk(client: CcxtClient, read: GuardedRead): Ask {
  return (question, schema) =>
    read(question, async () => {
      const method = methodOf(client, question.method);
      if (method === undefined || !isSupported(client, question.method)) {
        throw new PermanentError('venue-not-supported', 'the venue has no such call', {
          details: { method: question.method },
        });
      }
      // HTTP 200 with a page or nothing in it comes back as plain text: only the schema sees it.
      const parsed = schema.safeParse(await method(...question.args));
      if (!parsed.success) throw garbledAnswer(question.name, parsed.error);
      return parsed.data;
    });
}
