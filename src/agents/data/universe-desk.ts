/**
 * Makes what is watched equal to the universe, while the desk runs.
 *
 * 1. One change at a time; a universe that comes meanwhile is taken up after it.
 * 2. Pairs that stay are not touched: no stream of theirs is dialled, no candle asked for again.
 * 3. A pair that joins is decided on from its next close on. One that cannot be had yet is tried
 *    again; it holds up no other.
 * 4. Only a universe removes a pair: a dead selector or a wiped Redis says nothing, so nothing changes.
 */
import type { Instrument } from '#core/model/instrument.ts';
import type { Pair } from '#core/model/pair.ts';
import { isOutdated, type Universe } from '#core/model/universe.ts';
import type { MarketVenue, MarketWatch } from '#exchange/market-data.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { errorText } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';

export interface UniverseDesk {
  /** Takes the newest one that was heard of; the same one again tries what failed before. */
  follow(universe: Universe): void;
}

export interface UniversePorts {
  readonly venue: Pick<MarketVenue, 'learn' | 'forget'>;
  readonly watch: Pick<MarketWatch, 'follow'>;
  readonly followed: () => readonly Pair[];
  /** Loads its history and opens everything but the streams. */
  readonly join: (instrument: Instrument) => Promise<void>;
  readonly leave: (pair: Pair) => void;
  /** A universe is in force: kept for the next start. */
  readonly onFollowed: (universe: Universe) => void;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly background: (name: string, work: Promise<unknown>) => void;
}

/** A pair that the venue has not, or whose history did not come: not asked for every second. */
const AGAIN_MS = 15_000;

export function createUniverseDesk(ports: UniversePorts): UniverseDesk {
  const { clock, log } = ports;
  let target: Universe | undefined;
  let kept: Universe | undefined;
  let isRunning = false;
  /** Bounded by the universe: those that are not in it are dropped with each change. */
  let notBeforeMs = new Map<Pair, number>();

  async function run(): Promise<void> {
    for (let taken; taken !== target && target !== undefined && !ports.signal.aborted;) {
      taken = target;
      await change(taken);
    }
  }

  async function change(universe: Universe): Promise<void> {
    const wanted = new Set(universe.pairs.map(({ pair }) => pair));
    notBeforeMs = new Map([...notBeforeMs].filter(([pair]) => wanted.has(pair)));
    const before = new Set(ports.followed());
    const leaving = [...before].filter((pair) => !wanted.has(pair));
    if (leaving.length > 0) leave(leaving, ports);
    const nowMs = clock.monotonic();
    const isDue = (pair: Pair): boolean => nowMs >= (notBeforeMs.get(pair) ?? 0);
    const joining = [...wanted].filter((pair) => !before.has(pair) && isDue(pair));
    if (joining.length > 0) await join(joining);
    if (kept?.atMs === universe.atMs) return;
    kept = universe;
    ports.onFollowed(universe);
  }

  async function join(pairs: readonly Pair[]): Promise<void> {
    const found = await ports.venue.learn(pairs, ports.signal).catch((error: unknown) => {
      log.warn({ pairs, cause: errorText(error) }, 'rules of joining pairs not had yet');
      return undefined;
    });
    const joined: Pair[] = [];
    for (const instrument of found ?? []) {
      if (await isJoined(instrument, ports)) joined.push(instrument.pair);
    }
    const failed = pairs.filter((pair) => !joined.includes(pair));
    const againMs = clock.monotonic() + AGAIN_MS;
    for (const pair of failed) notBeforeMs.set(pair, againMs);
    if (found !== undefined && failed.length > 0) {
      log.warn({ pairs: failed }, 'selected pairs cannot be followed yet');
    }
    if (joined.length === 0) return;
    ports.watch.follow(ports.followed());
    log.info({ pairs: joined }, 'pairs are followed from now on');
  }

  return {
    follow: (universe) => {
      if (isOutdated(universe, target)) return;
      target = universe;
      if (isRunning) return;
      isRunning = true;
      const work = run().finally(() => {
        isRunning = false;
      });
      ports.background('universe', work);
    },
  };
}

function leave(pairs: readonly Pair[], ports: UniversePorts): void {
  const { watch, venue, log } = ports;
  watch.follow(ports.followed().filter((pair) => !pairs.includes(pair)));
  venue.forget(pairs);
  for (const pair of pairs) ports.leave(pair);
  log.info({ pairs }, 'pairs are no longer followed');
}

async function isJoined(instrument: Instrument, ports: UniversePorts): Promise<boolean> {
  try {
    await ports.join(instrument);
    return true;
  } catch (error: unknown) {
    const { pair } = instrument;
    ports.log.warn({ pair, cause: errorText(error) }, 'history of a joining pair not had yet');
    return false;
  }
}
