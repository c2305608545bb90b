import type { Pair } from '#core/model/pair.ts';
import type { StreamKind } from '#exchange/market-data.ts';

/**
 * How fresh each stream of each pair is known to be. Pure.
 *
 * 1. A stream that speaks is in order, so a quiet pair on it has nothing new: it is as fresh as the
 *    stream, once it was heard of or confirmed since the stream is up.
 * 2. A stream that is silent as a whole may be mute (its socket answers pings and sends nothing):
 *    REST decides. A pair quiet for long may have lost its subscription: REST decides too.
 * 3. What comes late is as old as it says: a delayed stream speaks and is stale all the same.
 * 4. What REST confirms is fresh as of the question, and vouches for the whole stream.
 */
export interface Staleness {
  /** A pair joins: nothing is known of it. */
  follow(pair: Pair): void;
  forget(pair: Pair): void;
  /** `asOfMs`: when the venue sent it, where it says so. */
  event(kind: StreamKind, pair: Pair, nowMs: number, asOfMs?: number): void;
  subscribed(kind: StreamKind, pairs: readonly Pair[], nowMs: number): void;
  lost(kind: StreamKind, pairs: readonly Pair[]): void;
  /** A check was made, whatever it found: the next one waits its turn. */
  checked(kind: StreamKind, pair: Pair, nowMs: number): void;
  /** REST had nothing newer than the stream, as of `askedMs`. */
  confirmed(kind: StreamKind, pair: Pair, askedMs: number): void;
  /** The check of this kind that is due, if any. */
  suspect(kind: StreamKind, nowMs: number): Suspicion | undefined;
  /** Since when the stream of the pair is up; 0 before. */
  upMs(kind: StreamKind, pair: Pair): number;
  /** When the pair's data were last known to be current: the worst of its streams. */
  freshMs(pair: Pair): number;
}

export interface Suspicion {
  readonly pair: Pair;
  /** `stream`: nothing at all comes; `pair`: only this pair is quiet. */
  readonly scope: 'stream' | 'pair';
}

export interface StalenessOptions {
  readonly pairs: readonly Pair[];
  readonly muteAfterMs: number;
  readonly quietAfterMs: number;
}

interface Entry {
  isUp: boolean;
  upMs: number;
  /** Receipt of the last event. */
  eventMs: number;
  /** What the last event knew; never later than its receipt. */
  asOfMs: number;
  confirmedMs: number;
  checkedMs: number;
}

type Stream = Map<Pair, Entry>;

export const STREAM_KINDS: readonly StreamKind[] = ['candle', 'quote', 'trade', 'book'];

/**
 * A pair may not trade for long after its stream was opened and is stale until it does or REST
 * says that it did not. Quotes and books come by themselves within a moment.
 */
const UNSEEN_TRADE_MS = 400;

export function createStaleness(options: StalenessOptions): Staleness {
  const streams = new Map(STREAM_KINDS.map((kind) => [kind, newStream(options.pairs)]));

  function entriesOf(kind: StreamKind, pairs: readonly Pair[]): Entry[] {
    return pairs.flatMap((pair) => streams.get(kind)?.get(pair) ?? []);
  }

  function forOne(kind: StreamKind, pair: Pair, change: (entry: Entry) => void): void {
    for (const entry of entriesOf(kind, [pair])) change(entry);
  }

  return {
    follow: (pair) => {
      for (const stream of streams.values()) stream.set(pair, newEntry());
    },
    forget: (pair) => {
      for (const stream of streams.values()) stream.delete(pair);
    },
    event: (kind, pair, nowMs, asOfMs = nowMs) =>
      forOne(kind, pair, (entry) => {
        entry.isUp = true;
        entry.eventMs = nowMs;
        entry.asOfMs = Math.min(nowMs, asOfMs);
      }),
    subscribed: (kind, pairs, nowMs) => {
      for (const entry of entriesOf(kind, pairs)) {
        entry.isUp = true;
        entry.upMs = nowMs;
      }
    },
    lost: (kind, pairs) => {
      for (const entry of entriesOf(kind, pairs)) entry.isUp = false;
    },
    checked: (kind, pair, nowMs) =>
      forOne(kind, pair, (entry) => {
        entry.checkedMs = nowMs;
      }),
    confirmed: (kind, pair, askedMs) =>
      forOne(kind, pair, (entry) => {
        entry.confirmedMs = Math.max(entry.confirmedMs, askedMs);
      }),
    suspect: (kind, nowMs) => {
      const stream = streams.get(kind);
      if (stream === undefined) return undefined;
      const unseenAfterMs = kind === 'trade' ? UNSEEN_TRADE_MS : options.muteAfterMs;
      return suspect(stream, nowMs, { ...options, unseenAfterMs });
    },
    upMs: (kind, pair) => streams.get(kind)?.get(pair)?.upMs ?? 0,
    freshMs: (pair) => Math.min(...[...streams.values()].map((stream) => freshMs(stream, pair))),
  };
}

function newStream(pairs: readonly Pair[]): Stream {
  return new Map(pairs.map((pair) => [pair, newEntry()]));
}

function newEntry(): Entry {
  return { isUp: false, upMs: 0, eventMs: 0, asOfMs: 0, confirmedMs: 0, checkedMs: 0 };
}

function suspect(
  stream: Stream,
  nowMs: number,
  { muteAfterMs, quietAfterMs, unseenAfterMs }: StalenessOptions & { unseenAfterMs: number },
): Suspicion | undefined {
  const up = [...stream].filter(([, entry]) => entry.isUp);
  // The liveliest pair shows best whether a silent stream is mute.
  up.sort(([, a], [, b]) => b.eventMs - a.eventMs);
  const [liveliest] = up;
  if (liveliest === undefined) return undefined;
  const [pair, { eventMs, upMs, checkedMs }] = liveliest;
  if (nowMs - Math.max(eventMs, upMs) >= muteAfterMs) {
    return nowMs - checkedMs >= muteAfterMs ? { pair, scope: 'stream' } : undefined;
  }
  const quiet = up.find(([, entry]) => {
    const wasSeen = Math.max(entry.eventMs, entry.confirmedMs) >= entry.upMs;
    const sinceMs = Math.max(entry.eventMs, entry.upMs, entry.checkedMs);
    return nowMs - sinceMs >= (wasSeen ? quietAfterMs : unseenAfterMs);
  });
  return quiet === undefined ? undefined : { pair: quiet[0], scope: 'pair' };
}

function freshMs(stream: Stream, pair: Pair): number {
  const entry = stream.get(pair);
  if (entry === undefined) return 0;
  const isHeard = Math.max(entry.eventMs, entry.confirmedMs) >= entry.upMs;
  if (!entry.isUp || !isHeard) return knownMs(entry);
  return Math.max(...[...stream.values()].filter(({ isUp }) => isUp).map(knownMs));
}

function knownMs({ asOfMs, confirmedMs }: Entry): number {
  return Math.max(asOfMs, confirmedMs);
}
