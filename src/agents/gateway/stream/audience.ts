/**
 * All clients with the same subscription. What one of them gets from a place on, the others get from
 * there too: it is put together once and the same bytes are written to each.
 */
import type { EventTail } from './event-tail.ts';
import type { LatestValues } from './latest-values.ts';
import { isWanted, type Subscription } from './subscription.ts';

/** How far a client has got. */
export interface Place {
  /** Undefined while it gets its events from the ledger, or none at all. */
  readonly seq: number | undefined;
  readonly revision: number;
}

export interface Batch {
  readonly to: Place;
  /** Undefined when nothing on the way is for this audience. */
  readonly bytes: Buffer | undefined;
  readonly messages: number;
}

export interface Audience {
  readonly subscription: Subscription;
  clients: number;
  /** What follows a place; undefined when events after it have left the tail. */
  next(from: Place): Batch | undefined;
}

/** More is given in several turns, so that no client holds much that it has not taken. */
export const BATCH_BYTES = 65_536;

export interface Sources {
  readonly tail: EventTail;
  readonly values: LatestValues;
}

export function audience(subscription: Subscription, { tail, values }: Sources): Audience {
  let last: { readonly from: Place; readonly at: Place; readonly batch: Batch } | undefined;

  function next(from: Place): Batch | undefined {
    const at = { seq: tail.head(), revision: values.revision() };
    if (last !== undefined && isSame(last.from, from) && isSame(last.at, at)) return last.batch;
    const events = from.seq === undefined ? [] : tail.after(from.seq);
    if (events === undefined) return undefined;
    const parts: Buffer[] = [];
    let size = 0;
    // Stops at the first that does not fit any more; the first always does.
    const takes = (bytes: Buffer): boolean => {
      if (size > 0 && size + bytes.length > BATCH_BYTES) return false;
      parts.push(bytes);
      size += bytes.length;
      return true;
    };
    const cut = events.find((frame) => isWanted(subscription, frame) && !takes(frame.bytes));
    const newestSeq = from.seq === undefined ? undefined : at.seq;
    const seq = cut === undefined ? newestSeq : cut.seq - 1;
    const rest = cut === undefined ? values.after(from.revision) : [];
    const late = rest.find((frame) => isWanted(subscription, frame) && !takes(frame.bytes));
    const newest = cut === undefined ? at.revision : from.revision;
    const revision = late === undefined ? newest : late.revision - 1;
    const bytes = parts.length > 1 ? Buffer.concat(parts, size) : parts[0];
    const batch = { to: { seq, revision }, bytes, messages: parts.length };
    last = { from, at, batch };
    return batch;
  }

  return { subscription, clients: 0, next };
}

function isSame(a: Place, b: Place): boolean {
  return a.seq === b.seq && a.revision === b.revision;
}
