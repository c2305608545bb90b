/** What the owner of a shared cache calls, and what it does at the word of other processes. */
import { errorText, PermanentError, TransientError } from '#platform/errors.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import { notLoaded, type BringIn, type Found } from './bring-in.ts';
import type { Flights } from './flights.ts';
import { idOf, type Kind } from './kind.ts';
import { limitedWait } from './limited-wait.ts';
import type { Loading } from './loading.ts';
import type { ReadReporter, ReportedReads } from './read-reporter.ts';
import type { Reader } from './reader.ts';
import type { CacheEvent } from './redis/events.ts';
import type { Store } from './redis/store.ts';
import type { LoadOptions, Loader, SeenRead, SharedCache } from './shared-cache.ts';
import type { SharedCacheObserver, SharedResult } from './shared-metrics.ts';
import type { Shelf, Shelved } from './shelf.ts';
import type { TtlBook } from './ttl-book.ts';
import type { WaitingRoom } from './waiting-room.ts';

export type Loaders = Map<
  string,
  { readonly kind: Kind<unknown>; readonly loader: Loader<unknown> }
>;

export interface Parts {
  readonly instance: string;
  readonly clock: Clock;
  readonly observer: SharedCacheObserver;
  readonly log: Pick<Log, 'debug'>;
  readonly shelf: Shelf;
  readonly store: Store;
  readonly flights: Flights;
  readonly room: WaitingRoom;
  readonly reader: Reader;
  readonly loading: Loading;
  readonly bringIn: BringIn;
  readonly loaders: Loaders;
  readonly reporter: ReadReporter;
  readonly ttls: TtlBook;
  readonly readers: Set<(reads: readonly SeenRead[]) => void>;
}

const WAIT_MS = 5_000;

export function createDoor(parts: Parts): Omit<SharedCache, 'close'> {
  const { reader, store, loading, loaders, observer, reporter } = parts;

  async function get<T>(kind: Kind<T>, key: string): Promise<T | undefined> {
    const id = idOf(kind, key);
    reporter.note(id);
    const kept = reader.look(id);
    const seen = kept ?? (await reader.read(kind, key, { isOutdated: false }));
    const content = 'entry' in seen ? seen.entry.content : undefined;
    observer.request(kind.name, resultOf(content, kept === undefined ? 'l2' : 'l1'));
    // Shelved under an id of its kind, so it is a value of it.
    return content?.kind === 'value' ? (content.value as T) : undefined;
  }

  async function getOrLoad<T>(kind: Kind<T>, key: string, options: LoadOptions = {}): Promise<T> {
    const id = idOf(kind, key);
    reporter.note(id);
    const seen = reader.look(id);
    if (seen !== undefined) {
      if (!seen.isFresh) refresh(parts, kind, key);
      observer.request(kind.name, resultOf(seen.entry.content, seen.isFresh ? 'l1' : 'stale'));
      return valueOf<T>(seen.entry, key);
    }
    try {
      const { entry, how, isJoined } = await waitFor(parts, { kind, key }, options);
      if (how === 'stale' && !isJoined) refresh(parts, kind, key);
      const result = isJoined && how === 'load' ? 'joined' : how;
      observer.request(kind.name, resultOf(entry.content, result));
      return valueOf<T>(entry, key);
    } catch (error: unknown) {
      if (error instanceof TransientError) observer.request(kind.name, 'failed');
      throw error;
    }
  }

  return {
    get,
    getOrLoad,
    set: (kind, key, value) => loading.keep(kind, key, value),
    invalidate: async (kind, key) => {
      const prefix = prefixOf(kind);
      const id = key === undefined ? undefined : idOf(kind, key);
      forget(parts, (one) => (id === undefined ? one.startsWith(prefix) : one === id));
      await store.invalidate(kind.name, prefix, id);
    },
    prefetch: (kind, key, freshForMs) => prefetch(parts, { kind, key, freshForMs }),
    onReads: (listen) => void parts.readers.add(listen),
    provide: (kind, loader) => void loaders.set(kind.name, { kind, loader }),
  };
}

/** Other processes have a newer value, or none: copies here and what is on its way go. */
export function forget(
  { shelf, flights }: Pick<Parts, 'shelf' | 'flights'>,
  isMeant: (id: string) => boolean,
): void {
  shelf.dropWhere(isMeant);
  flights.outdate(isMeant);
}

