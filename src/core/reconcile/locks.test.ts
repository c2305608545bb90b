import { expect, it } from 'vitest';
import { mayBeLocked } from './locks.ts';
import { amount, BTC, ownOrder, seenOrder } from './seen.fixture.ts';
import type { SeenOrder } from './venue-view.ts';

const SALE = ownOrder({ side: 'sell', leg: 'stop' });
const BUY = ownOrder({ side: 'buy' });

function has(locked: Record<string, string>, ...seen: readonly SeenOrder[]) {
  const balances = Object.entries(locked).map(([asset, text]) => ({
    asset,
    free: amount('0'),
    locked: amount(text),
  }));
  return { balances, seen };
}

it('holds nothing where nothing of its coin is locked', () => {
  expect(mayBeLocked(SALE, has({}))).toBe(false);
  expect(mayBeLocked(SALE, has({ BTC: '0', USDT: '50' }))).toBe(false);
  expect(mayBeLocked(BUY, has({ BTC: '3', USDT: '0' }))).toBe(false);
});

it('may hold what no order that is shown explains', () => {
  expect(mayBeLocked(SALE, has({ BTC: '0.1' }))).toBe(true);
  expect(mayBeLocked(BUY, has({ USDT: '0.1' }))).toBe(true);
});

it('does not count what the rest of other orders locks', () => {
  const sale = seenOrder({ side: 'sell', qty: amount('2'), filledQty: amount('0.5') });
  const buy = seenOrder({ side: 'buy', qty: amount('2'), price: amount('100') });

  expect(mayBeLocked(SALE, has({ BTC: '1.5' }, sale, buy))).toBe(false);
  expect(mayBeLocked(SALE, has({ BTC: '1.6' }, sale, buy))).toBe(true);
  expect(mayBeLocked(BUY, has({ USDT: '200' }, sale, buy))).toBe(false);
  expect(mayBeLocked(BUY, has({ USDT: '201' }, sale, buy))).toBe(true);
});

it('counts the coins of a list once', () => {
  const leg = (venueOrderId: string) =>
    seenOrder({ side: 'sell', qty: amount('2'), listId: '9', venueOrderId, pair: BTC });

  expect(mayBeLocked(SALE, has({ BTC: '2' }, leg('1'), leg('2')))).toBe(false);
  expect(mayBeLocked(SALE, has({ BTC: '4' }, leg('1'), leg('2')))).toBe(true);
});

it('takes an order that does not say what it locks for no reason', () => {
  const unsized = seenOrder({ side: 'sell', qty: undefined });
  const unpriced = seenOrder({ side: 'buy', price: undefined });

  expect(mayBeLocked(SALE, has({ BTC: '1' }, unsized))).toBe(true);
  expect(mayBeLocked(BUY, has({ USDT: '1' }, unpriced))).toBe(true);
});
