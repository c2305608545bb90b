import { describe, expect, it } from 'vitest';
import { fakeClock } from '../clock/fake-clock.ts';
import { batch } from './batch.ts';

function setup(answer: (keys: readonly string[]) => Promise<ReadonlyMap<string, number>>) {
  const clock = fakeClock();
  const calls: (readonly string[])[] = [];
  const made = batch<string, number>({
    clock,
    max: 3,
    waitMs: 20,
    run: (keys) => {
      calls.push(keys);
      return answer(keys);
    },
  });
  return { clock, calls, load: (key: string) => made.load(key) };
}

const lengths = (keys: readonly string[]) =>
  Promise.resolve(new Map(keys.map((key) => [key, key.length])));

describe('batch', () => {
  it('asks once for the keys that come together', async () => {
    const { clock, calls, load } = setup(lengths);
    const asked = Promise.all([load('a'), load('bb'), load('a')]);
    await clock.advance(20);

    expect(await asked).toEqual([1, 2, 1]);
    expect(calls).toEqual([['a', 'bb']]);
  });

  it('does not wait once a call is full', async () => {
    const { calls, load } = setup(lengths);

    await Promise.all([load('a'), load('b'), load('c')]);

    expect(calls).toEqual([['a', 'b', 'c']]);
  });

  it('says when the answer lacks a key', async () => {
    const { clock, load } = setup(() => Promise.resolve(new Map()));
    const asked = load('a');
    await clock.advance(20);

    expect(await asked).toBeUndefined();
  });

  it('fails the keys of a failed call and no others', async () => {
    const { clock, load } = setup((keys) =>
      keys.includes('bad') ? Promise.reject(new Error('no')) : lengths(keys),
    );
    const first = Promise.allSettled([load('bad'), load('a'), load('b')]);
    const second = load('c');
    await clock.advance(20);

    expect((await first).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await second).toBe(1);
  });
});
