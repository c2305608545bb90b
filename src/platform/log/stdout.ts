import { writeSync } from 'node:fs';
import type { Clock, Timer } from '../clock/clock.ts';

export interface LogDestination {
  write(line: string): void;
  /** Writes what is buffered before an exit; false when a full or closed pipe did not take it. */
  flush(): boolean;
}

// A reader that has stopped (a paused coordinator) leaves this much in memory, then lines drop.
const BUFFER_BYTES_MAX = 1_048_576;
const RETRY_MS = 50;
const FLUSH_TRIES = 5;
const FLUSH_WAIT_MS = 20;

/**
 * Standard output without waiting for its reader. Each line is written at once, so that it is out
 * when the process is killed next; what a full pipe does not take is kept, bounded, and tried again.
 */
export function stdoutDestination(clock: Clock): LogDestination {
  // Node opens its own stream on the pipe at the first look, which makes the pipe non-blocking.
  void process.stdout.writable;
  return boundedOutput({ clock, write: (bytes) => writeSync(1, bytes) });
}

/** `write` takes what it can and throws EAGAIN when it can take nothing. */
export function boundedOutput(options: {
  readonly clock: Clock;
  readonly write: (bytes: Buffer) => number;
}): LogDestination {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let retry: Timer | undefined;
  let isGone = false;

  function push(): boolean {
    for (let bytes = waiting[0]; bytes !== undefined && !isGone; bytes = waiting[0]) {
      const taken = attempt(bytes);
      waitingBytes -= taken;
      if (taken === bytes.length) waiting.shift();
      else {
        waiting[0] = bytes.subarray(taken);
        return false;
      }
    }
    return true;
  }

  function attempt(bytes: Buffer): number {
    try {
      return options.write(bytes);
    } catch (error) {
      // Anything but a full pipe means that nobody will read again; the lifecycle ends the process.
      isGone = (error as NodeJS.ErrnoException).code !== 'EAGAIN';
      if (isGone) [waiting, waitingBytes] = [[], 0];
      return 0;
    }
  }

  function tryAgain(): void {
    retry = undefined;
    if (!push()) retry = options.clock.after(RETRY_MS, tryAgain, { unref: true });
  }

  return {
    write: (line) => {
      const bytes = Buffer.from(line);
      if (isGone || waitingBytes + bytes.length > BUFFER_BYTES_MAX) return;
      waiting.push(bytes);
      waitingBytes += bytes.length;
      if (retry === undefined) tryAgain();
    },
    flush: () => {
      for (let tries = 1; !push(); tries += 1) {
        if (tries === FLUSH_TRIES) return false;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FLUSH_WAIT_MS);
      }
      return !isGone;
    },
  };
}
