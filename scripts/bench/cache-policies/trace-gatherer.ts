/** Makes a trace of what the processes of a desk say on the channel of the cache. */
import { unpackEntry } from '#cache/entry-codec.ts';
import { idOf, type Kind, partsOf } from '#cache/kind.ts';
import { KINDS } from '#cache/kinds.ts';
import type { CacheEvent } from '#cache/redis/events.ts';
import type { RecordedTrace } from './recorded-trace.ts';

export interface TraceGatherer {
  /** `atMs` is when it was heard. */
  hear(event: CacheEvent, atMs: number): void;
  /** An entry as it lies in Redis, with the bytes that Redis counts for it. */
  fill(id: string, entry: Buffer, countedBytes: number): void;
  /** Keys that were read and of which no entry was ever seen are left out, and counted. */
  trace(what: string): { readonly trace: RecordedTrace; readonly unknown: number };
}

interface Fill {
  readonly bytes: number;
  readonly costMs: number;
  readonly ttlMs: number;
}

const BY_NAME = new Map(KINDS.map((kind) => [partsOf(idOf(kind, '')).kind, kind]));

export function gatherTrace(): TraceGatherer {
  const reads: { readonly id: string; readonly atMs: number }[] = [];
  const fills = new Map<string, Fill[]>();

  return {
    hear: (event, atMs) => {
      if (event.type !== 'read') return;
      for (const [id, count, agoMs] of event.reads) {
        for (let read = 0; read < count; read += 1) reads.push({ id, atMs: atMs - agoMs });
      }
    },
    fill: (id, entry, bytes) => {
      const { kind, key } = kindOf(id);
      const unpacked = unpackEntry(kind, key, entry);
      if (unpacked.kind === 'invalid') throw new Error(`${id} is unreadable: ${unpacked.reason}`);
      const { costMs, ttlMs } = unpacked.entry;
      fills.set(id, [...(fills.get(id) ?? []), { bytes, costMs, ttlMs }]);
    },
    trace: (what) => {
      const places = new Map([...fills.keys()].map((id, place) => [id, place]));
      const known = reads
        .filter(({ id }) => places.has(id))
        .toSorted((a, b) => a.atMs - b.atMs)
        .map(({ id, atMs }): [number, number] => [Math.round(atMs), places.get(id) ?? 0]);
      const startMs = known[0]?.[0] ?? 0;
      const trace = {
        what,
        startMs,
        keys: [...fills].map(([id, seen]) => keyOf(id, seen)),
        reads: known.map(([atMs, place]): [number, number] => [atMs - startMs, place]),
      };
      return { trace, unknown: reads.length - known.length };
    },
  };
}

function keyOf(id: string, seen: readonly Fill[]): RecordedTrace['keys'][number] {
  const { kind, key } = kindOf(id);
  const candleMs = kind.candleMs?.(key);
  return {
    key: id,
    bytes: Math.round(middle(seen.map(({ bytes }) => bytes))),
    costMs: Number(middle(seen.map(({ costMs }) => costMs)).toFixed(1)),
    ttlMs: Math.max(1, middle(seen.map(({ ttlMs }) => ttlMs))),
    ...(candleMs === undefined ? {} : { candleMs }),
  };
}

function kindOf(id: string): { readonly kind: Kind<unknown>; readonly key: string } {
  const { kind: name, key } = partsOf(id);
  const kind = BY_NAME.get(name);
  if (kind === undefined) throw new Error(`no kind of the cache: ${id}`);
  return { kind, key };
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
