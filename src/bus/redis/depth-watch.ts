/**
 * Keeps the depth of the queues this process uses, read in the background, so that a send can be
 * refused at the queue's bound without a round trip of its own.
 */
import type { Clock } from '#platform/clock/clock.ts';
import type { Backlog } from '../bus.ts';
import { wireName, type QueueContract } from '../contract.ts';
import type { BusObserver } from '../observer.ts';

export interface DepthWatch {
  add<T>(queue: QueueContract<T>): void;
  isFull<T>(queue: QueueContract<T>): boolean;
  /** A job was added since the last reading. */
  count<T>(queue: QueueContract<T>): void;
  close(): void;
}

const READ_EVERY_MS = 500;

interface Depth {
  readonly read: () => Promise<Backlog>;
  readonly waitingMax: number;
  waiting: number;
}

export function depthWatch(
  clock: Clock,
  observer: BusObserver,
  backlog: <T>(queue: QueueContract<T>) => Promise<Backlog>,
): DepthWatch {
  const depths = new Map<string, Depth>();
  let isClosed = false;
  let timer = clock.after(READ_EVERY_MS, next, { unref: true });

  function next(): void {
    void readAll().finally(() => {
      if (!isClosed) timer = clock.after(READ_EVERY_MS, next, { unref: true });
    });
  }

  async function readAll(): Promise<void> {
    for (const [name, depth] of depths) {
      try {
        const { waiting, dead } = await depth.read();
        depth.waiting = waiting;
        observer.depth(name, { waiting, dead, waitingMax: depth.waitingMax });
      } catch {
        // Redis is away: the last reading stands, and sends fail for their own reason.
        return;
      }
    }
  }

  return {
    add: (queue) => {
      const name = wireName(queue);
      if (depths.has(name)) return;
      depths.set(name, {
        read: () => backlog(queue),
        waitingMax: queue.maxWaiting,
        waiting: 0,
      });
    },
    isFull: (queue) => (depths.get(wireName(queue))?.waiting ?? 0) >= queue.maxWaiting,
    count: (queue) => {
      const depth = depths.get(wireName(queue));
      if (depth !== undefined) depth.waiting += 1;
    },
    close: () => {
      isClosed = true;
      timer.cancel();
    },
  };
}
