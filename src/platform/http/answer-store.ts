/** What was answered last, by address, with the marks by which the source knows it again. */
export interface StoredAnswer {
  readonly text: string;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
}

export interface AnswerStore {
  get(key: string): StoredAnswer | undefined;
  set(key: string, answer: StoredAnswer): void;
  bytes(): number;
}

/** The one used longest ago goes first, once there are too many or they take too much. */
export function createAnswerStore(bounds: {
  readonly entriesMax: number;
  readonly bytesMax: number;
}): AnswerStore {
  const { entriesMax, bytesMax } = bounds;
  const kept = new Map<string, StoredAnswer>();
  let total = 0;

  function drop(key: string): void {
    const found = kept.get(key);
    if (found === undefined) return;
    kept.delete(key);
    total -= sizeOf(key, found);
  }

  return {
    get: (key) => {
      const found = kept.get(key);
      if (found === undefined) return undefined;
      kept.delete(key);
      kept.set(key, found);
      return found;
    },
    set: (key, answer) => {
      drop(key);
      const size = sizeOf(key, answer);
      // One that would push out half of the others is not worth it.
      if (size > bytesMax / 2) return;
      kept.set(key, answer);
      total += size;
      for (const oldest of kept.keys()) {
        if (total <= bytesMax && kept.size <= entriesMax) break;
        drop(oldest);
      }
    },
    bytes: () => total,
  };
}

/** Text is kept with two bytes a character, at the most. */
function sizeOf(key: string, { text, etag = '', lastModified = '' }: StoredAnswer): number {
  return 2 * (key.length + text.length + etag.length + lastModified.length);
}
