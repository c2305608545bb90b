import { crc32 } from 'node:zlib';
import { adaptiveTtlMs, type KeyHistory, noteLoad } from '#core/cache-policy/adaptive-ttl.ts';
import type { Kind } from './kind.ts';

/** How long each key's value is good for, from what this process saw of its loads and reads. */
export interface TtlBook {
  noteReads(id: string, reads: number): void;
  ttlMs<T>(kind: Kind<T>, load: LoadedValue<T>): number;
}

interface LoadedValue<T> {
  readonly id: string;
  readonly key: string;
  readonly value: T;
  readonly body: Buffer;
  readonly nowMs: number;
}

// Some 200 bytes each; the least recently loaded is forgotten first.
const KEYS_MAX = 2_000;

export function createTtlBook(defaultMs: number): TtlBook {
  const book = new Map<string, { history: KeyHistory; reads: number }>();

  return {
    noteReads: (id, reads) => {
      const known = book.get(id);
      if (known !== undefined) known.reads += reads;
    },
    ttlMs: (kind, { id, key, value, body, nowMs }) => {
      const bounds = kind.ttlMs;
      const validMs = kind.validForMs?.(key, value, nowMs);
      if (validMs !== undefined)
        return Math.round(Math.min(bounds.max, Math.max(bounds.min, validMs)));
      const known = book.get(id);
      const load = { digest: crc32(body), nowMs, reads: known?.reads ?? 0 };
      const history = noteLoad(known?.history, load);
      book.delete(id);
      book.set(id, { history, reads: 0 });
      for (const oldest of book.keys()) {
        if (book.size <= KEYS_MAX) break;
        book.delete(oldest);
      }
      return adaptiveTtlMs(history, { bounds, defaultMs });
    },
  };
}
