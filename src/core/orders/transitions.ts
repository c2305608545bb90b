import type { OrderStatus } from '#core/model/order.ts';

/**
 * Every status an order may take next, by the status it has. Events may be missed, so statuses may
 * be jumped over (a stream that only shows `filled`), but never walked back. `cancelled` and
 * `expired` may still become `filled`: a venue's cancel report can overtake the last fills, and
 * fills are booked whatever the status says.
 */
export const TRANSITIONS: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  created: [
    'pending-new',
    'open',
    'triggered',
    'partly-filled',
    'filled',
    'cancelled',
    'rejected',
    'expired',
    'expired-in-match',
  ],
  'pending-new': [
    'open',
    'triggered',
    'partly-filled',
    'filled',
    'cancelled',
    'rejected',
    'expired',
    'expired-in-match',
  ],
  open: ['triggered', 'partly-filled', 'filled', 'cancelled', 'expired', 'expired-in-match'],
  triggered: ['partly-filled', 'filled', 'cancelled', 'expired', 'expired-in-match'],
  'partly-filled': ['filled', 'cancelled', 'expired', 'expired-in-match'],
  cancelled: ['filled'],
  expired: ['filled'],
  'expired-in-match': ['filled'],
  filled: [],
  rejected: [],
};

const ENDED: ReadonlySet<OrderStatus> = new Set([
  'filled',
  'cancelled',
  'rejected',
  'expired',
  'expired-in-match',
]);

/** True when the venue will do nothing more with an order of this status. */
export function isEnded(status: OrderStatus): boolean {
  return ENDED.has(status);
}

/** Staying where one is is always legal: a second partial fill, a repeated event. */
export function isLegalStep(from: OrderStatus, to: OrderStatus): boolean {
  return from === to || TRANSITIONS[from].includes(to);
}

/** True when the statuses, oldest first, start at `created` and never leave the table. */
export function isLegalPath(path: readonly OrderStatus[]): boolean {
  if (path[0] !== 'created') return false;
  return path.every((to, index) => {
    const from = path[index - 1];
    return from === undefined || isLegalStep(from, to);
  });
}
