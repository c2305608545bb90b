import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#platform/random.ts';
import type { WorldEvent } from '#practice/world.ts';
import { Maker } from './maker.ts';
import { SymbolMarket } from './symbol-market.ts';
import { chooseCoins, specOf } from './symbols.ts';

const NOW = Date.UTC(2026, 5, 3);

function start() {
  const events: WorldEvent[] = [];
  const [coin] = chooseCoins(['BTC/USDT']);
  if (coin === undefined) throw new Error('BTC is listed');
  const market = new SymbolMarket({
    spec: specOf(coin),
    historyMs: NOW,
    startMs: NOW,
    firstTradeId: 1,
    fillsQuiet: true,
    publish: (event) => events.push(event),
  });
  return { market, maker: new Maker(market), events, random: seededRandom(3) };
}

const quoteAt = (ticks: number, spread = 10) => ({
  bidTicks: ticks,
  askTicks: ticks + spread,
  touchLots: 1000,
});

describe('maker', () => {
  it('shows exactly the quoted touch, with a ladder behind it', () => {
    const { market, maker, random } = start();
    maker.quote(quoteAt(6_000_000), NOW, random);

    const { bids, asks } = market.book(50);
    expect(bids[0]?.[0]).toBe(6_000_000);
    expect(asks[0]?.[0]).toBe(6_000_010);
    expect(bids.length).toBeGreaterThan(4);
    expect(asks.length).toBeGreaterThan(4);
  });

  it('moves little of its ladder when the price moves little', () => {
    const { market, maker, random } = start();
    for (let i = 0; i < 20; i += 1) maker.quote(quoteAt(6_000_000), NOW, random);
    market.publishBook(NOW);
    maker.quote(quoteAt(6_000_050), NOW, random);

    const changes = market.engine.takeChanges();
    expect((changes?.bids.length ?? 0) + (changes?.asks.length ?? 0)).toBeLessThanOrEqual(5);
  });

  it('never trades with itself and always shows the quote, wherever the price goes', () => {
    const quotes = fc.array(
      fc.record({
        ticks: fc.integer({ min: 10, max: 9_000_000 }),
        spread: fc.integer({ min: 1, max: 500 }),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(quotes, (steps) => {
        const { market, maker, events, random } = start();
        for (const { ticks, spread } of steps) {
          maker.quote(quoteAt(ticks, spread), NOW, random);
          expect(market.best('buy')).toBe(ticks);
          expect(market.best('sell')).toBe(ticks + spread);
        }
        expect(events.filter((event) => event.kind === 'trade')).toEqual([]);
      }),
    );
  });

  it('tops up a touch that was eaten, behind what is left of it', () => {
    const { market, maker, random } = start();
    maker.quote(quoteAt(6_000_000), NOW, random);
    const before = market.book(1).asks[0]?.[1] ?? 0;
    market.submit({ owner: 'taker', side: 'buy', lots: before - 1 }, NOW);
    maker.quote(quoteAt(6_000_000), NOW, random);

    const [touch] = market.book(1).asks;
    expect(touch?.[0]).toBe(6_000_010);
    expect(touch?.[1]).toBeGreaterThan(400);
    const taken = market.submit({ owner: 'taker', side: 'buy', lots: 2 }, NOW);
    expect(taken.fills.map((fill) => [fill.ticks, fill.lots])).toEqual([
      [6_000_010, 1],
      [6_000_010, 1],
    ]);
    expect(market.tape.aggTrades({ limit: 1 })[0]).toMatchObject({ lots: 2 });
  });

  it('trades with the stale order of somebody else instead of going round it', () => {
    const { market, maker, random, events } = start();
    maker.quote(quoteAt(6_000_000), NOW, random);
    market.submit({ owner: 'desk', side: 'buy', lots: 5, limitTicks: 5_999_999 }, NOW);
    maker.quote(quoteAt(5_990_000), NOW, random);

    const trades = events.flatMap((event) => (event.kind === 'trade' ? [event.trade] : []));
    expect(trades).toMatchObject([{ ticks: 5_999_999, lots: 5, buyerIsMaker: true }]);
  });

  it('offers one order large enough for a trade that is to be one', () => {
    const { market, maker, random } = start();
    maker.quote(quoteAt(6_000_000), NOW, random);
    maker.ensure({ side: 'sell', ticks: 6_000_010, lots: 50_000, timeMs: NOW });

    const taken = market.submit(
      { owner: 'taker', side: 'buy', lots: 50_000, limitTicks: 6_000_010, timeInForce: 'IOC' },
      NOW,
    );
    expect(taken).toMatchObject({ outcome: 'filled', fills: [{ lots: 50_000 }] });
  });
});
