/** Takes one job of the test queue, says so, and never finishes it. */
import { openBus } from '#bus/redis/open-bus.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { notes } from '../bus-fixtures.ts';

const [socketPath = ''] = process.argv.slice(2);
const bus = await openBus({ socketPath, instance: 'stuck-worker', clock: systemClock() });
await bus.handle(
  notes,
  (note) => {
    process.send?.({ took: note.id });
    return new Promise<never>(() => undefined);
  },
  { concurrency: 1 },
);
