import type { BenchPolicy } from './bench-policy.ts';
import { createByteList } from './byte-list.ts';

/** Gives up what was used longest ago. */
export function lru(): BenchPolicy {
  const list = createByteList();
  return {
    onRead: (key) => {
      const bytes = list.remove(key);
      if (bytes !== undefined) list.push(key, bytes);
    },
    onLoad: (key, { bytes }) => list.push(key, bytes),
    onDrop: (key) => void list.remove(key),
    pickVictim: () => {
      const key = list.first();
      return key === undefined ? undefined : { key, reason: 'least-value' };
    },
  };
}
