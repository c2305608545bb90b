/**
 * Keeps the shared tail at the end of the ledger's events while anyone is connected. A message of
 * execution makes it look at once; it looks anyway every quarter of a second, so Redis may be away.
 */
import type { LedgerEvent } from '#core/model/desk-event.ts';
import type { LedgerReader } from '#ledger/reader.ts';
import { frameOf, type EventTail } from './event-tail.ts';

export type ResetReason = 'trimmed' | 'replaced' | 'ahead';

export interface FollowLedger {
  /** Reads what is new; rejects while the ledger cannot be read. */
  poll(): Promise<void>;
  /** First number the ledger still has, as of the last look. */
  oldestSeq(): number;
}

export interface FollowPorts {
  readonly tail: EventTail;
  readonly read: <T>(run: (reader: LedgerReader) => Promise<T>) => Promise<T>;
  /** Events are in the tail, `fresh` are new ones; resolves when everyone has had a turn. */
  readonly onNew: (fresh: readonly LedgerEvent[]) => Promise<void>;
  /** Events were missed: the tail begins anew at its head. */
  readonly onReset: (reason: ResetReason) => void;
}

// Parsed and framed in some 3 ms.
const PAGE = 100;
// What those who come back after a restart of the gateway most likely ask for.
const PRELOADED = 1_000;

export function followLedger(ports: FollowPorts): FollowLedger {
  const { tail, read } = ports;
  let polling: Promise<void> | undefined;
  let isAskedAgain = false;
  let oldestSeq = 0;

  async function look(): Promise<void> {
    const range = await read((reader) => reader.eventRange());
    ({ oldestSeq } = range);
    const head = tail.head();
    if (head === undefined) {
      tail.restart(Math.max(0, range.oldestSeq - 1, range.newestSeq - PRELOADED));
    } else if (range.newestSeq < head) {
      reset(range.newestSeq, 'replaced');
    } else if (range.oldestSeq > head + 1) {
      reset(range.newestSeq, 'trimmed');
    }
    const isFresh = head !== undefined;
    while (await readPage(isFresh));
  }

  /** True when there may be more. */
  async function readPage(isFresh: boolean): Promise<boolean> {
    const seq = tail.head() ?? 0;
    const events = await read((reader) => reader.events({ afterSeq: seq, limit: PAGE }));
    if (events.length === 0) return false;
    tail.add(events.map(frameOf));
    // Nobody may lose the tail to events that came in faster than they were given out.
    await ports.onNew(isFresh ? events : []);
    return events.length === PAGE;
  }

  function reset(newestSeq: number, reason: ResetReason): void {
    tail.restart(newestSeq);
    ports.onReset(reason);
  }

  async function pollOnce(): Promise<void> {
    try {
      do {
        isAskedAgain = false;
        await look();
      } while (isAskedAgain);
    } finally {
      polling = undefined;
    }
  }

  return {
    poll: () => {
      isAskedAgain = polling !== undefined;
      polling ??= pollOnce();
      return polling;
    },
    oldestSeq: () => oldestSeq,
  };
}
