import { createRankedKeys } from '#core/cache-policy/ranked-keys.ts';
import type { BenchPolicy } from './bench-policy.ts';

/** Gives up what expires first, as Redis does with `volatile-ttl`. */
export function ttlOnly(): BenchPolicy {
  const ranked = createRankedKeys();
  return {
    onRead: () => undefined,
    onLoad: (key, { expiresAtMs }) => ranked.set(key, expiresAtMs),
    onDrop: (key) => ranked.remove(key),
    pickVictim: () => {
      const next = ranked.lowest();
      return next === undefined ? undefined : { key: next.key, reason: 'least-value' };
    },
  };
}
