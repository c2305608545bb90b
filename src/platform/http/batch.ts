import type { Clock, Timer } from '../clock/clock.ts';

/** Questions that one call may carry together. */
export interface Batch<K, V> {
  /** Undefined when the answer of the call has nothing under the key. */
  load(key: K): Promise<V | undefined>;
}

/**
 * Gathers the keys asked for within `waitMs` and sends them in calls of at most `max`. A key asked
 * for twice goes out once. A failed call fails its own keys only.
 */
export function batch<K, V>(options: {
  readonly clock: Clock;
  readonly max: number;
  readonly waitMs: number;
  readonly run: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>;
}): Batch<K, V> {
  const { clock, max, waitMs, run } = options;
  let waiting = new Map<K, PromiseWithResolvers<V | undefined>>();
  let timer: Timer | undefined;

  function flush(): void {
    timer?.cancel();
    timer = undefined;
    const full = [...waiting];
    waiting = new Map();
    void send(full);
  }

  async function send(
    part: readonly (readonly [K, PromiseWithResolvers<V | undefined>])[],
  ): Promise<void> {
    try {
      const found = await run(part.map(([key]) => key));
      for (const [key, { resolve }] of part) resolve(found.get(key));
    } catch (error) {
      for (const [, { reject }] of part) reject(error);
    }
  }

  return {
    load: (key) => {
      const known = waiting.get(key);
      if (known !== undefined) return known.promise;
      const asked = Promise.withResolvers<V | undefined>();
      waiting.set(key, asked);
      if (waiting.size >= max) flush();
      else timer ??= clock.after(waitMs, flush);
      return asked.promise;
    },
  };
}
