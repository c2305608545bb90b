import type { Update } from 'telegraf/types';
import { describe, expect, test } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { TransientError } from '#platform/errors.ts';
import { silentLog } from '#platform/log/log.ts';
import { seededRandom } from '#platform/random.ts';
import { poll } from './poller.ts';

type Answer = readonly number[] | Error | 'open';

/** A Telegram that answers each question by script, then leaves it open. */
function bench(
  script: readonly Answer[],
  handle: (id: number) => Promise<void> | void = () => undefined,
) {
  const clock = fakeClock();
  const stop = new AbortController();
  const asked: { readonly offset: number; readonly atMs: number }[] = [];
  const handled: number[] = [];
  const lost: string[] = [];
  let connects = 0;
  const rest = [...script];
  const ended = poll(
    {
      client: {
        connect: () => {
          connects += 1;
          return Promise.resolve('bot');
        },
        updates: (offset, _, signal) => {
          asked.push({ offset, atMs: clock.monotonic() });
          const answer = rest.shift() ?? 'open';
          if (answer instanceof Error) return Promise.reject(answer);
          if (answer !== 'open') {
            return Promise.resolve(answer.map((id) => ({ update_id: id }) as Update));
          }
          return new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(new Error('aborted')));
          });
        },
      },
      clock,
      log: silentLog(),
      random: seededRandom(1),
      seconds: 25,
      handle: async ({ update_id: id }) => {
        await handle(id);
        handled.push(id);
      },
      onConnected: () => undefined,
      onContact: () => undefined,
      onLost: (problem) => void lost.push(problem),
    },
    stop.signal,
  );
  return { clock, stop, asked, handled, lost, ended, connects: () => connects };
}

const away = () => new TransientError('telegram-unreachable', 'away');

describe('poll', () => {
  test('handles updates in order and confirms them by the next question', async () => {
    const { clock, asked, handled, stop, ended } = bench([[5, 6], [7]]);
    await clock.advance(0);

    expect(handled).toEqual([5, 6, 7]);
    expect(asked.map(({ offset }) => offset)).toEqual([0, 7, 8]);

    stop.abort();
    await clock.advance(2_000);
    await ended;
    expect(asked.at(-1)?.offset).toBe(8);
  });

  test('waits longer after each failure, at most half a minute, and forgets it after an answer', async () => {
    const failures = Array.from({ length: 12 }, away);
    const { clock, asked, connects } = bench([...failures, [], away(), []]);
    for (let second = 0; second < 400; second += 1) await clock.advance(1_000);

    const waits = asked.slice(1).map(({ atMs }, n) => atMs - (asked[n]?.atMs ?? 0));
    expect(waits[0]).toBeLessThanOrEqual(500);
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
    expect(waits[11]).toBeGreaterThanOrEqual(15_000);
    // The failure after an answer is a first one again.
    expect(waits[13]).toBeLessThanOrEqual(500);
    expect(connects()).toBe(14);
  });

  test('waits exactly as long as Telegram says', async () => {
    const busy = new TransientError('telegram-busy', 'busy', { details: { retryAfterMs: 7_000 } });
    const { clock, asked } = bench([busy]);
    await clock.advance(6_999);
    expect(asked).toHaveLength(1);

    await clock.advance(1);
    expect(asked).toHaveLength(2);
  });

  test('goes on after an update that cannot be handled', async () => {
    const { clock, handled, asked } = bench([[1, 2, 3]], (id) => {
      if (id === 2) throw new Error('a bug');
    });
    await clock.advance(0);

    expect(handled).toEqual([1, 3]);
    expect(asked.at(-1)?.offset).toBe(4);
  });

  test('does not confirm an update in whose middle it was stopped', async () => {
    const middle = Promise.withResolvers<void>();
    const { clock, stop, asked, ended } = bench([[1, 2]], (id) =>
      id === 2 ? middle.promise : undefined,
    );
    await clock.advance(0);
    stop.abort();
    middle.reject(stop.signal.reason);
    await clock.advance(2_000);
    await ended;

    expect(asked.at(-1)?.offset).toBe(2);
  });
});
