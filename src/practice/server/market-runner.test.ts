import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { seededRandom } from '#platform/random.ts';
import { fakeWorld } from '../../../tests/support/fake-world.ts';
import { Fault } from '../faults/fault.ts';
import { FaultBoard } from '../faults/fault-board.ts';
import type { World, WorldEvent } from '../world.ts';
import { MarketRunner } from './market-runner.ts';
import { StreamFeed } from './stream-feed.ts';
import { StreamHub } from './stream-hub.ts';
import { makeVenue } from './venue.ts';

function make() {
  const clock = fakeClock();
  const listeners: ((event: WorldEvent) => void)[] = [];
  const world: World = {
    ...fakeWorld(clock, ['BTCUSDT', 'ETHUSDT']),
    subscribe: (listener) => {
      listeners.push(listener);
      return () => void listeners.splice(listeners.indexOf(listener), 1);
    },
  };
  const faults = new FaultBoard(clock, seededRandom(7));
  const venue = makeVenue(world, faults);
  const hub = new StreamHub(clock, faults);
  let steps = 0;
  const runner = new MarketRunner({
    venue,
    feed: new StreamFeed(venue, hub),
    sockets: { tick: () => undefined },
    clock,
    log: silentLog(),
    onStep: () => {
      steps += 1;
    },
  });
  runner.start();
  return {
    clock,
    faults,
    runner,
    listeners,
    steps: () => steps,
    end: () => listeners.forEach((tell) => tell({ kind: 'endOfData', timeMs: clock.now() })),
    statuses: () => ['BTCUSDT', 'ETHUSDT'].map((symbol) => world.status(symbol)),
  };
}

const maintenance = (target: object = {}): Fault => Fault.parse({ kind: 'maintenance', target });

describe('market runner', () => {
  it('steps twenty times a second until stopped', async () => {
    const { clock, runner, steps, listeners } = make();
    await clock.advance(1000);
    expect(steps()).toBe(21);
    runner.stop();
    await clock.advance(1000);

    expect(steps()).toBe(21);
    expect([listeners.length, clock.pending()]).toEqual([0, 0]);
  });

  it('puts symbols in BREAK for maintenance and gives back what they had', () => {
    const { faults, statuses } = make();
    const one = faults.start(maintenance({ symbol: 'BTCUSDT' }));
    expect(statuses()).toEqual(['BREAK', 'TRADING']);
    const all = faults.start(maintenance());
    expect(statuses()).toEqual(['BREAK', 'BREAK']);
    faults.stop(all?.id ?? '');
    expect(statuses(), 'the first one still lasts').toEqual(['BREAK', 'TRADING']);
    faults.stop(one?.id ?? '');

    expect(statuses()).toEqual(['TRADING', 'TRADING']);
  });

  it('keeps BREAK for good once recorded data has ended', () => {
    const { faults, statuses, end, runner } = make();
    const run = faults.start(maintenance());
    end();
    faults.stop(run?.id ?? '');

    expect(runner.hasEnded).toBe(true);
    expect(statuses()).toEqual(['BREAK', 'BREAK']);
  });
});
