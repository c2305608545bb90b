/**
 * The newest value of each key of the channels that have no numbers. A client keeps how far it has
 * seen; a value that changed twice before its turn is sent once, as it is then.
 */
import type { Pair } from '#core/model/pair.ts';
import type { ValueChannel } from './channels.ts';
import { textFrame } from './frame.ts';

export interface Value {
  readonly channel: ValueChannel;
  readonly key: string;
  readonly pair?: Pair;
  readonly atMs: number;
  readonly data: unknown;
}

export interface ValueFrame {
  readonly revision: number;
  readonly channel: ValueChannel;
  readonly pair: Pair | undefined;
  readonly bytes: Buffer;
}

export interface LatestValues {
  revision(): number;
  /** False when nothing but the time changed. */
  set(value: Value): boolean;
  /** Those that changed after that revision, in order. */
  after(revision: number): readonly ValueFrame[];
  /** Nobody keeps them fresh any more. */
  forget(channel: ValueChannel): void;
}

/** A desk has one key for each pair and timeframe; the bound is for what is no desk. */
const KEYS_MAX = 5_000;

export function latestValues(): LatestValues {
  let revision = 0;
  // In the order of their revisions: what changes moves to the end.
  const frames = new Map<string, ValueFrame>();
  const texts = new Map<string, string>();

  return {
    revision: () => revision,
    set: ({ channel, key, pair, atMs, data }) => {
      const place = `${channel} ${key}`;
      const text = JSON.stringify(data);
      if (texts.get(place) === text) return false;
      if (texts.size >= KEYS_MAX && !texts.has(place)) return false;
      texts.set(place, text);
      revision += 1;
      const start = JSON.stringify({ channel, key, atMs });
      const bytes = textFrame(`${start.slice(0, -1)},"data":${text}}`);
      frames.delete(place);
      frames.set(place, { revision, channel, pair, bytes });
      return true;
    },
    after: (seen) => {
      if (seen >= revision) return [];
      return [...frames.values()].filter((frame) => frame.revision > seen);
    },
    forget: (channel) => {
      for (const [place, frame] of frames) {
        if (frame.channel !== channel) continue;
        frames.delete(place);
        texts.delete(place);
      }
    },
  };
}
