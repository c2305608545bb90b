import type { Pair } from '#core/model/pair.ts';
import type { Timeframe } from '#core/model/timeframe.ts';
import type { EnqueueMarks } from './enqueue-marks.ts';

/** The marks as they are now. */
export interface MarkKeeper {
  note(pair: Pair, closeMs: number): void;
  /** A pair that left is not caught up with when it joins again. */
  forget(pair: Pair): void;
  setEpoch(epochId: string): void;
  current(): EnqueueMarks;
  /** The marks when they changed since last taken. */
  takeChanged(): EnqueueMarks | undefined;
}

export function createMarkKeeper(start: {
  venue: string;
  timeframe: Timeframe;
  epochId: string | undefined;
}): MarkKeeper {
  const closes = new Map<Pair, number>();
  let { epochId } = start;
  let isChanged = false;

  function current(): EnqueueMarks {
    return {
      venue: start.venue,
      timeframe: start.timeframe,
      ...(epochId === undefined ? {} : { epochId }),
      closes: Object.fromEntries(closes),
    };
  }

  return {
    note: (pair, closeMs) => {
      if (closeMs <= (closes.get(pair) ?? 0)) return;
      closes.set(pair, closeMs);
      isChanged = true;
    },
    forget: (pair) => {
      isChanged = closes.delete(pair) || isChanged;
    },
    setEpoch: (id) => {
      epochId = id;
      isChanged = true;
    },
    current,
    takeChanged: () => {
      if (!isChanged) return undefined;
      isChanged = false;
      return current();
    },
  };
}
