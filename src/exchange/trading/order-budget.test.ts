import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { createOrderBudget, limitsIn, orderCountIn } from './order-budget.ts';

const START = 1_700_000_040_000;
const ENTRY = { isUrgent: false };
const STOP = { isUrgent: true };

describe('createOrderBudget', () => {
  it('keeps room for stops and sales', () => {
    const budget = createOrderBudget(fakeClock(START));

    expect(budget.take(70, ENTRY)).toBeDefined();
    expect(budget.take(1, ENTRY)).toBeUndefined();
    expect(budget.take(27, STOP)).toBeDefined();
    expect(budget.take(1, STOP)).toBeUndefined();
  });

  it('starts anew with the interval', async () => {
    const clock = fakeClock(START);
    const budget = createOrderBudget(clock);
    budget.take(70, ENTRY);

    await clock.advance(10_000);

    expect(budget.take(70, ENTRY)).toBeDefined();
  });

  it('takes the venue’s word for its count and its limit', () => {
    const budget = createOrderBudget(fakeClock(START));
    const sent = budget.take(70, ENTRY);

    // Filled orders are taken off.
    budget.observe({ intervalMs: 10_000, count: 3 });
    sent?.done();
    const more = budget.take(60, ENTRY);
    expect(more).toBeDefined();
    budget.observe({ intervalMs: 10_000, count: 3, limit: 50 });
    more?.done();

    expect(budget.take(40, ENTRY)).toBeUndefined();
    expect(budget.take(30, ENTRY)).toBeDefined();
  });

  it('counts what is on its way beside the venue’s word, which does not know of it', () => {
    const budget = createOrderBudget(fakeClock(START));
    const sent = Array.from({ length: 20 }, () => budget.take(3, ENTRY));

    budget.observe({ intervalMs: 10_000, count: 3 });
    sent[0]?.done();

    expect(budget.take(10, ENTRY), '3 there and 57 on their way').toBeDefined();
    expect(budget.take(1, ENTRY)).toBeUndefined();
  });

  it('counts an order that ends without a word of the venue', () => {
    const budget = createOrderBudget(fakeClock(START));
    budget.take(60, ENTRY)?.done();

    expect(budget.take(10, ENTRY)).toBeDefined();
    expect(budget.take(1, ENTRY)).toBeUndefined();
  });

  it('takes no late word about the interval before for one about this', async () => {
    const clock = fakeClock(START);
    const budget = createOrderBudget(clock);
    const late = budget.take(90, STOP);
    await clock.advance(10_000);

    budget.observe({ intervalMs: 10_000, count: 97 });
    late?.done();

    expect(budget.take(3, STOP)).toBeDefined();
    budget.observe({ intervalMs: 10_000, count: 97 });
    expect(budget.take(3, STOP)).toBeUndefined();
  });

  it('sends no order while the venue has said that there were too many', async () => {
    const clock = fakeClock(START);
    const budget = createOrderBudget(clock);
    budget.block(3_000);

    expect(budget.take(1, STOP)).toBeUndefined();
    await clock.advance(3_000);
    expect(budget.take(1, STOP)).toBeDefined();
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
