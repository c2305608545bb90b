import { describe, expect, it } from 'vitest';
import { OrderBook, PublicTrade } from '#core/model/market.ts';
import { AFTER_MS } from '#core/fidelity/order-watch.ts';
import { BTC, testDesk } from '../desk.fixture.ts';
import { FidelityWatch } from './fidelity-watch.ts';

const ENTER = { action: 'enter', stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };

function bookOf(atMs: number, mid: number): OrderBook {
  const level = (price: number) => [[price.toFixed(2), '5']] as const;
  const at = { pair: BTC, atMs, receivedMs: atMs, updateId: atMs };
  return OrderBook.parse({ ...at, bids: level(mid * 0.9999), asks: level(mid * 1.0001) });
}

describe('FidelityWatch', () => {
  it('scores what the paper broker did to a bracket and its exits', async () => {
    const watch = new FidelityWatch({ latencyMs: 50, hasTwin: false });
    await using desk = await testDesk();
    await desk.price(50_000);
    const startMs = Math.floor(desk.clock.now());
    watch.onBook(bookOf(startMs - 10, 50_000));
    await desk.send(ENTER);
    await desk.pass(2_000);
    for (const event of desk.events) watch.onEvent(event);
    watch.onBook(bookOf(startMs + 2_000, 50_000));

    expect(watch.size).toBe(3);
    await desk.send({ action: 'exit' });
    for (const event of desk.events) watch.onEvent(event);
    const nowMs = desk.clock.now() + AFTER_MS + 10_000;
    const scores = watch.take(nowMs);

    expect(watch.size).toBe(0);
    expect(
      scores
        .map(({ leg, isPaperFilled, isTrulyFilled }) => [leg, isPaperFilled, isTrulyFilled])
        .toSorted((a, b) => String(a[0]).localeCompare(String(b[0]))),
    ).toEqual(
      [
        ['entry', true, true],
        ['exit', true, null],
        ['stop', false, false],
        ['target', false, false],
      ].filter(([leg]) => scores.some((score) => score.leg === leg)),
    );
    const entry = scores.find(({ leg }) => leg === 'entry');
    expect(entry?.arrivalAsk).toBeCloseTo(50_005);
    expect(entry?.paperPrice).toBeCloseTo(50_005);
  });

  it('keeps no more than its bound and forgets orders it saw no market for', () => {
    const watch = new FidelityWatch({ latencyMs: 50, hasTwin: false });
    for (let n = 0; n < 1_000; n += 1) {
      watch.onBook(bookOf(n, 100));
      watch.onTrades([
        PublicTrade.parse({ pair: BTC, id: n, price: '1', qty: '1', takerSide: 'buy', atMs: n }),
      ]);
    }

    expect(watch.size).toBe(0);
    expect(watch.take(10_000)).toEqual([]);
  });
});
