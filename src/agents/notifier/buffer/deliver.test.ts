import { describe, expect, it } from 'vitest';
import { connectSqlite } from '#ledger/sqlite/connection.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { PermanentError, TransientError } from '#platform/errors.ts';
import { silentLog } from '#platform/log/log.ts';
import type { OutgoingMessage } from '../channel.ts';
import { Delivery, type MessageEnd } from './deliver.ts';
import { messageStore, type MessageStore } from './message-store.ts';

type Answer = Error | 'take' | 'hang';

function message(id: string): OutgoingMessage {
  return { id, atMs: 1, level: 'info', kind: 'fill', title: id, lines: [], isSilent: false };
}

/** A channel that answers as the list says, then takes everything. */
function bench(answers: Answer[], change: (store: MessageStore) => MessageStore = (same) => same) {
  const clock = fakeClock();
  const stop = new AbortController();
  const store = messageStore(connectSqlite({ path: ':memory:', isReadOnly: false, lockWaitMs: 0 }));
  const asked: string[] = [];
  const counted: string[] = [];
  const ends: MessageEnd[] = [];
  const channel = {
    name: 'ops',
    send: async ({ id, isRepeat }: OutgoingMessage, signal: AbortSignal) => {
      asked.push(isRepeat === true ? `${id} again` : id);
      const answer = answers.shift() ?? 'take';
      if (answer instanceof Error) throw answer;
      if (answer === 'take') return;
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    },
  };
  const delivery = new Delivery(channel, {
    store: change(store),
    clock,
    log: silentLog(),
    metrics: {
      message: (_, outcome) => void counted.push(outcome),
      waiting: () => undefined,
      delay: () => undefined,
    },
    random: { next: () => 1 },
    signal: stop.signal,
    onEnd: (end) => void ends.push(end),
  });
  return {
    clock,
    stop,
    store,
    asked,
    counted,
    ends,
    delivery,
    add: (id: string) => {
      store.add('ops', message(id), 100);
      delivery.wake();
    },
  };
}

const busy = (retryAfterMs?: number) =>
  new TransientError('busy', 'it is busy', {
    details: retryAfterMs === undefined ? {} : { retryAfterMs },
  });

describe('delivery', () => {
  it('sends what comes, in order', async () => {
    const { add, asked, clock, counted, delivery } = bench([]);
    await clock.advance(0);
    add('a');
    add('b');
    await clock.advance(10);

    expect(asked).toEqual(['a', 'b']);
    expect(counted).toEqual(['sent', 'sent']);
    expect(delivery.isIdle()).toBe(true);
  });

  it('waits as long as it is asked to, without passing the message', async () => {
    const { add, asked, clock } = bench([busy(90_000)]);
    add('a');
    add('b');
    await clock.advance(89_000);
    expect(asked).toEqual(['a']);

    await clock.advance(2_000);

    expect(asked).toEqual(['a', 'a', 'b']);
  });

  it('asks ever less often, and says what is wrong meanwhile', async () => {
    const { add, asked, clock, delivery } = bench(Array.from({ length: 20 }, () => busy()));
    add('a');
    await clock.advance(60_000);
    // At 0, 1, 3, 7, 15, 31 seconds.
    expect(asked).toHaveLength(6);
    expect(delivery.problem()).toBe('it is busy');

    await clock.advance(60_000 * 20);

    expect(delivery.problem()).toBeUndefined();
    expect(delivery.deliveredMs()).toBeDefined();
  });

  it('drops what is refused for good and goes on', async () => {
    const { add, asked, clock, counted, ends } = bench([new PermanentError('no', 'never')]);
    add('a');
    add('b');
    await clock.advance(10);

    expect(asked).toEqual(['a', 'b']);
    expect(counted).toEqual(['refused', 'sent']);
    expect(ends).toEqual([
      { channel: 'ops', id: 'a', isSent: false },
      { channel: 'ops', id: 'b', isSent: true },
    ]);
  });

  it.each([
    ['an answer in doubt', new TransientError('lost', 'lost', { details: { isUnknown: true } })],
    ['an error that nobody knows', new TypeError('terminated')],
  ])('marks the next try as a repeat after %s', async (_, error) => {
    const { add, asked, clock, counted } = bench([error]);
    add('a');
    await clock.advance(5_000);

    expect(asked).toEqual(['a', 'a again']);
    expect(counted).toEqual(['retried', 'repeated']);
  });

  it('marks what the end of the notifier cut off', async () => {
    const { add, asked, clock, delivery, stop, store } = bench(['hang']);
    add('a');
    await clock.advance(10);
    expect(asked).toEqual(['a']);
    stop.abort(new Error('the notifier ends'));
    await delivery.ended;

    expect(store.take('ops')?.message.isRepeat).toBe(true);
  });

  it('sends nothing that it cannot mark, and nothing behind what it cannot strike out', async () => {
    let isFull = false;
    const full = (): never => {
      throw new Error('disk full');
    };
    const { add, asked, clock, delivery } = bench([], (store) => ({
      ...store,
      take: (channel) => (isFull ? full() : store.take(channel)),
      remove: (seq) => (isFull ? full() : store.remove(seq)),
    }));
    await clock.advance(0);
    isFull = true;
    add('a');
    await clock.advance(30_000);
    expect(asked).toEqual([]);
    expect(delivery.problem()).toBe('notifier.db: disk full');

    isFull = false;
    await clock.advance(2_000);

    expect(asked).toEqual(['a']);
    expect(delivery.problem()).toBeUndefined();
  });

  it('sends a message once although the disk is full behind it', async () => {
    let isFull = false;
    const { add, asked, clock, counted } = bench([], (store) => ({
      ...store,
      take: (channel) => {
        const next = store.take(channel);
        isFull = next?.message.id === 'a';
        return next;
      },
      remove: (seq) => {
        if (isFull) throw new Error('disk full');
        store.remove(seq);
      },
    }));
    add('a');
    add('b');
    await clock.advance(20_000);
    expect(asked).toEqual(['a']);

    isFull = false;
    await clock.advance(2_000);

    expect(asked).toEqual(['a', 'b']);
    expect(counted).toEqual(['sent', 'sent']);
  });
});
