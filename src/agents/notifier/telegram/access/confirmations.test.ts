import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { confirmations } from './confirmations.ts';

function bench() {
  const clock = fakeClock();
  const expired: string[] = [];
  const waiting = confirmations<string>(clock, 60);
  const add = (nonce: string) =>
    waiting.add(
      nonce,
      { userId: 1, userName: 'alice', what: `do ${nonce}` },
      () => void expired.push(nonce),
    );
  return { clock, expired, waiting, add };
}

describe('a confirmation', () => {
  it('works once', () => {
    const { waiting, add } = bench();
    add('a');

    expect(waiting.take('a', 1)).toMatchObject({ kind: 'taken', pending: { what: 'do a' } });
    expect(waiting.take('a', 1)).toEqual({ kind: 'gone' });
  });

  it('works for the person who asked alone, and stays for them', () => {
    const { waiting, add } = bench();
    add('a');

    expect(waiting.take('a', 2)).toEqual({ kind: 'not-yours', userName: 'alice' });
    expect(waiting.take('a', 1).kind).toBe('taken');
  });

  it('is gone after its time, and says so once', async () => {
    const { clock, expired, waiting, add } = bench();
    add('a');
    await clock.advance(59_999);
    expect(waiting.size()).toBe(1);

    await clock.advance(1);

    expect(expired).toEqual(['a']);
    expect(waiting.take('a', 1)).toEqual({ kind: 'gone' });
  });

  it('does not expire after it was used', async () => {
    const { clock, expired, waiting, add } = bench();
    add('a');
    waiting.take('a', 1);

    await clock.advance(120_000);

    expect(expired).toEqual([]);
  });

  it('is unknown to the next process', () => {
    const { waiting, add } = bench();
    add('a');
    waiting.clear();

    expect(waiting.take('a', 1)).toEqual({ kind: 'gone' });
    expect(confirmations(fakeClock(), 60).take('a', 1)).toEqual({ kind: 'gone' });
  });
});
