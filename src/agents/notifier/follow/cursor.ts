/**
 * How far a numbered record of events has been followed. What must hold: no event is passed over in
 * silence. A record that is not the one from before (another file, an older copy, one that was
 * trimmed) is noticed, and what is missing is told.
 */
import { z } from 'zod';

export const Cursor = z.strictObject({
  /** Which record. */
  source: z.string(),
  seq: z.int().min(0),
  /** When event `seq` happened: another time with its number is another record. Null: not known. */
  atMs: z.number().nullable(),
  /** Older events are old news. */
  skipBeforeMs: z.number(),
});
export type Cursor = Readonly<z.output<typeof Cursor>>;

interface Numbered {
  readonly seq: number;
  readonly atMs: number;
}

/** What the record has after `readAfter`, oldest first. */
export interface Page<E extends Numbered> {
  readonly source: string;
  readonly events: readonly E[];
  readonly newestSeq: number;
}

export interface News<E extends Numbered> {
  /** `begin`: a first look; `replaced`: another record; the events come with the next page then. */
  readonly kind: 'begin' | 'replaced' | 'events';
  readonly events: readonly E[];
  readonly cursor: Cursor;
  /** Events that were gone before they were read. */
  readonly missed: number;
  /** Events that are still to be read. */
  readonly behind: number;
}

/** A first look tells how the desk came up, and nothing of what was long before. */
const FIRST_LOOK_BACK_MS = 120_000;
const FIRST_LOOK_BACK_EVENTS = 400;
/** Of another record, what is older than this is old news. */
const REPLACED_LOOK_BACK_MS = 3_600_000;

/** One before the last event that was dealt with, which shows whether this is the same record. */
export function readAfter(cursor: Cursor | null): number {
  return Math.max(0, (cursor?.seq ?? 0) - 1);
}

export function newsOf<E extends Numbered>(
  cursor: Cursor | null,
  page: Page<E>,
  nowMs: number,
): News<E> {
  const { source, newestSeq } = page;
  const fresh = { source, atMs: null };
  if (cursor === null) {
    const seq = Math.max(0, newestSeq - FIRST_LOOK_BACK_EVENTS);
    const begun = { ...fresh, seq, skipBeforeMs: nowMs - FIRST_LOOK_BACK_MS };
    return { kind: 'begin', events: [], cursor: begun, missed: 0, behind: newestSeq - seq };
  }
  if (isOther(cursor, page)) {
    const skipBeforeMs = Math.max((cursor.atMs ?? 0) + 1, nowMs - REPLACED_LOOK_BACK_MS);
    const begun = { ...fresh, seq: 0, skipBeforeMs };
    return { kind: 'replaced', events: [], cursor: begun, missed: 0, behind: newestSeq };
  }
  const unread = page.events.filter(({ seq }) => seq > cursor.seq);
  const [first] = unread;
  const last = unread.at(-1);
  // Nothing is known of the event before the first of a record that was just begun.
  const isKnown = cursor.atMs !== null;
  const next = last === undefined ? cursor : { ...cursor, seq: last.seq, atMs: last.atMs };
  return {
    kind: 'events',
    events: unread.filter(({ atMs }) => atMs >= cursor.skipBeforeMs),
    cursor: next,
    missed: first === undefined || !isKnown ? 0 : first.seq - cursor.seq - 1,
    behind: Math.max(0, newestSeq - next.seq),
  };
}

function isOther<E extends Numbered>(cursor: Cursor, page: Page<E>): boolean {
  if (cursor.source !== page.source || page.newestSeq < cursor.seq) return true;
  const same = page.events.find(({ seq }) => seq === cursor.seq);
  return cursor.atMs !== null && same !== undefined && same.atMs !== cursor.atMs;
}
