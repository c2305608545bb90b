/**
 * Sees that Redis was wiped or replaced: the coordinator writes a new epoch when the key is
 * missing, and a changed epoch means that everything else in Redis is gone too.
 */
import type { Clock } from '#platform/clock/clock.ts';

export interface WipeWatch {
  onWipe(listener: (epochId: string) => void): void;
  close(): void;
}

// A wipe must be repaired within a second or so; one tiny read four times a second is cheap.
const LOOK_EVERY_MS = 250;

export function wipeWatch(
  clock: Clock,
  readEpoch: () => Promise<string | undefined>,
  onFailure: (error: unknown) => void,
): WipeWatch {
  const listeners: ((epochId: string) => void)[] = [];
  let known: string | undefined;
  let isClosed = false;
  let timer = clock.after(0, next, { unref: true });

  function next(): void {
    void look().finally(() => {
      if (!isClosed) timer = clock.after(LOOK_EVERY_MS, next, { unref: true });
    });
  }

  async function look(): Promise<void> {
    let current: string | undefined;
    try {
      current = await readEpoch();
    } catch {
      // Redis is away; the connection says so elsewhere and the next look comes soon.
      return;
    }
    if (current === undefined || current === known) return;
    const isWipe = known !== undefined;
    known = current;
    if (isWipe && !isClosed) for (const listener of listeners) notify(listener, current);
  }

  function notify(listener: (epochId: string) => void, epochId: string): void {
    try {
      listener(epochId);
    } catch (error) {
      onFailure(error);
    }
  }

  return {
    onWipe: (listener) => {
      listeners.push(listener);
    },
    close: () => {
      isClosed = true;
      timer.cancel();
    },
  };
}
