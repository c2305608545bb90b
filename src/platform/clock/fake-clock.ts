import type { Clock, Timer } from './clock.ts';
import { sleepWith } from './system-clock.ts';

interface Due {
  atMs: number;
  order: number;
  run: () => void;
}

/** A clock that moves only when told to. Timers run in order of due time, then of creation. */
export interface FakeClock extends Clock {
  /** Moves time forward, running due timers in order and letting promises settle between them. */
  advance(ms: number): Promise<void>;
  /** Number of timers that have not run and were not cancelled. */
  pending(): number;
}

export function fakeClock(startMs = 1_700_000_000_000): FakeClock {
  let nowMs = startMs;
  let created = 0;
  const due = new Set<Due>();

  const after: Clock['after'] = (delayMs, run): Timer => {
    const entry: Due = { atMs: nowMs + Math.max(0, delayMs), order: created++, run };
    due.add(entry);
    return { cancel: () => void due.delete(entry) };
  };

  async function advance(ms: number): Promise<void> {
    const untilMs = nowMs + ms;
    await settle();
    for (let next = earliest(due, untilMs); next !== undefined; next = earliest(due, untilMs)) {
      due.delete(next);
      nowMs = Math.max(nowMs, next.atMs);
      next.run();
      await settle();
    }
    nowMs = untilMs;
  }

  return {
    now: () => nowMs,
    monotonic: () => nowMs - startMs,
    after,
    sleep: (delayMs, signal) => sleepWith({ after }, delayMs, signal),
    advance,
    pending: () => due.size,
  };
}

function earliest(due: Set<Due>, untilMs: number): Due | undefined {
  let first: Due | undefined;
  for (const entry of due) {
    if (entry.atMs > untilMs) continue;
    const isSooner =
      first === undefined ||
      entry.atMs < first.atMs ||
      (entry.atMs === first.atMs && entry.order < first.order);
    if (isSooner) first = entry;
  }
  return first;
}

// setImmediate runs after every queued promise reaction, so chains of awaits have settled.
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
