import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { createOrderBudget, limitsIn, orderCountIn } from './order-budget.ts';

const START = 1_700_000_040_000;
const ENTRY = { isUrgent: false };
const STOP = { isUrgent: true };

describe('createOrderBudget', () => {
  it('keeps room for stops and sales', () => {
    const budget = createOrderBudget(fakeClock(START));

    expect(budget.take(70, ENTRY)).toBe(true);
    expect(budget.take(1, ENTRY)).toBe(false);
    expect(budget.take(27, STOP)).toBe(true);
    expect(budget.take(1, STOP)).toBe(false);
  });

  it('starts anew with the interval', async () => {
    const clock = fakeClock(START);
    const budget = createOrderBudget(clock);
    budget.take(70, ENTRY);

    await clock.advance(10_000);

    expect(budget.take(70, ENTRY)).toBe(true);
  });

  it('takes the venue’s word for its count and its limit', () => {
    const budget = createOrderBudget(fakeClock(START));
    budget.take(70, ENTRY);

    // Filled orders are taken off.
    budget.observe({ intervalMs: 10_000, count: 3 });
    expect(budget.take(60, ENTRY)).toBe(true);
    budget.observe({ intervalMs: 10_000, count: 3, limit: 50 });

    expect(budget.take(40, ENTRY)).toBe(false);
    expect(budget.take(30, ENTRY)).toBe(true);
  });

  it('sends no order while the venue has said that there were too many', async () => {
    const clock = fakeClock(START);
    const budget = createOrderBudget(clock);
    budget.block(3_000);

    expect(budget.take(1, STOP)).toBe(false);
    await clock.advance(3_000);
    expect(budget.take(1, STOP)).toBe(true);
  });
});

describe('limits in answers', () => {
  it('reads headers', () => {
    expect(orderCountIn('X-MBX-ORDER-COUNT-10S', '12')).toEqual({ intervalMs: 10_000, count: 12 });
    expect(orderCountIn('x-mbx-order-count-1d', '7')).toEqual({ intervalMs: 86_400_000, count: 7 });
    expect(orderCountIn('x-mbx-used-weight-1m', '7')).toBeUndefined();
    expect(orderCountIn('x-mbx-order-count-10s', 'many')).toBeUndefined();
  });

  it('reads answers of the WebSocket API', () => {
    const row = { intervalNum: 10, limit: 50, count: 12 };
    const limits = [
      { ...row, rateLimitType: 'ORDERS', interval: 'SECOND' },
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6, count: 3 },
    ];

    expect(limitsIn(limits)).toEqual({
      orders: [{ type: 'ORDERS', intervalMs: 10_000, limit: 50, count: 12 }],
      weight: 3,
    });
    expect(limitsIn('none')).toEqual({ orders: [], weight: undefined });
  });
});
