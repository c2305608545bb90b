/** Which pairs the desk follows at a start: the last universe, else what the config says. */
import { z } from 'zod';
import type { Bus } from '#bus/bus.ts';
import { universe } from '#bus/states.ts';
import type { Pair } from '#core/model/pair.ts';
import { Universe } from '#core/model/universe.ts';
import { ConfigError, errorText } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import type { StateFile } from './state-file.ts';

/** The last universe that was followed, for a start without Redis or pair-selector. */
export const KeptUniverse = z.strictObject({
  /** Of another venue it says nothing. */
  venue: z.string(),
  universe: Universe,
});
export type KeptUniverse = Readonly<z.output<typeof KeptUniverse>>;

/**
 * Opens the venue for the last universe. One that it does not trade any more must not keep the desk
 * from starting: then the pairs of the config come first and the universe is followed afterwards.
 */
export async function openFollowed<T>(options: {
  readonly bus: Pick<Bus, 'get'>;
  readonly file: Pick<StateFile<KeptUniverse>, 'read'>;
  readonly venue: string;
  readonly configured: readonly Pair[] | 'all';
  readonly open: (pairs: readonly Pair[] | 'all') => Promise<T>;
  readonly log: Log;
}): Promise<{ readonly opened: T; readonly last: Universe | undefined }> {
  const { configured, open, log } = options;
  const last = await lastUniverse(options);
  const pairs = last?.pairs.map(({ pair }) => pair) ?? [];
  if (pairs.length === 0) return { opened: await open(configured), last };
  try {
    return { opened: await open(pairs), last };
  } catch (error: unknown) {
    if (!(error instanceof ConfigError)) throw error;
    log.warn({ cause: errorText(error) }, 'last universe cannot be opened whole');
    return { opened: await open(configured), last };
  }
}

async function lastUniverse({
  bus,
  file,
  venue,
  log,
}: Pick<Parameters<typeof openFollowed>[0], 'bus' | 'file' | 'venue' | 'log'>) {
  const kept = file.read();
  const ours = kept?.venue === venue ? kept.universe : undefined;
  try {
    return (await bus.get(universe, 'current')) ?? ours;
  } catch (error: unknown) {
    log.debug({ cause: errorText(error) }, 'universe not read');
    return ours;
  }
}
