/** Answers kept as text for as long as what they were read from has not changed. */
export interface Remembered {
  /** `stamp` says of which state of the source the answer must be. */
  find(key: string, stamp: string): string | undefined;
  keep(key: string, stamp: string, text: string): void;
}

const CHARACTERS_MAX = 2_000_000;

export function remembered(charactersMax = CHARACTERS_MAX): Remembered {
  const texts = new Map<string, string>();
  let of = '';
  let size = 0;

  // One state at a time: an older one will not come back.
  function turnTo(stamp: string): void {
    if (of === stamp) return;
    texts.clear();
    size = 0;
    of = stamp;
  }

  return {
    find: (key, stamp) => {
      turnTo(stamp);
      return texts.get(key);
    },
    keep: (key, stamp, text) => {
      turnTo(stamp);
      if (texts.has(key) || size + text.length > charactersMax) return;
      texts.set(key, text);
      size += text.length;
    },
  };
}
