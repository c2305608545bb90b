/** Keys with a rank each; the lowest is found at once, a change costs O(log n). A binary heap. */
export interface RankedKeys {
  /** Adds a key or changes its rank. */
  set(key: string, rank: number): void;
  remove(key: string): void;
  lowest(): { readonly key: string; readonly rank: number } | undefined;
  clear(): void;
}

interface Ranked {
  readonly key: string;
  rank: number;
}

export function createRankedKeys(): RankedKeys {
  let heap: Ranked[] = [];
  const places = new Map<string, number>();

  const rankAt = (place: number): number => heap[place]?.rank ?? Infinity;

  function put(place: number, entry: Ranked): void {
    heap[place] = entry;
    places.set(entry.key, place);
  }

  function swap(a: number, b: number): void {
    const [first, second] = [heap[a], heap[b]];
    if (first === undefined || second === undefined) return;
    put(a, second);
    put(b, first);
  }

  function settle(from: number): void {
    let place = from;
    for (let up = (place - 1) >>> 1; place > 0 && rankAt(place) < rankAt(up);) {
      swap(place, up);
      place = up;
      up = (place - 1) >>> 1;
    }
    for (;;) {
      const left = 2 * place + 1;
      const child = rankAt(left + 1) < rankAt(left) ? left + 1 : left;
      if (rankAt(child) >= rankAt(place)) return;
      swap(place, child);
      place = child;
    }
  }

  return {
    set: (key, rank) => {
      const place = places.get(key);
      const known = place === undefined ? undefined : heap[place];
      if (place !== undefined && known !== undefined) {
        known.rank = rank;
        settle(place);
        return;
      }
      put(heap.length, { key, rank });
      settle(heap.length - 1);
    },
    remove: (key) => {
      const place = places.get(key);
      const last = heap.pop();
      if (place === undefined || last === undefined) {
        if (last !== undefined) heap.push(last);
        return;
      }
      places.delete(key);
      if (last.key === key) return;
      put(place, last);
      settle(place);
    },
    lowest: () => heap[0],
    clear: () => {
      heap = [];
      places.clear();
    },
  };
}
