import type { OrderEvent } from './order-event.ts';

/**
 * What became of a command (place, cancel, replace). Not an order status: a command that timed out is
 * `unknown` while the order may well be open. `refused` needs positive evidence from the venue.
 */
export type CommandOutcome =
  | { readonly outcome: 'accepted'; readonly events: readonly OrderEvent[] }
  | { readonly outcome: 'refused'; readonly code: string; readonly reason: string }
  | { readonly outcome: 'unknown'; readonly cause: string };

export type CommandKind = 'place' | 'place-list' | 'place-bracket' | 'cancel' | 'replace';
