/**
 * One load: the loader within its time limit, then the value onto the shelf and into Redis. The
 * lease is renewed while the loader works and given back with the write, so that a process that
 * dies in between blocks the others no longer than the lease lasts.
 */
import type { Clock } from '#platform/clock/clock.ts';
import { costOf } from '#core/cache-policy/value.ts';
import { errorText, retryAfterOf, TransientError } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import { type Content, packEntry } from './entry-codec.ts';
import type { Flight } from './flights.ts';
import { idOf, type Kind } from './kind.ts';
import { LEASE_MS, type Store, type StoreWrite } from './redis/store.ts';
import { type Outcome, runLoader } from './run-loader.ts';
import type { SharedCacheObserver } from './shared-metrics.ts';
import type { Shelved } from './shelf.ts';
import type { Loader } from './shared-cache.ts';
import type { TtlBook } from './ttl-book.ts';

export interface LoadJob<T> {
  readonly kind: Kind<T>;
  readonly key: string;
  readonly loader: Loader<T>;
  readonly flight: Flight;
  readonly isPrefetch: boolean;
  /** Absent while Redis is away: then the value stays in this process. */
  readonly lease:
    | { readonly token: string; readonly generation: string; readonly mark: string }
    | undefined;
}

export interface Loading {
  load<T>(job: LoadJob<T>): Promise<Shelved>;
  /** Takes a value that was had otherwise. */
  keep<T>(kind: Kind<T>, key: string, value: T): Promise<void>;
}

export interface LoadingOptions {
  readonly store: Store;
  readonly ttls: TtlBook;
  readonly clock: Clock;
  readonly log: Pick<Log, 'debug'>;
  readonly observer: SharedCacheObserver;
  readonly instance: string;
  readonly isCompressed: boolean;
  readonly bytesMax: number;
  readonly signal: AbortSignal;
  /** Time the values are judged by; the venue's where it is known. */
  readonly now: () => number;
  readonly shelve: (id: string, entry: Shelved) => void;
}

export function createLoading(options: LoadingOptions): Loading {
  const { store, clock, log, observer, instance, signal } = options;

  /** Stores what was loaded; a Redis that is away costs the others their hit and nobody the value. */
  async function share(id: string, write: Omit<StoreWrite, 'id'>): Promise<void> {
    try {
      const report = await store.write({ id, ...write });
      observer.bytes('l2', report.bytes, options.bytesMax);
      if (report.expired > 0) observer.evicted('l2', 'expired', report.expired);
      if (report.evicted > 0) observer.evicted('l2', 'least-value', report.evicted);
      if (report.result !== 'stored') observer.refused(report.result);
    } catch (error: unknown) {
      log.debug({ id, cause: errorText(error) }, 'cache entry not shared');
    }
  }

  async function put<T>(
    { kind, key }: { readonly kind: Kind<T>; readonly key: string },
    outcome: { readonly content: Outcome<T>; readonly loadMs: number },
    to: {
      readonly flight: Flight;
      readonly lease: LoadJob<T>['lease'];
      readonly isShared: boolean;
    },
  ): Promise<Shelved> {
    const id = idOf(kind, key);
    const { content, ttlMs, staleMs, body } = settled(options, { kind, key }, outcome.content);
    const costMs = costOf({ loadMs: outcome.loadMs, weight: kind.weight });
    const nowMs = clock.monotonic();
    const freshUntilMs = nowMs + ttlMs;
    const entry: Shelved = { content, costMs, freshUntilMs, staleUntilMs: freshUntilMs + staleMs };
    if (!to.flight.isOutdated) options.shelve(id, entry);
    if (!to.isShared) return entry;
    const failure = content.kind === 'failure' ? { failure: content.failure } : {};
    await share(id, {
      kind: kind.name,
      generation: to.lease?.generation,
      mark: to.lease?.mark,
      entry: packEntry({ ttlMs, staleMs, costMs, ...failure }, body, options.isCompressed),
      lifeMs: ttlMs + staleMs,
      costMs,
      leaseToken: to.lease?.token ?? '',
    });
    return entry;
  }

  return {
    load: async (job) => {
      const { kind, key, lease, flight } = job;
      const id = idOf(kind, key);
      const startedMs = clock.monotonic();
      const secondsSo = (): number => (clock.monotonic() - startedMs) / 1_000;
      const renewal = lease === undefined ? undefined : renewing(options, id, lease.token);
      try {
        const content = await runLoader(job, { clock, signal });
        observer.load(kind.name, content.kind === 'value' ? 'ok' : 'none', secondsSo());
        const loadMs = secondsSo() * 1_000;
        const to = { flight, lease, isShared: lease !== undefined };
        return await put({ kind, key }, { content, loadMs }, to);
      } catch (error: unknown) {
        observer.load(kind.name, 'failed', secondsSo());
        if (lease !== undefined) await giveUp({ store, instance, log }, job, { lease, error });
        throw error;
      } finally {
        renewal?.stop();
      }
    },
    keep: async (kind, key, value) => {
      const content = { kind: 'value', value } as const;
      const to = { flight: { isOutdated: false }, lease: undefined, isShared: true };
      await put({ kind, key }, { content, loadMs: 0 }, to);
    },
  };
}

