/** Looks an entry up in this process, then in Redis; what Redis has is shelved on the way. */
import type { Clock } from '#platform/clock/clock.ts';
import { errorText } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import { unpackEntry } from './entry-codec.ts';
import type { Flight } from './flights.ts';
import { idOf, type Kind } from './kind.ts';
import type { Store, StoredEntry } from './redis/store.ts';
import type { SharedCacheObserver } from './shared-metrics.ts';
import type { Shelf, Shelved } from './shelf.ts';

export type Seen =
  | {
      readonly kind: 'entry';
      readonly entry: Shelved;
      readonly isFresh: boolean;
      readonly generation: string;
      readonly mark: string;
    }
  | { readonly kind: 'none'; readonly generation: string; readonly mark: string }
  /** Redis did not answer. */
  | { readonly kind: 'away' };

export interface Reader {
  look(id: string): { readonly entry: Shelved; readonly isFresh: boolean } | undefined;
  read<T>(kind: Kind<T>, key: string, flight: Flight): Promise<Seen>;
  shelve(id: string, entry: Shelved): void;
}

/** How long a copy is good for while nobody can tell this process that it is not. */
const DEAF_MS = 2_000;

export function createReader(options: {
  readonly shelf: Shelf;
  readonly store: Pick<Store, 'read'>;
  readonly clock: Clock;
  readonly log: Pick<Log, 'debug' | 'warn'>;
  readonly observer: SharedCacheObserver;
  readonly isHearing: () => boolean;
}): Reader {
  const { shelf, store, clock, log, observer, isHearing } = options;

  function shelve(id: string, entry: Shelved): void {
    const nowMs = clock.monotonic();
    const untilMs = isHearing() ? Infinity : nowMs + DEAF_MS;
    const freshUntilMs = Math.min(entry.freshUntilMs, untilMs);
    const staleUntilMs = Math.min(entry.staleUntilMs, untilMs);
    shelf.keep(id, { ...entry, freshUntilMs, staleUntilMs }, nowMs);
  }

  function shelvedOf<T>(kind: Kind<T>, key: string, stored: StoredEntry): Shelved | undefined {
    const unpacked = unpackEntry(kind, key, stored.bytes);
    if (unpacked.kind === 'invalid') {
      observer.refused('invalid');
      log.warn({ kind: kind.name, key, reason: unpacked.reason }, 'cache entry is unreadable');
      return undefined;
    }
    const { content, costMs, staleMs } = unpacked.entry;
    const staleUntilMs = clock.monotonic() + stored.leftMs;
    return { content, costMs, freshUntilMs: staleUntilMs - staleMs, staleUntilMs };
  }

  return {
    look: (id) => {
      const nowMs = clock.monotonic();
      const entry = shelf.look(id, nowMs);
      return entry === undefined ? undefined : { entry, isFresh: nowMs < entry.freshUntilMs };
    },
    read: async (kind, key, flight) => {
      const id = idOf(kind, key);
      flight.isOutdated = false;
      try {
        const { entry: stored, ...stand } = await store.read(id, kind.name);
        const entry = stored === undefined ? undefined : shelvedOf(kind, key, stored);
        if (entry === undefined) return { kind: 'none', ...stand };
        if (!flight.isOutdated) shelve(id, entry);
        const isFresh = clock.monotonic() < entry.freshUntilMs;
        return { kind: 'entry', entry, isFresh, ...stand };
      } catch (error: unknown) {
        log.debug({ id, cause: errorText(error) }, 'cache entry not read');
        return { kind: 'away' };
      }
    },
    shelve,
  };
}
