import { createRankedKeys } from '#core/cache-policy/ranked-keys.ts';
import type { BenchPolicy } from './bench-policy.ts';

/**
 * Gives up what was used least often since the beginning, among equals what was used longest ago.
 * Uses are also remembered of what is not held: were they forgotten, each expiry would forget them.
 */
export function lfu(): BenchPolicy {
  const uses = new Map<string, number>();
  const held = new Set<string>();
  const ranked = createRankedKeys();
  let tick = 0;

  function rank(key: string): void {
    tick += 1;
    // Fine enough for a billion uses to come after one another within one count.
    ranked.set(key, (uses.get(key) ?? 0) + tick * 1e-9);
  }

  function use(key: string): void {
    uses.set(key, (uses.get(key) ?? 0) + 1);
    if (held.has(key)) rank(key);
  }

  return {
    onRead: use,
    onLoad: (key) => {
      held.add(key);
      rank(key);
    },
    onDrop: (key) => {
      if (held.delete(key)) ranked.remove(key);
    },
    pickVictim: () => {
      const least = ranked.lowest();
      return least === undefined ? undefined : { key: least.key, reason: 'least-value' };
    },
  };
}
