import { FromParent } from './contract.ts';
import type { FromChild } from './contract.ts';

/**
 * The child's side of the IPC channel. A parent that has stopped reading would let messages pile up
 * in this process, so beyond a few unsent ones the rest are dropped: beats and metrics are
 * replaced by the next, and replies are asked for again.
 */
export interface ParentChannel {
  /** False when the message was dropped. */
  readonly send: (message: FromChild) => boolean;
  /** Sends and waits until it is out, at most as long as the caller cares. */
  readonly sent: (message: FromChild) => Promise<void>;
  /** Both return how to stop listening. */
  onMessage(listener: (message: FromParent) => void): () => void;
  onMalformed(listener: () => void): void;
  onGone(listener: () => void): () => void;
}

const UNSENT_MAX = 64;

/** Undefined when this process was not started by the coordinator. */
export function parentChannel(): ParentChannel | undefined {
  if (process.send === undefined) return undefined;
  let unsent = 0;
  let tellMalformed = (): void => undefined;

  function post(message: FromChild, done: () => void): boolean {
    if (!process.connected || process.send === undefined || unsent >= UNSENT_MAX) {
      done();
      return false;
    }
    unsent += 1;
    process.send(message, undefined, {}, () => {
      unsent -= 1;
      done();
    });
    return true;
  }

  return {
    send: (message) => post(message, () => undefined),
    sent: (message) => new Promise((resolve) => void post(message, resolve)),
    onMessage: (listener) => {
      const take = (raw: unknown): void => {
        const parsed = FromParent.safeParse(raw);
        if (parsed.success) listener(parsed.data);
        else tellMalformed();
      };
      process.on('message', take);
      return () => void process.off('message', take);
    },
    onMalformed: (listener) => {
      tellMalformed = listener;
    },
    onGone: (listener) => {
      // The parent may have died before this line ran; the event would then never come.
      if (!process.connected) setImmediate(listener);
      else process.once('disconnect', listener);
      return () => void process.off('disconnect', listener);
    },
  };
}
