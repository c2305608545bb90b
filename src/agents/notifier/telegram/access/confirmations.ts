/**
 * Commands that wait for their button: each is used once, by the person who asked, within its time.
 * They live in memory alone: what was asked before a restart is not carried out after it.
 */
import type { Clock, Timer } from '#platform/clock/clock.ts';

export interface Pending<T> {
  readonly userId: number;
  readonly userName: string;
  readonly what: T;
}

export type Taken<T> =
  | { readonly kind: 'taken'; readonly pending: Pending<T> }
  | { readonly kind: 'gone' }
  | { readonly kind: 'not-yours'; readonly userName: string };

export interface Confirmations<T> {
  /** `onExpired` runs when nobody pressed in time. */
  add(nonce: string, pending: Pending<T>, onExpired: () => void): void;
  take(nonce: string, userId: number): Taken<T>;
  size(): number;
  clear(): void;
}

// A person has few questions open; the bound is for a chat gone wild.
const WAITING_MAX = 50;

export function confirmations<T>(clock: Clock, seconds: number): Confirmations<T> {
  const waiting = new Map<
    string,
    Pending<T> & { readonly timer: Timer; readonly untilMs: number }
  >();

  function drop(nonce: string): void {
    waiting.get(nonce)?.timer.cancel();
    waiting.delete(nonce);
  }

  return {
    add: (nonce, pending, onExpired) => {
      for (const oldest of waiting.keys()) {
        if (waiting.size < WAITING_MAX) break;
        drop(oldest);
      }
      const timer = clock.after(seconds * 1_000, () => {
        drop(nonce);
        onExpired();
      });
      const untilMs = clock.monotonic() + seconds * 1_000;
      waiting.set(nonce, { ...pending, timer, untilMs });
    },
    take: (nonce, userId) => {
      const found = waiting.get(nonce);
      // A process that was stopped and woken has not run its timers yet.
      if (found === undefined || clock.monotonic() >= found.untilMs) return { kind: 'gone' };
      if (found.userId !== userId) return { kind: 'not-yours', userName: found.userName };
      drop(nonce);
      return { kind: 'taken', pending: found };
    },
    size: () => waiting.size,
    clear: () => {
      for (const nonce of waiting.keys()) drop(nonce);
    },
  };
}