interface Settled {
  readonly content: Content<unknown>;
  readonly ttlMs: number;
  readonly staleMs: number;
  readonly body: Buffer | undefined;
}

function renewing(
  { clock, store }: Pick<LoadingOptions, 'clock' | 'store'>,
  id: string,
  token: string,
): { stop(): void } {
  const next = () =>
    clock.after(LEASE_MS / 3, () => {
      timer = next();
      // Without it another process may load the same: dear, and harmless.
      store.renewLease(id, token).catch(() => undefined);
    });
  let timer = next();
  return { stop: () => timer.cancel() };
}

/**
 * Tells who waits that it need not wait longer. That a load ahead failed says little: it goes last at
 * the venue, so who waits for it soon looks again and loads, or has it loaded, for itself.
 */
async function giveUp(
  { store, instance, log }: Pick<LoadingOptions, 'store' | 'instance' | 'log'>,
  { kind, key, isPrefetch }: Pick<LoadJob<unknown>, 'kind' | 'key' | 'isPrefetch'>,
  { lease, error }: { readonly lease: { readonly token: string }; readonly error: unknown },
): Promise<void> {
  const id = idOf(kind, key);
  const known = error instanceof TransientError ? error : undefined;
  const wait = retryAfterOf(known);
  try {
    await store.releaseLease(id, lease.token);
    if (isPrefetch) return;
    await store.publish({
      type: 'failed',
      from: instance,
      id,
      code: known?.code ?? 'cache-load',
      ...(wait !== undefined ? { retryAfterMs: Math.max(0, wait) } : {}),
    });
  } catch (cause: unknown) {
    log.debug({ id, cause: errorText(cause) }, 'failed load not told');
  }
}

function settled<T>(
  { ttls, now }: Pick<LoadingOptions, 'ttls' | 'now'>,
  { kind, key }: { readonly kind: Kind<T>; readonly key: string },
  outcome: Outcome<T>,
): Settled {
  if (outcome.kind === 'none') {
    const { code, message } = outcome.error;
    const failure = { code: code.slice(0, 100), message: message.slice(0, 500) };
    const content = { kind: 'failure', failure } as const;
    return { content, ttlMs: kind.negativeTtlMs, staleMs: 0, body: undefined };
  }
  const { value } = outcome;
  const body = kind.codec.encode(value, key);
  const ttlMs = ttls.ttlMs(kind, { id: idOf(kind, key), key, value, body, nowMs: now() });
  const heapBytes = kind.codec.heapBytes(body.length);
  return { content: { kind: 'value', value, heapBytes }, ttlMs, staleMs: kind.staleMs, body };
}
