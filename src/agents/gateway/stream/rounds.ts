/**
 * Gives every client its turn whenever there is something new, in slices: after a few milliseconds
 * other work of the process goes first. What comes up during a round starts another one after it.
 */
import type { Clock } from '#platform/clock/clock.ts';

export interface Rounds {
  /** There is something new. */
  wake(): void;
  /** Resolves when everyone has had a turn since the last wake. */
  done(): Promise<void>;
}

export interface RoundPorts<T> {
  readonly members: ReadonlySet<T>;
  readonly turn: (member: T) => void;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Lets everything else that is due go first. */
  readonly yieldLoop: () => Promise<void>;
  readonly onSlice: (ms: number) => void;
  readonly onRound: (ms: number) => void;
  readonly onFailure: (error: unknown) => void;
}

// Half of the 10 ms for which the loop may stand still: the turns of a slice are not its only work.
const SLICE_MS = 5;
// The clock is read once for so many turns; a turn takes some 15 us.
const TURNS_BETWEEN = 16;

export function rounds<T>(ports: RoundPorts<T>): Rounds {
  const { clock, members, onRound, onSlice, turn, yieldLoop } = ports;
  let isWanted = false;
  let running: Promise<void> | undefined;

  async function round(): Promise<void> {
    const startMs = clock.monotonic();
    let sliceMs = startMs;
    let turns = 0;
    for (const member of members) {
      turn(member);
      turns += 1;
      if (turns % TURNS_BETWEEN !== 0) continue;
      const nowMs = clock.monotonic();
      if (nowMs - sliceMs < SLICE_MS) continue;
      onSlice(nowMs - sliceMs);
      await yieldLoop();
      sliceMs = clock.monotonic();
    }
    const endMs = clock.monotonic();
    onSlice(endMs - sliceMs);
    onRound(endMs - startMs);
  }

  async function run(): Promise<void> {
    try {
      while (isWanted) {
        // Whatever else is new at this instant comes into the same round.
        await yieldLoop();
        isWanted = false;
        await round();
      }
    } catch (error) {
      ports.onFailure(error);
    } finally {
      running = undefined;
    }
  }

  return {
    wake: () => {
      isWanted = true;
      running ??= run();
    },
    done: async () => {
      await running;
    },
  };
}
