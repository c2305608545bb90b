/** The entries kept in this process (L1), within a budget of bytes; the policy says what goes. */
import { createCachePolicy, type EvictionReason } from '#core/cache-policy/policy.ts';
import type { Content } from './entry-codec.ts';

export interface Shelved {
  readonly content: Content<unknown>;
  readonly costMs: number;
  /** By the monotonic clock of this process. */
  readonly freshUntilMs: number;
  readonly staleUntilMs: number;
}

export interface Shelf {
  /** Undefined when it is absent or too old even to be handed out stale. */
  look(id: string, nowMs: number): Shelved | undefined;
  keep(id: string, entry: Shelved, nowMs: number): void;
  drop(id: string): void;
  dropWhere(isMeant: (id: string) => boolean): void;
}

// The map's slot, the entry and its id.
const ENTRY_BYTES = 256;

export function createShelf(options: {
  readonly bytesMax: number;
  readonly onEvicted: (reason: EvictionReason) => void;
  /** After each change, also when entries are forgotten. */
  readonly onBytes: (bytes: number) => void;
}): Shelf {
  const { bytesMax, onEvicted, onBytes } = options;
  const shelf = new Map<string, Shelved>();
  const policy = createCachePolicy({ bytesMax });

  function drop(id: string): void {
    if (!shelf.delete(id)) return;
    policy.onDrop(id);
    onBytes(policy.bytes());
  }

  return {
    look: (id, nowMs) => {
      policy.onRead(id);
      const entry = shelf.get(id);
      if (entry === undefined || nowMs < entry.staleUntilMs) return entry;
      drop(id);
      onEvicted('expired');
      return undefined;
    },
    keep: (id, entry, nowMs) => {
      shelf.set(id, entry);
      const { content, costMs, staleUntilMs } = entry;
      const bytes = ENTRY_BYTES + (content.kind === 'value' ? content.heapBytes : 0);
      policy.onLoad(id, { bytes, costMs, expiresAtMs: staleUntilMs });
      while (policy.isOver()) {
        const victim = policy.pickVictim(nowMs);
        if (victim === undefined) break;
        drop(victim.key);
        onEvicted(victim.reason);
      }
      onBytes(policy.bytes());
    },
    drop,
    dropWhere: (isMeant) => {
      for (const id of shelf.keys()) if (isMeant(id)) drop(id);
    },
  };
}
