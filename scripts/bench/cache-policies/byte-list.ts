/** Keys in order of use with their sizes; the one used longest ago is first. */
export interface ByteList {
  /** Puts a key at the end, wherever it was. */
  push(key: string, bytes: number): void;
  /** Its size, or undefined when it was not in the list. */
  remove(key: string): number | undefined;
  has(key: string): boolean;
  first(): string | undefined;
  bytes(): number;
  size(): number;
  clear(): void;
}

export function createByteList(): ByteList {
  const sizes = new Map<string, number>();
  let total = 0;

  function remove(key: string): number | undefined {
    const bytes = sizes.get(key);
    if (bytes === undefined) return undefined;
    sizes.delete(key);
    total -= bytes;
    return bytes;
  }

  return {
    push: (key, bytes) => {
      remove(key);
      sizes.set(key, bytes);
      total += bytes;
    },
    remove,
    has: (key) => sizes.has(key),
    first: () => sizes.keys().next().value,
    bytes: () => total,
    size: () => sizes.size,
    clear: () => {
      sizes.clear();
      total = 0;
    },
  };
}
