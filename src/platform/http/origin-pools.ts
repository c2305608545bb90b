import type { Dispatcher, Pool } from 'undici';
import type { HttpMetrics } from './metrics.ts';
import { busy } from './source-errors.ts';
import { openPool } from './undici-parts.ts';

/** Connections by origin: few to each, and to few. */
export interface OriginPools {
  request(
    target: { readonly origin: string; readonly allowPrivate: boolean; readonly source: string },
    options: Dispatcher.RequestOptions,
  ): Promise<Dispatcher.ResponseData>;
  close(): Promise<void>;
}

interface Entry {
  readonly pool: Pool;
  underWay: number;
}

/** A new connection that does not come in this time will not. */
const CONNECT_TIMEOUT_MS = 10_000;

export function createOriginPools(options: {
  readonly originsMax: number;
  readonly connectionsMax: number;
  readonly metrics: HttpMetrics;
}): OriginPools {
  const { originsMax, connectionsMax, metrics } = options;
  const pools = new Map<string, Entry>();
  let isClosed = false;
  metrics.originsLimit.set(originsMax);
  metrics.origins.set(0);

  /** The pool used longest ago goes when there is no room; those in use stay. */
  function makeRoom(source: string): void {
    if (pools.size < originsMax) return;
    const idle = [...pools].find(([, { underWay }]) => underWay === 0);
    if (idle === undefined) throw busy({ source }, 'too many hosts at once');
    const [key, { pool }] = idle;
    pools.delete(key);
    void pool.destroy();
  }

  function poolOf(origin: string, allowPrivate: boolean, source: string): Entry {
    const key = `${origin} ${allowPrivate ? 'private' : 'public'}`;
    const known = pools.get(key);
    if (known === undefined) makeRoom(source);
    const settings = { origin, allowPrivate, connectionsMax };
    const entry = known ?? {
      pool: openPool({ ...settings, connectTimeoutMs: CONNECT_TIMEOUT_MS }),
      underWay: 0,
    };
    pools.delete(key);
    pools.set(key, entry);
    metrics.origins.set(pools.size);
    return entry;
  }

  return {
    request: async ({ origin, allowPrivate, source }, request) => {
      // A call that slept through the end would open what nobody closes.
      if (isClosed) throw busy({ source }, 'the client is closed');
      const entry = poolOf(origin, allowPrivate, source);
      entry.underWay += 1;
      try {
        const answer = await entry.pool.request(request);
        // Counted until the body is read or dropped: the pool must not go before.
        entry.underWay += 1;
        // A body that is dropped says so by an error, to whoever listens or to the process.
        answer.body.on('error', () => undefined);
        answer.body.once('close', () => {
          entry.underWay -= 1;
        });
        return answer;
      } finally {
        entry.underWay -= 1;
      }
    },
    close: async () => {
      isClosed = true;
      const open = [...pools.values()];
      pools.clear();
      metrics.origins.set(0);
      await Promise.allSettled(open.map(({ pool }) => pool.destroy()));
    },
  };
}
