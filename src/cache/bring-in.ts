/**
 * Gets an entry that is not in this process: from Redis, by loading it here, or by asking the
 * process that can load it and waiting for its word. One flight of it an entry.
 */
import type { Clock } from '#platform/clock/clock.ts';
import { TransientError } from '#platform/errors.ts';
import { freshId } from '#platform/ids.ts';
import type { Flight } from './flights.ts';
import { idOf, type Kind } from './kind.ts';
import type { Loading } from './loading.ts';
import type { Reader, Seen } from './reader.ts';
import type { Store } from './redis/store.ts';
import type { Loader } from './shared-cache.ts';
import type { Shelved } from './shelf.ts';
import type { WaitingRoom, Word } from './waiting-room.ts';

export interface Found {
  readonly entry: Shelved;
  readonly how: 'l2' | 'stale' | 'load';
}

export interface BringIn {
  /** A stale entry will do unless it is to be fresh: whoever is given one sees to a fresh one. */
  bring<T>(want: Want<T>): Promise<Found>;
}

export interface Want<T> {
  readonly kind: Kind<T>;
  readonly key: string;
  readonly flight: Flight;
  /** Still fresh after so long; undefined: a stale one will do. */
  readonly freshForMs: number | undefined;
  readonly isPrefetch: boolean;
}

/** A flight looks again at least so often: a word may be lost, a lease may end. */
const LOOK_MS = 500;
const ASK_AGAIN_MS = 1_000;
const FLIGHT_MS = 20_000;

export function createBringIn(parts: {
  readonly reader: Reader;
  readonly loading: Loading;
  readonly store: Pick<Store, 'takeLease' | 'publish'>;
  readonly room: WaitingRoom;
  readonly loaderOf: <T>(kind: Kind<T>) => Loader<T> | undefined;
  readonly clock: Clock;
  readonly instance: string;
}): BringIn {
  const { reader, loading, store, room, clock, instance } = parts;

  async function loaded<T>(want: Want<T>, loader: Loader<T>, seen: Seen): Promise<Found | 'taken'> {
    const { kind, key, flight, isPrefetch } = want;
    const job = { kind, key, loader, flight, isPrefetch };
    if (seen.kind === 'away') {
      return { entry: await loading.load({ ...job, lease: undefined }), how: 'load' };
    }
    const token = freshId();
    if (!(await store.takeLease(idOf(kind, key), token).catch(() => true))) return 'taken';
    const lease = { token, generation: seen.generation, mark: seen.mark };
    return { entry: await loading.load({ ...job, lease }), how: 'load' };
  }

  async function ask<T>({ kind, key }: Want<T>, seen: Seen): Promise<void> {
    if (seen.kind === 'away') throw notLoaded(kind, key, 'Redis is away');
    const { name, version } = kind;
    await store.publish({ type: 'asked', from: instance, kind: name, version, key }).catch(() => {
      throw notLoaded(kind, key, 'Redis is away');
    });
  }

  function isGood({ freshUntilMs }: Shelved, freshForMs: number | undefined): boolean {
    return freshForMs === undefined || freshUntilMs > clock.monotonic() + freshForMs;
  }

  return {
    bring: async (want) => {
      const { kind, key, flight, freshForMs } = want;
      const id = idOf(kind, key);
      const endMs = clock.monotonic() + FLIGHT_MS;
      let askedMs = -Infinity;
      let hasWaited = false;
      for (;;) {
        const waiter = room.enter(id);
        try {
          const seen = await reader.read(kind, key, flight);
          if (seen.kind === 'entry' && isGood(seen.entry, freshForMs)) {
            const how = seen.isFresh ? 'l2' : 'stale';
            return { entry: seen.entry, how: hasWaited ? 'load' : how };
          }
          const loader = parts.loaderOf(kind);
          if (loader !== undefined) {
            const found = await loaded(want, loader, seen);
            if (found !== 'taken') return found;
          } else if (clock.monotonic() - askedMs >= ASK_AGAIN_MS) {
            askedMs = clock.monotonic();
            await ask(want, seen);
          }
          if (clock.monotonic() >= endMs) throw notLoaded(kind, key, 'nobody loaded it in time');
          assertNotFailed(kind, key, await waiter.heard(LOOK_MS));
          hasWaited = true;
        } finally {
          waiter.leave();
        }
      }
    },
  };
}

function assertNotFailed(kind: Kind<unknown>, key: string, word: Word | undefined): void {
  if (word?.type !== 'failed') return;
  const { code, retryAfterMs } = word;
  throw new TransientError('cache-load', 'the process that loads it could not', {
    details: {
      kind: kind.name,
      key,
      code,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  });
}

export function notLoaded(kind: Kind<unknown>, key: string, why: string): TransientError {
  const details = { kind: kind.name, key, why };
  return new TransientError('cache-load', 'the value could not be had', { details });
}
