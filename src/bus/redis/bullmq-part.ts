import Module, { createRequire } from 'node:module';
import type * as BullMq from 'bullmq';

const load = createRequire(import.meta.url);

// A parser of cron with a calendar of 500 KB, for repeated jobs, which the desk has none of: 1 MB in
// each process. Whoever asks BullMQ for one gets a TypeError.
leaveOut('cron-parser');

/**
 * A class of BullMQ by its own file: the whole of it, with a second backend for PostgreSQL, takes 3
 * MB more in each process. The version is exact, and every test of a queue fails when the files move.
 */
export function bullmqPart<Name extends keyof typeof BullMq>(
  file: string,
): Pick<typeof BullMq, Name> {
  return load(`bullmq/dist/cjs/classes/${file}.js`) as Pick<typeof BullMq, Name>;
}

/** Puts an empty module in the place of one that BullMQ loads. */
function leaveOut(name: string): void {
  const path = createRequire(load.resolve('bullmq')).resolve(name);
  const empty = new Module(path);
  empty.loaded = true;
  load.cache[path] = empty;
}
