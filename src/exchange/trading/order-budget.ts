import { z } from 'zod';
import type { Clock } from '#platform/clock/clock.ts';

/**
 * How many new orders the venue lets the account place: so many in ten seconds and in a day. The
 * desk stays below, and entries below that, so that stops and sales always find room. The venue
 * takes filled orders off its count, and counts whoever trades on the account, so its own figure wins
 * over ours as soon as it says one; what is on its way then is not in it and counts beside it.
 */
export interface OrderBudget {
  /** Counts the orders that are sent now; undefined when there is no room for them. */
  take(orders: number, options: { readonly isUrgent: boolean }): OrdersUnderWay | undefined;
  /**
   * The venue's limits and counts, from a header or an answer. In an interval in which nothing was sent
   * it is the late word about the one before.
   */
  observe(count: OrderCount): void;
  /** The venue said -1015: no new order for so long. */
  block(forMs: number): void;
}

export interface OrdersUnderWay {
  /** Answered, or given up. */
  done(): void;
}

export interface OrderCount {
  readonly intervalMs: number;
  readonly count: number;
  readonly limit?: number | undefined;
}

/** Of 100 in ten seconds entries use 70. */
const ORDINARY_FRACTION = 0.7;
const URGENT_FRACTION = 0.97;

/** Binance's limits of July 2026, until the venue says its own. */
const FIRST: readonly (readonly [intervalMs: number, limit: number])[] = [
  [10_000, 100],
  [86_400_000, 200_000],
];

interface Window {
  readonly intervalMs: number;
  limit: number;
  index: number;
  /** By the venue's last word and what came to an end without one. */
  counted: number;
  underWay: number;
  /** Words of the venue in this interval. */
  words: number;
  hasSent: boolean;
}

function windowOf(intervalMs: number, limit: number): Window {
  return { intervalMs, limit, index: -1, counted: 0, underWay: 0, words: 0, hasSent: false };
}

export function createOrderBudget(clock: Clock): OrderBudget {
  const windows = new Map<number, Window>(
    FIRST.map(([intervalMs, limit]) => [intervalMs, windowOf(intervalMs, limit)]),
  );
  let blockedUntilMs = 0;

  function roll(window: Window): void {
    // The venue's intervals begin at whole multiples; the clock is the venue's.
    const index = Math.floor(clock.now() / window.intervalMs);
    if (index === window.index) return;
    Object.assign(window, { ...windowOf(window.intervalMs, window.limit), index });
  }

  /** Returns what ends it. */
  function send(window: Window, orders: number): () => void {
    const { index, words } = window;
    window.hasSent = true;
    window.underWay += orders;
    return () => {
      roll(window);
      if (window.index !== index) return;
      window.underWay -= orders;
      if (window.words === words) window.counted += orders;
    };
  }

  return {
    take: (orders, { isUrgent }) => {
      if (clock.monotonic() < blockedUntilMs) return undefined;
      const fraction = isUrgent ? URGENT_FRACTION : ORDINARY_FRACTION;
      for (const window of windows.values()) {
        roll(window);
        const { counted, underWay, limit } = window;
        if (counted + underWay + orders > limit * fraction) return undefined;
      }
      const ends = [...windows.values()].map((window) => send(window, orders));
      return { done: () => ends.forEach((end) => end()) };
    },
    observe: ({ intervalMs, count, limit }) => {
      const window = windows.get(intervalMs);
      if (window === undefined) return;
      roll(window);
      if (limit !== undefined) window.limit = limit;
      if (!window.hasSent) return;
      window.counted = count;
      window.words += 1;
    },
    block: (forMs) => {
      blockedUntilMs = Math.max(blockedUntilMs, clock.monotonic() + forMs);
    },
  };
}

const RateLimits = z.array(
  z.looseObject({
    rateLimitType: z.string(),
    interval: z.string(),
    intervalNum: z.int(),
    limit: z.int(),
    count: z.int(),
  }),
);

const INTERVAL_MS: Readonly<Record<string, number>> = {
  SECOND: 1_000,
  MINUTE: 60_000,
  HOUR: 3_600_000,
  DAY: 86_400_000,
};

/** What an answer of the WebSocket API says of limits: order counts, and the weight of the minute. */
export function limitsIn(rateLimits: unknown): {
  readonly orders: readonly OrderCount[];
  readonly weight: number | undefined;
} {
  const parsed = RateLimits.safeParse(rateLimits);
  if (!parsed.success) return { orders: [], weight: undefined };
  const rows = parsed.data.map(({ rateLimitType: type, interval, intervalNum, limit, count }) => ({
    type,
    intervalMs: (INTERVAL_MS[interval] ?? 0) * intervalNum,
    limit,
    count,
  }));
  return {
    orders: rows.filter(({ type }) => type === 'ORDERS'),
    weight: rows.find(({ type, intervalMs }) => type === 'REQUEST_WEIGHT' && intervalMs === 60_000)
      ?.count,
  };
}

const ORDER_HEADER = /^x-mbx-order-count-(\d+)([smhd])$/;
const LETTER_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A header of a REST answer that counts orders. */
export function orderCountIn(name: string, value: unknown): OrderCount | undefined {
  const match = ORDER_HEADER.exec(name.toLowerCase());
  const count = Number(value);
  if (match === null || !Number.isInteger(count)) return undefined;
  return { intervalMs: Number(match[1]) * (LETTER_MS[match[2] ?? ''] ?? 0), count };
}