export function receive(parts: Parts, event: CacheEvent): void {
  const isOwn = event.from === parts.instance;
  switch (event.type) {
    case 'filled':
      if (!isOwn) {
        parts.shelf.drop(event.id);
        parts.flights.outdate((id) => id === event.id);
      }
      parts.room.tell(event);
      break;
    case 'failed':
      parts.room.tell(event);
      break;
    case 'invalidated': {
      const { kind, id } = event;
      if (!isOwn)
        forget(parts, (one) => (id === undefined ? one.startsWith(`${kind}.v`) : one === id));
      break;
    }
    case 'asked':
      answer(parts, event);
      break;
    case 'read':
      if (!isOwn) noteReads(parts, event.reads);
  }
}

/** What this process read, for the learning of its own and of the provider's. */
export function tellReads(parts: Parts, reads: ReportedReads): void {
  noteReads(parts, reads);
  const { store, instance, log } = parts;
  store.publish({ type: 'read', from: instance, reads }).catch((error: unknown) => {
    log.debug({ cause: errorText(error) }, 'reads not told');
  });
}

function noteReads({ loaders, ttls, readers, clock }: Parts, reads: ReportedReads): void {
  if (loaders.size === 0) return;
  const nowMs = clock.monotonic();
  for (const [id, count] of reads) ttls.noteReads(id, count);
  const seen = reads.map(([id, count, agoMs]) => ({ id, count, atMs: nowMs - agoMs }));
  for (const listen of readers) listen(seen);
}

async function prefetch(
  { flights, bringIn }: Parts,
  want: { readonly kind: Kind<unknown>; readonly key: string; readonly freshForMs: number },
): Promise<boolean> {
  const id = idOf(want.kind, want.key);
  const { promise } = flights.join({ name: `fresh ${id}`, id }, (flight) =>
    bringIn.bring({ ...want, flight, isPrefetch: true }),
  );
  return (await promise).how === 'load';
}

/** Loads what another process asked for; it hears of it by the event of the write. */
function answer(
  parts: Parts,
  { kind, version, key }: Extract<CacheEvent, { type: 'asked' }>,
): void {
  const provided = parts.loaders.get(kind);
  if (provided === undefined || provided.kind.version !== version) return;
  refresh(parts, provided.kind, key);
}

/** Loads in the background what is not fresh; one load of an entry at a time. */
function refresh<T>(parts: Parts, kind: Kind<T>, key: string): void {
  const { flights, bringIn, log } = parts;
  const id = idOf(kind, key);
  try {
    const { promise } = flights.join({ name: `fresh ${id}`, id }, (flight) =>
      bringIn.bring({ kind, key, flight, freshForMs: 0, isPrefetch: false }),
    );
    promise.catch((error: unknown) => {
      log.debug({ id, cause: errorText(error) }, 'cache entry not refreshed');
    });
  } catch (error: unknown) {
    // As many as may be are under way: the next reader of it starts it again.
    log.debug({ id, cause: errorText(error) }, 'cache entry not refreshed');
  }
}

async function waitFor<T>(
  { flights, bringIn, clock }: Parts,
  { kind, key }: { readonly kind: Kind<T>; readonly key: string },
  { waitMs = WAIT_MS, signal }: LoadOptions,
): Promise<Found & { readonly isJoined: boolean }> {
  const id = idOf(kind, key);
  const { promise, isJoined } = flights.join({ name: id, id }, (flight) =>
    bringIn.bring({ kind, key, flight, freshForMs: undefined, isPrefetch: false }),
  );
  const late = (): TransientError => notLoaded(kind, key, 'nobody loaded it in time');
  return { ...(await limitedWait(promise, { clock, waitMs, signal, late })), isJoined };
}

function resultOf(content: Shelved['content'] | undefined, found: SharedResult): SharedResult {
  if (content === undefined) return 'absent';
  return content.kind === 'failure' && found !== 'load' ? 'negative' : found;
}

function valueOf<T>({ content }: Shelved, key: string): T {
  if (content.kind === 'failure') {
    const { code, message } = content.failure;
    throw new PermanentError(code, message, { details: { key } });
  }
  // Shelved under an id of its kind, so it is a value of it.
  return content.value as T;
}

function prefixOf({ name, version }: Kind<unknown>): string {
  return `${name}.v${version}:`;
}
