import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { seededRandom } from '#platform/random.ts';
import { fakeWorld } from '../../../tests/support/fake-world.ts';
import { Fault } from '../faults/fault.ts';
import { FaultBoard } from '../faults/fault-board.ts';
import { StreamFeed } from './stream-feed.ts';
import { StreamHub } from './stream-hub.ts';
import type { Subscriber } from './stream-hub.ts';
import { parseStreamName } from './stream-name.ts';
import { makeVenue } from './venue.ts';

type Event = Record<string, never> & {
  readonly U: number;
  readonly u: number;
  readonly b: readonly (readonly [string, string])[];
  readonly a: readonly (readonly [string, string])[];
  readonly E: number;
  readonly k: { readonly t: number; readonly x: boolean; readonly i: string };
};

function make(...streams: string[]) {
  const clock = fakeClock(1_700_000_040_000);
  const world = fakeWorld(clock);
  const faults = new FaultBoard(clock, seededRandom(7));
  const venue = makeVenue(world, faults);
  const hub = new StreamHub(clock, faults);
  const feed = new StreamFeed(venue, hub);
  const heard = new Map<string, Event[]>();
  const listen = (name: string): Subscriber => {
    const parsed = parseStreamName(name, venue.symbols);
    if (parsed === undefined) throw new Error(`no stream ${name}`);
    heard.set(name, []);
    const subscriber: Subscriber = {
      deliver: (message) => heard.get(name)?.push(JSON.parse(message.raw.toString()) as Event),
    };
    hub.subscribe(parsed, subscriber);
    return subscriber;
  };
  world.subscribe((event) => feed.onEvent(event));
  for (const stream of streams) listen(stream);
  const run = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 50) {
      await clock.advance(50);
      world.step();
      feed.tick();
    }
  };
  return { clock, world, faults, hub, listen, run, of: (name: string) => heard.get(name) ?? [] };
}

describe('stream feed', () => {
  it('closes each candle exactly once per period', async () => {
    const { run, of } = make('btcusdt@kline_1s', 'btcusdt@kline_1m');
    await run(121_000);

    const closedAt = (name: string): number[] => of(name).flatMap(({ k }) => (k.x ? [k.t] : []));
    expect(closedAt('btcusdt@kline_1s')).toEqual(
      Array.from({ length: 121 }, (_, i) => 1_700_000_040_000 + i * 1000),
    );
    expect(closedAt('btcusdt@kline_1m')).toEqual([1_700_000_040_000, 1_700_000_100_000]);
  });

  it('shows the forming candle every two seconds', async () => {
    const { run, of } = make('btcusdt@kline_1m');
    await run(20_000);

    expect(of('btcusdt@kline_1m')).toHaveLength(10);
    expect(of('btcusdt@kline_1m').every(({ k }) => !k.x)).toBe(true);
  });

  it('keeps update ids without a gap and a book equal to the world’s', async () => {
    const { run, of, world } = make('btcusdt@depth@100ms');
    await run(1000);
    const snapshot = world.book('BTCUSDT', 5000);
    const bids = new Map(snapshot.bids.map(([ticks, lots]) => [ticks, lots]));
    await run(10_000);

    const events = of('btcusdt@depth@100ms');
    events.forEach((event, i) => {
      const before = events[i - 1];
      if (before !== undefined) expect(event.U).toBe(before.u + 1);
    });
    for (const event of events.filter(({ u }) => u > snapshot.lastUpdateId)) {
      for (const [price, quantity] of event.b) {
        const ticks = Math.round(Number(price) * 100);
        const lots = Math.round(Number(quantity) * 100_000);
        if (lots === 0) bids.delete(ticks);
        else bids.set(ticks, lots);
      }
    }
    expect(new Map(bids)).toEqual(new Map(world.book('BTCUSDT', 5000).bids));
  });

  it('stays without a gap for a client that comes back later', async () => {
    const { run, of, hub, listen, world } = make();
    const subscriber = listen('btcusdt@depth');
    await run(3300);
    hub.unsubscribe('btcusdt@depth', subscriber);
    expect(hub.has('btcusdt@depth')).toBe(false);
    await run(3000);
    listen('btcusdt@depth');
    const { lastUpdateId } = world.book('BTCUSDT', 1);
    await run(3000);

    const [first] = of('btcusdt@depth');
    expect(first?.U, 'nothing between the snapshot and the stream').toBe(lastUpdateId + 1);
  });

  it('speaks of the best price only when it changed', async () => {
    const { run, of } = make('btcusdt@bookTicker');
    await run(5000);

    const prices = of('btcusdt@bookTicker').map((event) => JSON.stringify({ ...event, u: 0 }));
    expect(prices.length).toBeGreaterThan(5);
    prices.forEach((price, i) => expect(price).not.toBe(prices[i - 1]));
  });

  it('sends tickers once a second and an array for all', async () => {
    const { run, of } = make('btcusdt@ticker', '!miniTicker@arr');
    await run(5000);

    expect(of('btcusdt@ticker')).toHaveLength(5);
    expect(of('btcusdt@ticker')[0]).toMatchObject({ e: '24hrTicker', s: 'BTCUSDT' });
    expect(of('!miniTicker@arr')[0]).toHaveLength(3);
  });

  it('computes nothing that nobody listens to', async () => {
    const { run, hub } = make();
    await run(2000);

    expect(hub.published).toBe(0);
  });

  it('shifts event times, not candles, under clock-offset', async () => {
    const { run, of, faults, clock } = make('btcusdt@kline_1s');
    faults.start(Fault.parse({ kind: 'clock-offset', offsetMs: -5000 }));
    await run(1000);

    const [event] = of('btcusdt@kline_1s');
    expect(event?.E).toBe(clock.now() - 5000);
    expect(event?.k.t).toBe(1_700_000_040_000);
  });
});
