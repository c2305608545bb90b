import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Level, levelRank } from '#core/alerts/level.ts';
import { connectSqlite, type SqliteConnection } from '#ledger/sqlite/connection.ts';
import type { OutgoingMessage } from '../channel.ts';
import { messageStore, type MessageStore } from './message-store.ts';

const BOUND = 1_000;

function memory(): SqliteConnection {
  return connectSqlite({ path: ':memory:', isReadOnly: false, lockWaitMs: 0 });
}

function message(id: string, level: Level = 'info'): OutgoingMessage {
  return { id, atMs: 1, level, kind: 'fill', title: id, lines: [], isSilent: false };
}

function drain(store: MessageStore, channel = 'ops'): string[] {
  const ids: string[] = [];
  for (let next = store.take(channel); next !== undefined; next = store.take(channel)) {
    ids.push(next.message.id);
    store.remove(next.seq);
  }
  return ids;
}

describe('message store', () => {
  it('gives critical ones first and the others in their order', () => {
    const store = messageStore(memory());
    for (const [id, level] of [
      ['a', 'info'],
      ['b', 'warning'],
      ['c', 'critical'],
      ['d', 'info'],
      ['e', 'critical'],
    ] as const) {
      store.add('ops', message(id, level), BOUND);
    }

    expect(drain(store)).toEqual(['c', 'e', 'a', 'b', 'd']);
  });

  it('keeps channels apart', () => {
    const store = messageStore(memory());
    store.add('ops', message('a'), BOUND);
    store.add('telegram', message('a'), BOUND);

    expect(drain(store)).toEqual(['a']);
    expect(store.waiting('telegram')).toBe(1);
  });

  it('gives back everything of a message', () => {
    const store = messageStore(memory());
    const whole = {
      ...message('a', 'critical'),
      lines: ['one', 'two'],
      fields: { pair: 'BTC/USDT' },
      picture: new Uint8Array([1, 2, 3]),
      acknowledge: '7',
    };
    store.add('ops', whole, BOUND);

    expect(store.take('ops')?.message).toEqual(whole);
  });

  it('marks as a repeat what was in hand when the process died', () => {
    const database = memory();
    const store = messageStore(database);
    store.add('ops', message('a'), BOUND);
    store.add('ops', message('b'), BOUND);
    expect(store.take('ops')?.message.isRepeat).toBeUndefined();

    const next = messageStore(database);
    const first = next.take('ops');
    next.remove(first?.seq ?? 0);

    expect(first?.message).toMatchObject({ id: 'a', isRepeat: true });
    expect(next.take('ops')?.message.isRepeat).toBeUndefined();
  });

  it('does not mark what was put back without doubt, and never loses a doubt', () => {
    const store = messageStore(memory());
    store.add('ops', message('a'), BOUND);
    const seq = store.take('ops')?.seq ?? 0;
    store.putBack(seq, false);
    expect(store.take('ops')?.message.isRepeat).toBeUndefined();

    store.putBack(seq, true);
    store.putBack(store.take('ops')?.seq ?? 0, false);

    expect(store.take('ops')?.message.isRepeat).toBe(true);
  });

  it('sends a note in the place of a message that cannot be read', () => {
    const database = memory();
    const store = messageStore(database);
    store.add('ops', message('a'), BOUND);
    store.add('ops', message('b'), BOUND);
    database.run(`update messages set body = '{"id":' where seq = 1`, []);

    expect(store.take('ops')?.message.title).toContain('cannot be read');
  });

  it('forgets channels that are gone', () => {
    const store = messageStore(memory());
    store.add('ops', message('a'), BOUND);
    store.add('old', message('b'), BOUND);

    store.forgetOthers(['ops']);

    expect([store.waiting('ops'), store.waiting('old')]).toEqual([1, 0]);
  });

  it('lets the oldest of the least important go at the bound, never one in hand', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...Level.options), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 2, max: 10 }),
        (levels, bound) => {
          const store = messageStore(memory());
          store.add('ops', message('in-hand'), bound);
          store.take('ops');
          let dropped = 0;
          levels.forEach((level, index) => {
            dropped += store.add('ops', message(`${index}`, level), bound);
          });

          // The model: all of it, then the lowest and oldest taken out.
          const kept = levels.map((level, index) => ({ level, index }));
          while (kept.length > bound - 1) {
            const least = Math.min(...kept.map(({ level }) => levelRank(level)));
            kept.splice(
              kept.findIndex(({ level }) => levelRank(level) === least),
              1,
            );
          }
          const ids = drain(store);
          expect(ids).toContain('in-hand');
          expect(ids.filter((id) => id !== 'in-hand').toSorted()).toEqual(
            kept.map(({ index }) => `${index}`).toSorted(),
          );
          expect(dropped + ids.length).toBe(levels.length + 1);
        },
      ),
      { numRuns: 60 },
    );
  });
});
