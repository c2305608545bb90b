import { describe, expect, it } from 'vitest';
import { Quote } from '#core/model/market.ts';
import { Pair } from '#core/model/pair.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { fallWatch } from './fall-watch.ts';
import { openLastPrices } from './last-prices.ts';

const BTC = Pair.parse('BTC/USDT');
const ETH = Pair.parse('ETH/USDT');

async function prices() {
  const clock = fakeClock();
  let hear: (batch: readonly Quote[]) => void = () => undefined;
  const bus = {
    subscribe: (_: unknown, listener: unknown) => {
      hear = listener as typeof hear;
      return Promise.resolve({ [Symbol.asyncDispose]: () => Promise.resolve() });
    },
  };
  const last = await openLastPrices({ bus, clock });
  const tell = (bid: string, ask: string, receivedMs = clock.now()) =>
    hear([
      Quote.parse({ pair: BTC, bid, ask, bidQty: '1', askQty: '1', atMs: receivedMs, receivedMs }),
    ]);
  return { clock, last, tell };
}

describe('the last prices', () => {
  it('are bid and middle of the last quote', async () => {
    const { last, tell } = await prices();
    expect(last.isHearing()).toBe(false);
    tell('99', '101');
    tell('98', '100');

    expect(last.isHearing()).toBe(true);
    expect(last.of(BTC)).toEqual({ bid: 98, middle: 99 });
    expect(last.of(ETH)).toBeUndefined();
  });

  it('are none when no batch repeats them any more', async () => {
    const { clock, last, tell } = await prices();
    tell('99', '101');

    await clock.advance(5_000);
    expect(last.of(BTC)).toBeDefined();
    await clock.advance(1);
    expect(last.of(BTC)).toBeUndefined();
  });

  it('are the ones before while a book is swept on one side', async () => {
    const { last, tell } = await prices();
    tell('99', '101');
    tell('99', '200');
    tell('10', '100');
    tell('0', '100');

    expect(last.of(BTC)).toEqual({ bid: 99, middle: 100 });
  });

  it('are none of a mute stream that is repeated', async () => {
    const { clock, last, tell } = await prices();
    const sinceMs = clock.now();
    await clock.advance(60_001);

    tell('99', '101', sinceMs);

    expect(last.of(BTC)).toBeUndefined();
  });
});

describe('the watch for a fall', () => {
  it('sees what is held fall by a stop since the last look', async () => {
    const { last, tell } = await prices();
    const watch = fallWatch(last);
    tell('100', '101');
    watch.note([BTC, ETH]);

    tell('98.01', '99');
    expect(watch.isFalling()).toBe(false);
    tell('98', '99');
    expect(watch.isFalling()).toBe(true);
    watch.note([BTC, ETH]);
    expect(watch.isFalling()).toBe(false);
  });

  it('sees nothing where there is no price', async () => {
    const { clock, last, tell } = await prices();
    const watch = fallWatch(last);
    watch.note([BTC]);
    expect(watch.isFalling()).toBe(false);

    tell('100', '101');
    watch.note([BTC]);
    await clock.advance(6_000);
    expect(watch.isFalling()).toBe(false);
  });
});
