import { destination } from 'pino';

export interface LogDestination {
  write(line: string): void;
  /** Writes what is buffered before an exit; false when a full or closed pipe did not take it. */
  flush(): boolean;
}

// A reader that has stopped (a paused coordinator) leaves this much in memory, then lines drop.
const BUFFER_BYTES_MAX = 1_048_576;
const FLUSH_TRIES_MAX = 5;

/** Standard output, asynchronous and bounded: a reader that does not read never blocks an agent. */
export function stdoutDestination(): LogDestination {
  let flushTries: number | undefined;
  const stream = destination({
    dest: 1,
    sync: false,
    maxLength: BUFFER_BYTES_MAX,
    retryEAGAIN: () => {
      if (flushTries === undefined) return true;
      flushTries += 1;
      return flushTries < FLUSH_TRIES_MAX;
    },
  });
  // The reader is gone (EPIPE): the lines have nowhere to go, and the lifecycle ends the process.
  stream.on('error', () => undefined);
  return {
    write: (line) => void stream.write(line),
    flush: () => {
      flushTries = 0;
      try {
        stream.flushSync();
        return true;
      } catch {
        return false;
      } finally {
        flushTries = undefined;
      }
    },
  };
}
