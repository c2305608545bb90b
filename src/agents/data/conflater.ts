import type { Pair } from '#core/model/pair.ts';

/** Keeps the newest item of each pair until it is taken. Bounded by the number of pairs. */
export interface Conflater<T extends { readonly pair: Pair }> {
  put(item: T): void;
  /** Those that changed since they were last taken. */
  takeChanged(): T[];
  /** All known ones. */
  takeAll(): T[];
  get(pair: Pair): T | undefined;
  forget(pair: Pair): void;
}

export function createConflater<T extends { readonly pair: Pair }>(): Conflater<T> {
  const latest = new Map<Pair, T>();
  const changed = new Set<Pair>();

  return {
    put: (item) => {
      latest.set(item.pair, item);
      changed.add(item.pair);
    },
    takeChanged: () => {
      const items = [...changed].flatMap((pair) => latest.get(pair) ?? []);
      changed.clear();
      return items;
    },
    takeAll: () => {
      changed.clear();
      return [...latest.values()];
    },
    get: (pair) => latest.get(pair),
    forget: (pair) => {
      latest.delete(pair);
      changed.delete(pair);
    },
  };
}
