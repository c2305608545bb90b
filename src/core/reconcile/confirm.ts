import { type Difference, gapOf } from './difference.ts';

/** A difference that one read found and the next may confirm. */
export interface Candidate {
  readonly difference: Difference;
  readonly firstMs: number;
  /** Reads in a row that found it, the same to the last digit. */
  readonly reads: number;
  /** Number of order events heard when it was read last. */
  readonly heard: number;
  readonly isConfirmed: boolean;
}

export type Candidates = ReadonlyMap<string, Candidate>;

export interface Read {
  readonly differences: readonly Difference[];
  readonly atMs: number;
  /** Order events heard so far, anybody's. */
  readonly heard: number;
  /** True when a command was under way or an event came while it was read. */
  readonly isRestless: boolean;
}

/** An order is missed so often before it counts as gone. */
export const MISSES_NEEDED = 3;
/** On a desk that never rests, so many equal reads count as much as two quiet ones. */
export const READS_WITHOUT_REST = 5;

/**
 * Which differences are real.
 *
 * 1. A difference counts when two reads in a row found it, the same to the last digit, with no order
 *    event between them and no command under way; or when {@link READS_WITHOUT_REST} reads in a row
 *    found the same, whatever happened meanwhile: what a fill moves would not stay the same.
 *    An order counts as gone only after {@link MISSES_NEEDED} such reads: absence is never guessed.
 * 2. One that was confirmed stays so while it is found, even when its amount changes.
 * 3. One that a read does not find is gone.
 */
export function confirm(before: Candidates, read: Read): Candidates {
  const after = new Map<string, Candidate>();
  for (const difference of read.differences) {
    const { key } = difference;
    after.set(key, next(before.get(key), difference, read));
  }
  return after;
}

function next(before: Candidate | undefined, difference: Difference, read: Read): Candidate {
  const { heard, atMs } = read;
  const isSame = before !== undefined && gapOf(before.difference) === gapOf(difference);
  const reads = isSame ? before.reads + 1 : 1;
  const isQuiet = isSame && !read.isRestless && before.heard === heard;
  const isEnough = reads >= (difference.kind === 'order-gone' ? MISSES_NEEDED : 2);
  return {
    difference,
    firstMs: before?.firstMs ?? atMs,
    reads,
    // A restless read is no first half of a pair of quiet ones.
    heard: read.isRestless ? Number.NaN : heard,
    isConfirmed:
      before?.isConfirmed === true || (isQuiet && isEnough) || reads >= READS_WITHOUT_REST,
  };
}
