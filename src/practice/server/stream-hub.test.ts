import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { seededRandom } from '#platform/random.ts';
import { Fault } from '../faults/fault.ts';
import { FaultBoard } from '../faults/fault-board.ts';
import { StreamHub } from './stream-hub.ts';
import type { StreamName } from './stream-name.ts';

const TRADES: StreamName = { name: 'btcusdt@trade', kind: 'trade', symbol: 'BTCUSDT' };

function make(fault?: object) {
  const clock = fakeClock();
  const faults = new FaultBoard(clock, seededRandom(7));
  const hub = new StreamHub(clock, faults);
  const heard: string[] = [];
  const subscriber = { deliver: (message: { raw: Buffer }) => heard.push(message.raw.toString()) };
  hub.subscribe(TRADES, subscriber);
  const run = fault === undefined ? undefined : faults.start(Fault.parse(fault));
  const publish = (...events: number[]): void => {
    for (const event of events) hub.publish('btcusdt@trade', String(event));
  };
  return { clock, faults, hub, heard, subscriber, run, publish };
}

describe('stream hub', () => {
  it('sends an event to every subscriber, written once', () => {
    const { hub, publish } = make();
    const wrapped: unknown[] = [];
    const second: unknown[] = [];
    hub.subscribe(TRADES, { deliver: (message) => wrapped.push(message.combined) });
    hub.subscribe(TRADES, { deliver: (message) => second.push(message.combined) });
    publish(1);

    expect(String(wrapped[0])).toBe('{"stream":"btcusdt@trade","data":1}');
    expect(second[0]).toBe(wrapped[0]);
  });

  it('knows nobody listens once the last has gone', () => {
    const { hub, subscriber, publish, heard } = make();
    hub.unsubscribe('btcusdt@trade', subscriber);
    publish(1);

    expect(hub.has('btcusdt@trade')).toBe(false);
    expect([...hub.names('trade')]).toEqual([]);
    expect(heard).toEqual([]);
  });

  it('loses events under event-missing', () => {
    const { publish, heard, run, faults } = make({ kind: 'event-missing' });
    publish(1, 2);
    faults.stop(run?.id ?? '');
    publish(3);

    expect(heard).toEqual(['3']);
  });

  it('says events twice under event-duplicate', () => {
    const { publish, heard } = make({ kind: 'event-duplicate' });
    publish(1, 2);

    expect(heard).toEqual(['1', '1', '2', '2']);
  });

  it('holds an event until the next has gone out under event-reorder', () => {
    const { publish, heard, run, faults } = make({ kind: 'event-reorder' });
    publish(1, 2, 3);
    expect(heard).toEqual(['2', '1']);

    faults.stop(run?.id ?? '');
    expect(heard, 'what was held comes out at the end').toEqual(['2', '1', '3']);
  });

  it('delivers after the delay under event-late', async () => {
    const { publish, heard, clock, run, faults } = make({ kind: 'event-late', delayMs: 400 });
    publish(1);
    faults.stop(run?.id ?? '');
    publish(2);
    expect(heard).toEqual(['2']);
    await clock.advance(400);

    expect(heard).toEqual(['2', '1']);
  });
});
