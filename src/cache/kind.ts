/**
 * A kind of shared data, declared once in kinds.ts: how it is written, how long it is good for and
 * what a load of it costs. Another version is another place in Redis: whoever still runs the old
 * code never reads what the new one wrote, nor the reverse.
 */
import type { z } from 'zod';
import type { TtlBounds } from '#core/cache-policy/adaptive-ttl.ts';

/** How a value of the kind lies in Redis. `decode` throws on anything it would not have written. */
export interface Codec<T> {
  encode(value: T, key: string): Buffer;
  decode(body: Buffer, key: string): T;
  /** About the memory of the value in a process, from the length of its body. */
  heapBytes(bodyBytes: number): number;
}

export interface Kind<T> {
  readonly name: string;
  readonly version: number;
  readonly codec: Codec<T>;
  /** Bounds of the TTL, which follows use and change. */
  readonly ttlMs: TtlBounds;
  /** For so long after its TTL a value is still handed out while a new one is fetched. */
  readonly staleMs: number;
  /** For so long nobody asks again for what does not exist. */
  readonly negativeTtlMs: number;
  /** Of its loads in the venue's weight budget. */
  readonly priority: 'data' | 'prefetch';
  /** Request weight of a load. */
  readonly weight: number;
  /** Length of the candles that a key is about: such keys are read when those close. */
  candleMs?(key: string): number;
  /** In place of a TTL from use, where the value itself says when it will be outdated. */
  validForMs?(key: string, value: T, nowMs: number): number;
}

type KindSpec<T> = Omit<Kind<T>, 'codec'> &
  ({ readonly schema: z.ZodType<T> } | { readonly codec: Codec<T> });

export function defineKind<T>(spec: KindSpec<T>): Kind<T> {
  return 'codec' in spec ? spec : { ...spec, codec: jsonCodec(spec.schema) };
}

/** Name of an entry, in L1 and, behind a prefix, in Redis. */
export function idOf(kind: Pick<Kind<unknown>, 'name' | 'version'>, key: string): string {
  return `${kind.name}.v${kind.version}:${key}`;
}

/** The kind's name with its version, and the key, of an id. */
export function partsOf(id: string): { readonly kind: string; readonly key: string } {
  const colon = id.indexOf(':');
  return { kind: id.slice(0, Math.max(0, colon)), key: id.slice(colon + 1) };
}

// Objects against their JSON, measured: 0.8 for trading rules, 1.1 for tickers, 3 for books with their
// many small arrays. The largest, so that the budget holds.
const HEAP_PER_JSON = 3;

function jsonCodec<T>(schema: z.ZodType<T>): Codec<T> {
  return {
    encode: (value) => Buffer.from(JSON.stringify(value)),
    decode: (body) => schema.parse(JSON.parse(body.toString('utf8'))),
    heapBytes: (bodyBytes) => bodyBytes * HEAP_PER_JSON,
  };
}
