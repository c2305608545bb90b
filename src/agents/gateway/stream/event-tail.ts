/**
 * The newest events as frames, for everyone who follows: at once the buffer of every client and its
 * bound. A client holds nothing but its place in here, so ten thousand slow ones cost what one does;
 * one whose next event has left is too slow, or new and served from the ledger first.
 */
import type { LedgerEvent } from '#core/model/desk-event.ts';
import type { Pair } from '#core/model/pair.ts';
import { channelOf, pairOf, type EventChannel } from './channels.ts';
import { textFrame } from './frame.ts';

export interface EventFrame {
  readonly seq: number;
  readonly channel: EventChannel;
  readonly pair: Pair | undefined;
  readonly bytes: Buffer;
}

export interface TailLimits {
  readonly messages: number;
  readonly bytes: number;
}

export interface EventTail {
  /** Number of the newest event; undefined until the ledger was read. */
  head(): number | undefined;
  /** The smallest number from which on nothing is missing here. */
  floor(): number;
  /** Events after that number; undefined when some of them have left. */
  after(seq: number): readonly EventFrame[] | undefined;
  size(): { readonly messages: number; readonly bytes: number };
  add(frames: readonly EventFrame[]): void;
  /** Forgets all and goes on after that number. */
  restart(seq: number): void;
  clear(): void;
}

export function frameOf({ seq, atMs, event }: LedgerEvent): EventFrame {
  const channel = channelOf(event);
  const bytes = textFrame(JSON.stringify({ channel, seq, atMs, data: event }));
  return { seq, channel, pair: pairOf(event), bytes };
}

export function eventTail(limits: TailLimits): EventTail {
  let frames: EventFrame[] = [];
  let bytes = 0;
  let headSeq: number | undefined;
  let floorSeq = 0;

  function trim(): void {
    let dropped = 0;
    for (const frame of frames) {
      const isOver = frames.length - dropped > limits.messages || bytes > limits.bytes;
      if (!isOver) break;
      dropped += 1;
      bytes -= frame.bytes.length;
      floorSeq = frame.seq;
    }
    if (dropped > 0) frames = frames.slice(dropped);
  }

  function restart(seq: number): void {
    frames = [];
    bytes = 0;
    headSeq = seq;
    floorSeq = seq;
  }

  return {
    head: () => headSeq,
    floor: () => floorSeq,
    after: (seq) => {
      if (seq < floorSeq) return undefined;
      return frames.slice(firstAfter(frames, seq));
    },
    size: () => ({ messages: frames.length, bytes }),
    add: (added) => {
      for (const frame of added) {
        frames.push(frame);
        bytes += frame.bytes.length;
        headSeq = frame.seq;
      }
      trim();
    },
    restart,
    clear: () => {
      restart(0);
      headSeq = undefined;
    },
  };
}

/** Place of the first event with a greater number; they lie in order. */
function firstAfter(frames: readonly EventFrame[], seq: number): number {
  let low = 0;
  let high = frames.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((frames[middle]?.seq ?? 0) > seq) high = middle;
    else low = middle + 1;
  }
  return low;
}
