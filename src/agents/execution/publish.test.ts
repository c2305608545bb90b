import { describe, expect, it } from 'vitest';
import type { Bus } from '#bus/bus.ts';
import type { ToldEvent } from '#core/model/desk-event.ts';
import { Pair } from '#core/model/pair.ts';
import type { Position } from '#core/model/position.ts';
import { busOutbox } from './publish.ts';

const BTC = Pair.parse('BTC/USDT');
const lifted: ToldEvent = { seq: 1, atMs: 1, event: { kind: 'halt.lifted', halt: 'paused' } };
const position = { pair: BTC } as Position;

/** Redis as far as the outbox sees it: an event list and the fields of `positions`. */
function redis() {
  const events: unknown[] = [];
  const fields = new Map<string, unknown>();
  let isUp = true;
  const check = (): Promise<void> => (isUp ? Promise.resolve() : Promise.reject(new Error('down')));
  const bus: Pick<Bus, 'publish' | 'set' | 'remove' | 'all'> = {
    publish: (_topic, payload) => check().then(() => void events.push(payload)),
    set: (_state, field, value) => check().then(() => void fields.set(field, value)),
    remove: (_state, field) => check().then(() => void fields.delete(field)),
    all: () => check().then(() => fields as never),
  };
  const turn = (up: boolean): void => {
    isUp = up;
  };
  return { bus, events, fields, turn };
}

describe('outbox', () => {
  it('keeps what Redis could not take and sends it once when it is back', async () => {
    const { bus, events, fields, turn } = redis();
    const outbox = busOutbox(bus, () => undefined);
    turn(false);
    outbox.publish(lifted);
    outbox.position(BTC, position);
    await expect(outbox.flush()).rejects.toThrow('down');

    turn(true);
    await outbox.flush();
    await outbox.flush();

    expect(events).toEqual([lifted]);
    expect(fields.get(BTC)).toBe(position);
  });

  it('removes a closed position and what an earlier life left behind', async () => {
    const { bus, fields } = redis();
    const outbox = busOutbox(bus, () => undefined);
    fields.set('OLD/USDT', position);
    outbox.position(BTC, position);
    await outbox.flush();
    outbox.position(BTC, undefined);
    await outbox.flush();

    await outbox.clean(new Set());

    expect([...fields.keys()]).toEqual([]);
  });

  it('drops the oldest events beyond its bound and says so', async () => {
    const { bus, events } = redis();
    let dropped = 0;
    const outbox = busOutbox(bus, (count) => {
      dropped += count;
    });
    for (let i = 0; i < 2_003; i += 1) outbox.publish(lifted);

    await outbox.flush();

    expect(dropped).toBe(3);
    expect(events).toHaveLength(2_000);
  });
});
