import { createRequire } from 'node:module';
import type * as BullMq from 'bullmq';

const load = createRequire(import.meta.url);

/**
 * A class of BullMQ by its own file: the whole of it, with a second backend for PostgreSQL, takes 3
 * MB more in each process. The version is exact, and every test of a queue fails when the files move.
 */
export function bullmqPart<Name extends keyof typeof BullMq>(
  file: string,
): Pick<typeof BullMq, Name> {
  return load(`bullmq/dist/cjs/classes/${file}.js`) as Pick<typeof BullMq, Name>;
}
