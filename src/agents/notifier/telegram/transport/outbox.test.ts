import { describe, expect, test } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { TransientError } from '#platform/errors.ts';
import type { OutgoingPiece } from './bot-client.ts';
import { outbox } from './outbox.ts';

function bench(failures: readonly Error[] = []) {
  const clock = fakeClock();
  const startedMs = clock.monotonic();
  const sent: string[] = [];
  const counted: string[] = [];
  const rest = [...failures];
  const out = outbox({
    client: {
      send: ({ chatId, html }) => {
        const failure = rest.shift();
        if (failure !== undefined) return Promise.reject(failure);
        return Promise.resolve(sent.push(`${clock.monotonic() - startedMs} ${chatId} ${html}`));
      },
      edit: () => Promise.resolve(),
    },
    clock,
    count: (outcome) => void counted.push(outcome),
  });
  const post = (chatId: number, html: string) => {
    const piece: OutgoingPiece = { chatId, html, isSilent: false };
    return out.post(piece, 'alert', new AbortController().signal);
  };
  return { clock, sent, counted, post };
}

describe('the way out', () => {
  test('is silent for its first second: a process killed just now may have sent something', async () => {
    const { clock, sent, post } = bench();
    void post(1, 'a');
    await clock.advance(999);
    expect(sent).toEqual([]);

    await clock.advance(1);
    expect(sent).toEqual(['1000 1 a']);
  });

  test('keeps the order of a chat and a second between its messages; chats do not wait for each other', async () => {
    const { clock, sent, post } = bench();
    for (const html of ['a', 'b', 'c']) void post(1, html);
    void post(2, 'x');
    await clock.advance(5_000);

    expect(sent).toEqual(['1000 1 a', '1000 2 x', '2000 1 b', '3000 1 c']);
  });

  test('a failure reaches its own caller alone, and a named silence is kept by all', async () => {
    const busy = new TransientError('telegram-busy', 'busy', { details: { retryAfterMs: 4_000 } });
    const { clock, sent, counted, post } = bench([busy]);
    const first = expect(post(1, 'a')).rejects.toBe(busy);
    void post(1, 'b');
    void post(2, 'x');
    await clock.advance(1_000);
    await first;
    await clock.advance(10_000);

    expect(sent.map((one) => one.split(' ').slice(1).join(' ')).toSorted()).toEqual(['1 b', '2 x']);
    expect(sent.find((one) => one.endsWith('1 b'))).toBe('5000 1 b');
    expect(counted).toEqual(['busy', 'sent', 'sent']);
  });
});
